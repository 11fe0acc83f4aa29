// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logview/logtext.h"

#include "core/logs/logoverview.h"

#include <QDateTime>
#include <QFontInfo>
#include <QFontMetrics>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <algorithm>

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
    return isPlain ? int(text.size()) * metrics.horizontalAdvance(u'0') : metrics.horizontalAdvance(text);
}

QString clockText(qint64 epochMs)
{
    // The offset changes at whole quarters of an hour; lines on a screen share one.
    constexpr qint64 QuarterMs = 900'000;
    static qint64 quarter = -1;
    static qint64 offsetMs = 0;
    if (std::exchange(quarter, epochMs / QuarterMs) != epochMs / QuarterMs)
        offsetMs = QDateTime::fromMSecsSinceEpoch(epochMs).offsetFromUtc() * 1000LL;
    constexpr qint64 DayMs = 86'400'000;
    const qint64 ms = ((epochMs + offsetMs) % DayMs + DayMs) % DayMs;
    return QTime::fromMSecsSinceStartOfDay(int(ms)).toString(u"HH:mm:ss.zzz"_s);
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

} // namespace

namespace {

/// `INFO  message  {"what":"else"}`, and of the platform `platform.report  {"metrics":…}`.
QString jsonRow(const logs::Line &line, const logs::LineFields &fields, bool saysLevel)
{
    // A longer one is cut anyway.
    const QJsonObject json = line.text.size() > MaxPaintedCharacters ? QJsonObject() : QJsonDocument::fromJson(line.text).object();
    const bool isPlatform = json.value("record"_L1).isObject() && json.contains("type"_L1);
    QJsonObject rest = isPlatform ? json.value("record"_L1).toObject() : json;
    QString said = json.value(isPlatform ? "type"_L1 : "message"_L1).toString();
    if (said.isEmpty())
        return paintable(line.text);
    rest.remove("requestId"_L1);
    for (const QLatin1StringView &shown : {"timestamp"_L1, "level"_L1, "message"_L1}) {
        if (!isPlatform)
            rest.remove(shown);
    }
    if (!isPlatform && !saysLevel && fields.level != logs::Level::None)
        said.prepend(logs::levelName(fields.level).toUpper() + "  "_L1);
    return paintable(said.toUtf8()) + (rest.isEmpty() ? QString() : QString("  "_L1 + QString::fromUtf8(QJsonDocument(rest).toJson(QJsonDocument::Compact))));
}

} // namespace

QString rowText(const logs::Line &line, const logs::LineFields &fields, ShownColumns columns)
{
    if (!columns.request || line.requestId.isEmpty() || fields.requestId != line.requestId)
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
        if (!columns.time || fields.epochMs < 0)
            return paintable(line.text);
        const QString level = columns.level || fields.level == logs::Level::None ? QString() : QString(logs::levelName(fields.level).toUpper() + "  "_L1);
        return level + paintable(fields.text);
    }
    case logs::LineKind::InitStart:
    case logs::LineKind::TimedOut:
    case logs::LineKind::Platform: break;
    }
    return paintable(line.text);
}

} // namespace eph::ui
