// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/logservice.h"

#include "core/base/text.h"
#include "core/logs/logarchive.h"
#include "core/logs/logsearch.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <mutex>
#include <queue>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 LongestWait = 16LL * 1024 * 1024; ///< Bytes that a follower takes at once.

[[nodiscard]] QString iso(qint64 epochMs)
{
    return QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

/// The hits of one file, with the time that each goes by.
class Hits
{
public:
    Hits(QByteArrayView text, std::vector<logs::LogHit> hits)
        : m_text(text)
        , m_hits(std::move(hits))
    {
        read();
    }

    [[nodiscard]] bool isAtEnd() const { return m_next == m_hits.size(); }
    [[nodiscard]] qint64 timeMs() const { return m_line.fields.epochMs; }
    [[nodiscard]] const StoredLine &line() const { return m_line; }
    void advance()
    {
        ++m_next;
        read();
    }

private:
    void read()
    {
        if (isAtEnd())
            return;
        const qint64 before = m_line.fields.epochMs;
        m_line.bytes = m_text.sliced(m_hits[m_next].offset, m_hits[m_next].length);
        m_line.fields = logs::fieldsOf(m_line.bytes);
        if (m_line.fields.epochMs < 0)
            m_line.fields.epochMs = before;
    }

    QByteArrayView m_text;
    std::vector<logs::LogHit> m_hits;
    size_t m_next = 0;
    StoredLine m_line;
};

/// What one part of a file adds to the whole.
void add(LogStats &stats, const LogStats &part)
{
    stats.lines += part.lines;
    stats.invocations += part.invocations;
    stats.coldStarts += part.coldStarts;
    stats.timeouts += part.timeouts;
    stats.maxMemoryMiB = std::max(stats.maxMemoryMiB, part.maxMemoryMiB);
    if (part.firstMs >= 0 && (stats.firstMs < 0 || part.firstMs < stats.firstMs))
        stats.firstMs = part.firstMs;
    stats.lastMs = std::max(stats.lastMs, part.lastMs);
    for (auto it = part.byLevel.begin(); it != part.byLevel.end(); ++it)
        stats.byLevel[it.key()] += it.value();
    for (auto it = part.byFunction.begin(); it != part.byFunction.end(); ++it)
        stats.byFunction[it.key()] += it.value();
}

/// Reads a part of a file; durations of its reports go into a list.
[[nodiscard]] LogStats read(QByteArrayView chunk, std::vector<float> &durations)
{
    LogStats part;
    std::array<qint64, size_t(logs::Level::Fatal) + 1> levels{};
    QHash<QByteArray, qint64> functions;
    QByteArray function;
    qint64 ofFunction = 0;
    const auto settle = [&] {
        if (!function.isEmpty())
            functions[function] += ofFunction;
        ofFunction = 0;
    };
    for (qsizetype at = 0; at < chunk.size();) {
        const qsizetype end = chunk.indexOf('\n', at);
        const QByteArrayView line = chunk.sliced(at, (end < 0 ? chunk.size() : end) - at);
        at += line.size() + 1;
        const logs::LineFields fields = logs::fieldsOf(line);
        ++part.lines;
        ++levels[size_t(fields.level)];
        if (fields.epochMs >= 0) {
            part.firstMs = part.firstMs < 0 ? fields.epochMs : std::min(part.firstMs, fields.epochMs);
            part.lastMs = std::max(part.lastMs, fields.epochMs);
        }
        // Neighbours are most often of the same one.
        if (fields.function != function) {
            settle();
            function = fields.function.toByteArray();
        }
        ++ofFunction;
        part.timeouts += fields.kind == logs::LineKind::TimedOut;
        if (fields.kind != logs::LineKind::Report)
            continue;
        ++part.invocations;
        part.coldStarts += fields.initMs >= 0;
        part.maxMemoryMiB = std::max(part.maxMemoryMiB, fields.maxMemoryMiB);
        if (fields.durationMs >= 0)
            durations.push_back(float(fields.durationMs));
    }
    settle();
    for (size_t level = 1; level < levels.size(); ++level) {
        if (levels[level] > 0)
            part.byLevel.insert(logs::levelName(logs::Level(level)), levels[level]);
    }
    for (auto it = functions.cbegin(); it != functions.cend(); ++it)
        part.byFunction.insert(QString::fromUtf8(it.key()), it.value());
    return part;
}

} // namespace

QByteArrayView printedText(const StoredLine &line)
{
    if (!line.bytes.startsWith('@'))
        return line.bytes;
    // Behind the fifth tab.
    qsizetype at = 0;
    for (int tabs = 0; tabs < 5 && at >= 0; ++tabs)
        at = line.bytes.indexOf('\t', at) + 1;
    return line.bytes.sliced(at);
}

QJsonObject toJson(const StoredLine &line)
{
    const logs::LineFields &fields = line.fields;
    QJsonObject object{{u"text"_s, QString::fromUtf8(printedText(line))}, {u"kind"_s, logs::lineKindName(fields.kind)}};
    const auto text = [&object](const QString &name, QByteArrayView value) {
        if (!value.isEmpty())
            object.insert(name, QString::fromUtf8(value));
    };
    const auto number = [&object](const QString &name, double value) {
        if (value >= 0)
            object.insert(name, value);
    };
    if (fields.epochMs >= 0)
        object.insert(u"time"_s, iso(fields.epochMs));
    number(u"epochMs"_s, double(fields.epochMs));
    text(u"function"_s, fields.function);
    text(u"stream"_s, fields.stream);
    text(u"requestId"_s, fields.requestId);
    if (fields.level != logs::Level::None)
        object.insert(u"level"_s, logs::levelName(fields.level));
    number(u"durationMs"_s, fields.durationMs);
    number(u"billedMs"_s, double(fields.billedMs));
    number(u"initMs"_s, fields.initMs);
    number(u"memoryMiB"_s, fields.memoryMiB);
    number(u"maxMemoryMiB"_s, fields.maxMemoryMiB);
    return object;
}

QJsonObject toJson(const LogStats &stats)
{
    const auto counts = [](const QMap<QString, qint64> &map) {
        QJsonObject object;
        for (auto it = map.begin(); it != map.end(); ++it)
            object.insert(it.key(), it.value());
        return object;
    };
    QJsonObject object{{u"lines"_s, stats.lines}, {u"bytes"_s, stats.bytes}, {u"files"_s, stats.files}, {u"byLevel"_s, counts(stats.byLevel)}, {u"byFunction"_s, counts(stats.byFunction)},
                       {u"invocations"_s, stats.invocations}, {u"coldStarts"_s, stats.coldStarts}, {u"timeouts"_s, stats.timeouts}};
    if (stats.firstMs >= 0) {
        object.insert(u"first"_s, iso(stats.firstMs));
        object.insert(u"last"_s, iso(stats.lastMs));
    }
    if (stats.medianMs >= 0) {
        object.insert(u"medianMs"_s, stats.medianMs);
        object.insert(u"p95Ms"_s, stats.p95Ms);
        object.insert(u"maxMs"_s, stats.maxMs);
    }
    if (stats.maxMemoryMiB >= 0)
        object.insert(u"maxMemoryMiB"_s, stats.maxMemoryMiB);
    return object;
}

Result<LogService> LogService::open(const QString &projectFolder)
{
    LogService service;
    const QStringList files = logs::logFilesIn(logs::LogArchive::folderIn(projectFolder));
    for (const QString &path : files) {
        auto file = logs::MappedFile::open(path);
        // One that has just been removed for its age is no loss.
        if (!file && file.error().code == ErrorCode::NotFound)
            continue;
        if (!file)
            return tl::unexpected(file.error());
        service.m_files.push_back(*std::move(file));
    }
    return service;
}

Result<void> LogService::each(const LogRequest &request, const std::atomic<bool> &cancelled, const std::function<bool(const StoredLine &)> &onLine) const
{
    const auto query = logs::LogQuery::parse(request.query);
    if (!query)
        return tl::unexpected(query.error());
    // One file streams; several are put side by side.
    if (m_files.size() == 1) {
        qint64 before = -1;
        const QByteArrayView text = m_files.front().bytes();
        logs::search({text, *query, request.fromMs, request.untilMs}, cancelled, [&](const std::vector<logs::LogHit> &hits) {
            for (const logs::LogHit &hit : hits) {
                StoredLine line{text.sliced(hit.offset, hit.length), {}};
                line.fields = logs::fieldsOf(line.bytes);
                if (line.fields.epochMs < 0)
                    line.fields.epochMs = before;
                before = line.fields.epochMs;
                if (!onLine(line))
                    return false;
            }
            return true;
        });
        return {};
    }
    std::vector<std::unique_ptr<Hits>> all;
    for (const logs::MappedFile &file : m_files) {
        std::vector<logs::LogHit> hits;
        logs::search({file.bytes(), *query, request.fromMs, request.untilMs}, cancelled, [&hits](const std::vector<logs::LogHit> &found) {
            hits.insert(hits.end(), found.begin(), found.end());
            return true;
        });
        all.push_back(std::make_unique<Hits>(file.bytes(), std::move(hits)));
    }
    using Next = std::pair<qint64, size_t>; // The time, then the file.
    std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
    for (size_t i = 0; i < all.size(); ++i) {
        if (!all[i]->isAtEnd())
            next.emplace(all[i]->timeMs(), i);
    }
    while (!next.empty() && !cancelled) {
        const size_t file = next.top().second;
        next.pop();
        if (!onLine(all[file]->line()))
            break;
        all[file]->advance();
        if (!all[file]->isAtEnd())
            next.emplace(all[file]->timeMs(), file);
    }
    return {};
}

Result<qint64> LogService::count(const LogRequest &request, const std::atomic<bool> &cancelled) const
{
    const auto query = logs::LogQuery::parse(request.query);
    if (!query)
        return tl::unexpected(query.error());
    qint64 hits = 0;
    for (const logs::MappedFile &file : m_files)
        hits += logs::countHits({file.bytes(), *query, request.fromMs, request.untilMs}, cancelled);
    return hits;
}

qint64 LogService::lineCount() const
{
    qint64 lines = 0;
    for (const logs::MappedFile &file : m_files)
        lines += logs::LineIndex(file.bytes()).lineCount();
    return lines;
}

LogStats LogService::stats() const
{
    LogStats stats;
    std::vector<float> durations;
    std::mutex mutex;
    stats.files = int(m_files.size());
    for (const logs::MappedFile &file : m_files) {
        stats.bytes += file.bytes().size();
        logs::eachChunk(file.bytes(), [&](QByteArrayView chunk) {
            std::vector<float> here;
            const LogStats part = read(chunk, here);
            const std::lock_guard lock(mutex);
            add(stats, part);
            durations.insert(durations.end(), here.begin(), here.end());
        });
    }
    if (durations.empty())
        return stats;
    const auto at = [&durations](double share) {
        const auto place = durations.begin() + std::min<qint64>(qint64(double(durations.size()) * share), qint64(durations.size()) - 1);
        std::nth_element(durations.begin(), place, durations.end());
        return double(*place);
    };
    stats.medianMs = at(0.5);
    stats.p95Ms = at(0.95);
    stats.maxMs = double(*std::max_element(durations.begin(), durations.end()));
    return stats;
}

Result<QStringList> LogService::import(const QStringList &files, const QString &projectFolder, bool redacts)
{
    QStringList made;
    for (const QString &file : files) {
        const auto imported = logs::importLog(file, logs::LogArchive::folderIn(projectFolder), redacts);
        if (!imported)
            return tl::unexpected(imported.error());
        made << *imported;
    }
    return made;
}

LogFollower::LogFollower(QString folder, logs::LogQuery query)
    : m_folder(std::move(folder))
    , m_query(std::make_shared<logs::LogQuery>(std::move(query)))
    , m_scratch(std::make_unique<logs::LogQuery::Scratch>(*m_query))
{
    const QStringList files = logs::logFilesIn(m_folder);
    for (const QString &path : files)
        m_read.insert(path, QFileInfo(path).size());
}

Result<LogFollower> LogFollower::start(const QString &projectFolder, const LogRequest &request)
{
    auto query = logs::LogQuery::parse(request.query);
    if (!query)
        return tl::unexpected(query.error());
    return LogFollower(logs::LogArchive::folderIn(projectFolder), *std::move(query));
}

void LogFollower::poll(const std::function<void(const StoredLine &)> &onLine)
{
    QList<QByteArray> blocks;
    QList<StoredLine> lines;
    const QStringList files = logs::logFilesIn(m_folder);
    for (const QString &path : files) {
        qint64 &read = m_read[path];
        QFile file(path);
        if (QFileInfo(path).size() <= read || !file.open(QIODevice::ReadOnly) || !file.seek(read))
            continue;
        QByteArray block = file.read(LongestWait);
        // What has no end yet comes with the next look.
        block.truncate(block.lastIndexOf('\n') + 1);
        read += block.size();
        blocks << block;
    }
    for (const QByteArray &block : std::as_const(blocks)) {
        qint64 before = -1;
        for (qsizetype at = 0; at < block.size();) {
            const qsizetype end = block.indexOf('\n', at);
            StoredLine line{QByteArrayView(block).sliced(at, end - at), {}};
            at = end + 1;
            line.fields = logs::fieldsOf(line.bytes);
            if (line.fields.epochMs < 0)
                line.fields.epochMs = before;
            before = line.fields.epochMs;
            if (m_query->wants(line.bytes, line.fields, *m_scratch))
                lines << line;
        }
    }
    std::stable_sort(lines.begin(), lines.end(), [](const StoredLine &a, const StoredLine &b) { return a.fields.epochMs < b.fields.epochMs; });
    for (const StoredLine &line : std::as_const(lines))
        onLine(line);
}

} // namespace eph::services
