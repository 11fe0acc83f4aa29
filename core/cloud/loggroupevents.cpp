// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/loggroupevents.h"

#include "core/base/text.h"
#include "core/logs/logreader.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QHash>
#include <QRegularExpression>
#include <QSet>
#include <QtEndian>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QString FunctionPrefix = u"/aws/lambda/"_s;

[[nodiscard]] QString quoted(QString text)
{
    return u'"' + text.replace(u'\\', "\\\\"_L1).replace(u'"', "\\\""_L1) + u'"';
}

} // namespace

Result<QString> queryOfFilterPattern(const QString &pattern)
{
    const QString trimmed = pattern.trimmed();
    if (trimmed.startsWith(u'{') || trimmed.startsWith(u'['))
        return failure(ErrorCode::Unsupported, Core::tr("Patterns of JSON members and of columns are not here: use terms, \"phrases\", -terms, ?any and %expressions%."));
    QStringList query;
    QStringList any;
    static const QRegularExpression term(uR"x(([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|(\S+)))x"_s);
    for (auto matches = term.globalMatch(trimmed); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const bool isExpression = match.hasCaptured(3);
        const QString text = isExpression ? match.captured(3) : match.hasCaptured(2) ? match.captured(2).replace("\\\""_L1, "\""_L1) : match.captured(4);
        if (text.isEmpty())
            continue;
        if (match.captured(1) == u'?')
            any << (isExpression ? text : QRegularExpression::escape(text));
        else
            query << match.captured(1) + (isExpression ? QString(u'/' + QString(text).replace(u'/', "\\/"_L1) + u'/') : quoted(text));
    }
    if (!any.isEmpty())
        query << u'/' + any.join(u'|').replace(u'/', "\\/"_L1) + u'/';
    return query.join(u' ');
}

namespace loggroups {

namespace {

/// `YYYY/MM/DD/[VERSION]ENVIRONMENT`, with the function's name before the version where several share a group.
[[nodiscard]] QString streamName(QByteArrayView function, QByteArrayView environment, qint64 firstMs)
{
    const QString name = QString::fromUtf8(environment);
    const QString version = name.startsWith(u'[') ? QString() : u"[$LATEST]"_s;
    return QDateTime::fromMSecsSinceEpoch(firstMs, Qt::UTC).toString(u"yyyy/MM/dd/"_s) + QString::fromUtf8(function) + version + name;
}

/// 56 digits: the time, what the event is, and which of those that are all the same.
class EventIds
{
public:
    [[nodiscard]] QString of(const QString &stream, qint64 epochMs, const QString &message)
    {
        if (std::exchange(m_ms, epochMs) != epochMs)
            m_alike.clear();
        // The day in a stream's name is that of the first line that one reads.
        const QByteArray digest = QCryptographicHash::hash((stream.section(u']', -1) + u'\n' + message).toUtf8(), QCryptographicHash::Sha256);
        const quint64 what = qFromBigEndian<quint64>(digest.constData()) % 1'000'000'000'000'000'000ULL;
        return u"%1%2%3"_s.arg(epochMs, 20, 10, QChar(u'0')).arg(what, 18, 10, QChar(u'0')).arg(m_alike[what]++, 18, 10, QChar(u'0'));
    }

private:
    qint64 m_ms = -1;
    QHash<quint64, int> m_alike;
};

[[nodiscard]] Result<void> eachEvent(const QString &folder, const Wanted &wanted, const std::function<bool(const Event &)> &onEvent)
{
    const auto reader = logs::LogReader::open(folder);
    const auto pattern = logs::LogQuery::parse(wanted.pattern);
    if (!reader || !pattern)
        return tl::unexpected(reader ? pattern.error() : reader.error());
    logs::LogQuery::Scratch scratch(*pattern);
    QSet<QByteArray> names;
    for (const QString &function : wanted.functions)
        names.insert(function.toUtf8());
    if (names.isEmpty())
        return {};
    // One name is looked up, several are looked for.
    const QString query = names.size() == 1 ? QString(u"function:"_s + quoted(wanted.functions.first())) : QString();
    const bool isShared = wanted.group != FunctionPrefix + wanted.functions.first();
    QHash<QByteArray, QString> streams; // What an environment's stream is called goes by its first line here.
    return reader->each({query, wanted.fromMs, wanted.untilMs}, std::atomic<bool>(false), [&](const logs::StoredLine &line) {
        // A query takes a name in any case.
        const QByteArray archived = line.fields.function.toByteArray();
        if (!names.contains(archived))
            return true;
        const bool ofFunction = !archived.startsWith('#');
        const QByteArray environment = line.fields.stream.toByteArray();
        if (ofFunction ? line.fields.epochMs < wanted.notBeforeMs : !wanted.madeStreams.contains(QString::fromUtf8(environment)))
            return true;
        auto name = streams.find(environment);
        if (name == streams.end())
            name = streams.insert(environment, ofFunction ? streamName(isShared ? archived : QByteArray(), environment, line.fields.epochMs) : QString::fromUtf8(environment).section(u':', 0, 0));
        // By its environment: the day in its name may be that of an earlier line.
        const bool asked = wanted.streams.isEmpty() || std::any_of(wanted.streams.begin(), wanted.streams.end(), [&](const QString &stream) { return stream == *name || (ofFunction && environmentOf(stream) == environmentOf(*name)); });
        if (ofFunction && line.fields.epochMs <= wanted.deletedMs.value(environmentOf(*name), -1))
            return true;
        if (!asked || !name->startsWith(wanted.streamPrefix) || !pattern->wants(line.fields.printed, line.fields, scratch))
            return true;
        return onEvent({*name, line.fields.epochMs, logs::unescapedText(line)});
    });
}

/// Clients may put what is older than what is there already.
[[nodiscard]] Result<void> eachEventInOrder(const QString &folder, const Wanted &wanted, const std::function<bool(const Event &)> &onEvent)
{
    if (!wanted.functions.contains(archivedName(wanted.group)))
        return eachEvent(folder, wanted, onEvent);
    QList<Event> all;
    const auto read = eachEvent(folder, wanted, [&all](const Event &event) {
        all << event;
        return true;
    });
    std::stable_sort(all.begin(), all.end(), [](const Event &a, const Event &b) { return a.epochMs < b.epochMs; });
    (void)std::all_of(all.cbegin(), all.cend(), onEvent);
    return read;
}

} // namespace

QString archivedName(const QString &group)
{
    return u'#' + group;
}

QString archivedStream(const QString &stream, int deletions)
{
    // Names of streams have no colon.
    return deletions > 0 ? u"%1:%2"_s.arg(stream).arg(deletions) : stream;
}

QString environmentOf(const QString &functionStream)
{
    return functionStream.section(u'/', -1);
}

Result<Page> pageOf(const QString &folder, const Wanted &wanted, qsizetype from, qsizetype limit)
{
    Page page;
    EventIds ids;
    const auto read = eachEventInOrder(folder, wanted, [&](const Event &event) {
        const QString id = ids.of(event.stream, event.epochMs, event.message);
        if (page.count++ < from)
            return true;
        if (page.events.size() == limit)
            return false;
        page.events << event;
        page.events.last().id = id;
        return true;
    });
    return read ? Result<Page>(page) : tl::unexpected(read.error());
}

Result<Page> lastOf(const QString &folder, const Wanted &wanted, qsizetype limit)
{
    Page page;
    const auto read = eachEventInOrder(folder, wanted, [&](const Event &event) {
        ++page.count;
        page.events << event;
        if (page.events.size() > limit)
            page.events.removeFirst();
        return true;
    });
    return read ? Result<Page>(page) : tl::unexpected(read.error());
}

Result<Streams> streamsOf(const QString &folder, const Wanted &wanted)
{
    Streams streams;
    const auto read = eachEvent(folder, wanted, [&streams](const Event &event) {
        auto times = streams.find(event.stream);
        if (times == streams.end())
            times = streams.insert(event.stream, {event.epochMs, event.epochMs});
        times->first = std::min(times->first, event.epochMs);
        times->second = std::max(times->second, event.epochMs);
        return true;
    });
    return read ? Result<Streams>(streams) : tl::unexpected(read.error());
}

} // namespace loggroups

} // namespace eph::cloud
