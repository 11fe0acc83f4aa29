// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logview/logtext.h"

#include "core/logs/logoverview.h"

#include <QDateTime>
#include <QFontInfo>
#include <QFontMetrics>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace eph::ui {

using namespace Qt::StringLiterals;

Token tokenFor(const logs::Line &line, const logs::LineFields &fields)
{
    switch (logs::gravityOf(fields, line.text)) {
    case logs::Gravity::Bad: return Token::Bad;
    case logs::Gravity::Warning: return Token::Warning;
    case logs::Gravity::Plain: break;
    }
    if (line.source == logs::Source::Platform)
        return fields.kind == logs::LineKind::InitStart ? Token::Cold : Token::Muted;
    return Token::Text;
}

int widthOf(const QString &text, const QFontMetrics &metrics)
{
    static const bool fixed = QFontInfo(Theme::codeFont()).fixedPitch();
    const bool isPlain = fixed && std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; });
    // As it is painted, in parts of pixels: over a line they add up to letters.
    return isPlain ? int(std::ceil(double(text.size()) * QFontMetricsF(metrics).horizontalAdvance(u'0'))) : metrics.horizontalAdvance(text);
}

namespace {

constexpr qint64 DayMs = 86'400'000;

/// Milliseconds of this place's own clock.
qint64 placeMs(qint64 epochMs)
{
    // The offset changes at whole quarters of an hour; lines on a screen share a few.
    constexpr qint64 QuarterMs = 900'000;
    constexpr qsizetype Most = 64;
    static QHash<qint64, qint64> offsets;
    if (offsets.size() > Most)
        offsets.clear();
    auto offset = offsets.constFind(epochMs / QuarterMs);
    if (offset == offsets.cend())
        offset = offsets.insert(epochMs / QuarterMs, QDateTime::fromMSecsSinceEpoch(epochMs).offsetFromUtc() * 1000LL);
    return epochMs + *offset;
}

} // namespace

QString clockText(qint64 epochMs)
{
    const qint64 ms = (placeMs(epochMs) % DayMs + DayMs) % DayMs;
    return QTime::fromMSecsSinceStartOfDay(int(ms)).toString(u"HH:mm:ss.zzz"_s);
}

bool isOfToday(qint64 epochMs)
{
    return placeMs(epochMs) / DayMs == placeMs(QDateTime::currentMSecsSinceEpoch()) / DayMs;
}

void drawPlainOrShaped(QPainter &painter, int x, int base, const QString &text)
{
    static QFont shaped;
    static QFont plain;
    if (shaped != Theme::codeFont()) {
        shaped = plain = Theme::codeFont();
        plain.setStyleStrategy(QFont::PreferNoShaping);
        plain.setKerning(false);
    }
    const bool isPlain = std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x7f; });
    painter.setFont(isPlain ? plain : shaped);
    painter.drawText(x, base, text);
}

namespace {

QString paintable(QByteArrayView text)
{
    QString painted = QString::fromUtf8(text.first(std::min<qsizetype>(text.size(), MaxPaintedCharacters)));
    return painted.replace(u'\t', "  "_L1).replace(u'\r', u' ').replace(u'\v', u' ').replace(u'\n', u' ');
}

/// A member of a JSON object, as it is written.
struct Member {
    QByteArray key;
    QByteArrayView whole; ///< With its key.
    QByteArrayView value;
};

/// Behind the text whose quotation mark is there.
qsizetype behindText(QByteArrayView json, qsizetype at)
{
    for (++at; at < json.size() && json[at] != '"'; ++at)
        at += json[at] == '\\';
    return at + 1;
}

/// The comma or the brace behind the value that begins there.
qsizetype behindValue(QByteArrayView json, qsizetype at)
{
    for (int depth = 0; at < json.size();) {
        const char c = json[at];
        if (c == '"') {
            at = behindText(json, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}'))
            return at;
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        ++at;
    }
    return at;
}

/// Of an object that has been read and is whole; nothing of it is written anew.
QList<Member> membersOf(QByteArrayView json)
{
    QList<Member> members;
    for (qsizetype at = json.indexOf('"'); at >= 0 && at < json.size();) {
        const qsizetype colon = json.indexOf(':', behindText(json, at));
        if (colon < 0)
            break;
        const qsizetype end = behindValue(json, colon + 1);
        members << Member{json.sliced(at + 1, behindText(json, at) - at - 2).toByteArray(), json.sliced(at, end - at).trimmed(), json.sliced(colon + 1, end - colon - 1).trimmed()};
        at = json.indexOf('"', end);
    }
    return members;
}

QByteArray textOf(const Member &member)
{
    return QJsonDocument::fromJson('[' + member.value + ']').array().first().toString().toUtf8();
}

/// `INFO  message  {"what":"else"}`, and of the platform `platform.report  {"metrics":…}`: what is left out stands in the row already.
QString jsonRow(const logs::Line &line, const logs::LineFields &fields, bool saysLevel)
{
    // A longer one is cut anyway.
    if (line.text.size() > MaxPaintedCharacters || !QJsonDocument::fromJson(line.text).isObject())
        return paintable(line.text);
    QList<Member> members = membersOf(line.text);
    const auto take = [&members](const char *key) {
        const auto found = std::find_if(members.begin(), members.end(), [key](const Member &member) { return member.key == key; });
        return found == members.end() ? Member() : members.takeAt(found - members.begin());
    };
    QByteArray said;
    QByteArray level;
    if (line.source == logs::Source::Platform) {
        said = textOf(take("type"));
        members = membersOf(take("record").value);
    } else {
        said = textOf(take("message"));
        const auto isLevel = [&](const Member &member) { return member.key == "level" && fields.level != logs::Level::None && logs::levelOf(textOf(member)) == fields.level; };
        if (const auto found = std::find_if(members.begin(), members.end(), isLevel); found != members.end())
            level = textOf(members.takeAt(found - members.begin()));
        // A time of its own is told.
        constexpr qint64 SoonMs = 1000;
        members.removeIf([&](const Member &member) { return member.key == "timestamp" && fields.epochMs >= 0 && std::abs(fields.epochMs - line.epochMs) < SoonMs && logs::timePrefix(textOf(member)); });
    }
    if (said.isEmpty())
        return paintable(line.text);
    members.removeIf([&line](const Member &member) { return member.key == "requestId" && textOf(member) == line.requestId; });
    QByteArray rest;
    for (const Member &member : std::as_const(members))
        rest += (rest.isEmpty() ? "" : ",") + member.whole.toByteArray();
    QByteArray row = level.isEmpty() || saysLevel ? said : QByteArray(level + "  " + said);
    if (!rest.isEmpty())
        row += "  {" + rest + '}';
    return paintable(row);
}

/// As it is written, in front of what is said.
QByteArray writtenLevel(const logs::Line &line, const logs::LineFields &fields)
{
    const QList<QByteArray> cells = line.text.first(fields.text.data() - line.text.constData()).split('\t');
    for (QByteArray cell : cells) {
        if (cell.startsWith('[') && cell.endsWith(']'))
            cell = cell.sliced(1, cell.size() - 2);
        if (logs::levelOf(cell) == fields.level)
            return cell;
    }
    return {};
}

} // namespace

QString rowText(const logs::Line &line, const logs::LineFields &fields, ShownColumns columns)
{
    const bool isOwn = !line.requestId.isEmpty() && fields.requestId == line.requestId;
    // Before a request there is no id to write; the line lies with the request that it was for.
    const bool isBefore = fields.requestId.isEmpty() && fields.kind == logs::LineKind::Text && !fields.isJson;
    if (!columns.request || (!isOwn && !isBefore))
        return paintable(line.text);
    if (fields.isJson)
        return columns.time ? jsonRow(line, fields, columns.level) : paintable(line.text);
    switch (fields.kind) {
    case logs::LineKind::Start:
    case logs::LineKind::End:
    case logs::LineKind::Report: {
        const QByteArray named = "RequestId: " + line.requestId;
        const qsizetype at = line.text.indexOf(named);
        return at < 0 ? paintable(line.text) : paintable(QByteArray(line.text.first(at) + line.text.sliced(at + named.size()).trimmed()));
    }
    case logs::LineKind::Text: {
        if (!columns.time || fields.epochMs < 0 || fields.text.isNull())
            return paintable(line.text);
        const QByteArray level = columns.level || fields.level == logs::Level::None ? QByteArray() : QByteArray(writtenLevel(line, fields) + "  ");
        return paintable(QByteArray(level + fields.text));
    }
    case logs::LineKind::InitStart:
    case logs::LineKind::TimedOut:
    case logs::LineKind::Platform: break;
    }
    return paintable(line.text);
}

} // namespace eph::ui
