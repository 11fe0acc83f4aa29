// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/loggroupevents.h"

#include "core/base/text.h"
#include "core/logs/logreader.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QHash>
#include <QSet>
#include <QtEndian>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace loggroups {

namespace {

const QString FunctionPrefix = u"/aws/lambda/"_s;

[[nodiscard]] QString quoted(QString text)
{
    return u'"' + text.replace(u'\\', "\\\\"_L1).replace(u'"', "\\\""_L1) + u'"';
}

/// In the order in which they were said.
[[nodiscard]] Result<void> eachEvent(const logs::LogReader &reader, const Wanted &wanted, const std::function<bool(const Event &)> &onEvent)
{
    QSet<QByteArray> names;
    for (const QString &function : wanted.functions)
        names.insert(function.toUtf8());
    if (names.isEmpty())
        return {};
    // One name is looked up, several are looked for.
    const QString query = names.size() == 1 ? QString(u"function:"_s + quoted(wanted.functions.first())) : QString();
    const bool isShared = wanted.group != FunctionPrefix + wanted.functions.first();
    QHash<QByteArray, QString> streams; // What an environment's stream is called goes by its first line here.
    return reader.each({query, wanted.fromMs, wanted.untilMs}, std::atomic<bool>(false), [&](const logs::StoredLine &line) {
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
            name = streams.insert(environment, ofFunction ? streamName(isShared ? archived : QByteArray(), environment, line.fields.epochMs) : clientStream(QString::fromUtf8(environment)));
        // By its environment: the day in its name may be that of an earlier line.
        const bool asked = wanted.streams.isEmpty() || std::any_of(wanted.streams.begin(), wanted.streams.end(), [&](const QString &stream) { return stream == *name || (ofFunction && environmentOf(stream) == environmentOf(*name)); });
        if (ofFunction && line.fields.epochMs <= wanted.deletedMs.value(environmentOf(*name), -1))
            return true;
        if (!asked || !name->startsWith(wanted.streamPrefix))
            return true;
        const QString message = logs::unescapedText(line);
        return !wanted.pattern.matches(message) || onEvent({*name, line.fields.epochMs, message});
    });
}

/// Which of all events make a page, by how many there are.
struct Range {
    qsizetype from = 0; ///< -1: the last.
    qsizetype limit = 0;

    /// Whoever reads backwards is told no ids.
    [[nodiscard]] bool isOfLast() const { return from < 0; }
    [[nodiscard]] qsizetype begin(qsizetype count) const { return isOfLast() ? std::max<qsizetype>(0, count - limit) : from; }
    [[nodiscard]] qsizetype end(qsizetype count) const { return std::min(begin(count) + limit, count); }
};

/// Clients may put what is older than what is there already: first what is needed to put all in order, then the events of the page.
[[nodiscard]] Result<Page> pageOfUnordered(const logs::LogReader &reader, const Wanted &wanted, Range range)
{
    struct Place {
        qint64 epochMs;
        quint64 digest;
        qsizetype said; ///< Which one it was.
    };
    QList<Place> all;
    const auto placed = eachEvent(reader, wanted, [&all](const Event &event) {
        all << Place{event.epochMs, EventIds::digestOf(event), all.size()};
        return true;
    });
    if (!placed)
        return tl::unexpected(placed.error());
    std::stable_sort(all.begin(), all.end(), [](const Place &a, const Place &b) { return a.epochMs < b.epochMs; });

    const qsizetype begin = range.begin(all.size());
    const qsizetype end = range.end(all.size());
    Page page{QList<Event>(std::max<qsizetype>(0, end - begin)), all.size()};
    EventIds ids;
    QHash<qsizetype, Event *> pageBySaid;
    for (qsizetype i = 0; i < end; ++i) {
        const QString id = ids.of(all.at(i).epochMs, all.at(i).digest);
        if (i < begin)
            continue;
        page.events[i - begin].id = id;
        pageBySaid.insert(all.at(i).said, &page.events[i - begin]);
    }
    qsizetype said = 0;
    const auto read = eachEvent(reader, wanted, [&](const Event &event) {
        if (Event *place = pageBySaid.take(said++))
            *place = {event.stream, event.epochMs, event.message, place->id};
        return !pageBySaid.isEmpty();
    });
    return read.map([&page] { return page; });
}

[[nodiscard]] Result<Page> pageOfOrdered(const logs::LogReader &reader, const Wanted &wanted, Range range)
{
    Page page;
    EventIds ids;
    const auto read = eachEvent(reader, wanted, [&](Event event) {
        if (!range.isOfLast())
            event.id = ids.of(event.epochMs, EventIds::digestOf(event));
        if (page.count++ < range.from)
            return true;
        if (range.isOfLast() && page.events.size() == range.limit)
            page.events.removeFirst();
        if (page.events.size() == range.limit)
            return false;
        page.events << event;
        return true;
    });
    return read.map([&page] { return page; });
}

[[nodiscard]] Result<Page> read(const QString &folder, const Wanted &wanted, Range range)
{
    const auto reader = logs::LogReader::open(folder);
    if (!reader)
        return tl::unexpected(reader.error());
    return wanted.functions.contains(archivedName(wanted.group)) ? pageOfUnordered(*reader, wanted, range) : pageOfOrdered(*reader, wanted, range);
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

QString clientStream(const QString &archived)
{
    return archived.section(u':', 0, 0);
}

QString streamName(QByteArrayView sharingFunction, QByteArrayView environment, qint64 firstMs)
{
    const QString name = QString::fromUtf8(environment);
    const QString version = name.startsWith(u'[') ? QString() : u"[$LATEST]"_s;
    return QDateTime::fromMSecsSinceEpoch(firstMs, Qt::UTC).toString(u"yyyy/MM/dd/"_s) + QString::fromUtf8(sharingFunction) + version + name;
}

quint64 EventIds::digestOf(const Event &event)
{
    // The day in a stream's name is that of the first line that one reads.
    const QByteArray digest = QCryptographicHash::hash((event.stream.section(u']', -1) + u'\n' + event.message).toUtf8(), QCryptographicHash::Sha256);
    return qFromBigEndian<quint64>(digest.constData()) % 1'000'000'000'000'000'000ULL;
}

QString EventIds::of(qint64 epochMs, quint64 digest)
{
    if (std::exchange(m_ms, epochMs) != epochMs)
        m_alike.clear();
    return u"%1%2%3"_s.arg(epochMs, 20, 10, QChar(u'0')).arg(digest, 18, 10, QChar(u'0')).arg(m_alike[digest]++, 18, 10, QChar(u'0'));
}

QString environmentOf(const QString &functionStream)
{
    return functionStream.section(u'/', -1);
}

Result<Page> pageOf(const QString &folder, const Wanted &wanted, qsizetype from, qsizetype limit)
{
    return read(folder, wanted, {from, limit});
}

Result<Page> lastOf(const QString &folder, const Wanted &wanted, qsizetype limit)
{
    return read(folder, wanted, {-1, limit});
}

Result<Streams> streamsOf(const QString &folder, const Wanted &wanted)
{
    const auto reader = logs::LogReader::open(folder);
    if (!reader)
        return tl::unexpected(reader.error());
    Streams streams;
    const auto read = eachEvent(*reader, wanted, [&streams](const Event &event) {
        auto times = streams.find(event.stream);
        if (times == streams.end())
            times = streams.insert(event.stream, {event.epochMs, event.epochMs});
        times->first = std::min(times->first, event.epochMs);
        times->second = std::max(times->second, event.epochMs);
        return true;
    });
    return read.map([&streams] { return streams; });
}

} // namespace loggroups

} // namespace eph::cloud
