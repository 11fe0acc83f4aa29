// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/logservice.h"

#include "core/base/text.h"
#include "core/logs/logarchive.h"
#include "core/logs/logsearch.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <array>
#include <mutex>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 LongestWait = 16LL * 1024 * 1024; ///< Bytes that a follower takes at once.

[[nodiscard]] QString iso(qint64 epochMs)
{
    return QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

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

QJsonObject toJson(const StoredLine &line)
{
    const logs::LineFields &fields = line.fields;
    QJsonObject object{{u"text"_s, logs::unescapedText(line)}, {u"kind"_s, logs::lineKindName(fields.kind)}};
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
    return logs::LogReader::open(logs::LogArchive::folderIn(projectFolder)).map([](logs::LogReader reader) { return LogService(std::move(reader)); });
}

LogStats LogService::stats() const
{
    LogStats stats;
    std::vector<float> durations;
    std::mutex mutex;
    stats.files = int(m_reader.files().size());
    for (const logs::MappedFile &file : m_reader.files()) {
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
    const auto rules = redacts ? logs::Redaction::rulesOf(projectFolder) : Result<QList<logs::Redaction::Rule>>(QList<logs::Redaction::Rule>());
    if (!rules)
        return tl::unexpected(rules.error());
    for (const QString &file : files) {
        const auto imported = logs::importLog(file, logs::LogArchive::folderIn(projectFolder), *rules);
        if (!imported)
            return tl::unexpected(imported.error());
        made << *imported;
    }
    return made;
}

LogFollower::LogFollower(QString folder, logs::LogQuery query, const LogService &after)
    : m_folder(std::move(folder))
    , m_query(std::make_shared<logs::LogQuery>(std::move(query)))
    , m_scratch(std::make_unique<logs::LogQuery::Scratch>(*m_query))
{
    for (const logs::MappedFile &file : after.files())
        m_read.insert(file.path(), file.bytes().size());
}

Result<LogFollower> LogFollower::start(const QString &projectFolder, const LogRequest &request, const LogService &after)
{
    auto query = logs::LogQuery::parse(request.query);
    if (!query)
        return tl::unexpected(query.error());
    return LogFollower(logs::LogArchive::folderIn(projectFolder), *std::move(query), after);
}

void LogFollower::poll(const std::function<void(const StoredLine &)> &onLine)
{
    QList<QByteArray> blocks;
    QList<StoredLine> lines;
    const QStringList files = logs::logFilesIn(m_folder);
    for (const QString &path : files) {
        if (!m_read.contains(path) && QFileInfo(path).fileName().startsWith("import-"_L1))
            continue;
        qint64 &read = m_read[path];
        QFile file(path);
        if (QFileInfo(path).size() <= read || !file.open(QIODevice::ReadOnly) || !file.seek(read))
            continue;
        QByteArray block = file.read(LongestWait);
        // What has no end yet comes with the next look.
        const qsizetype whole = block.lastIndexOf('\n') + 1;
        // One that is longer than all that is read at once is no line of a log.
        read += whole == 0 && block.size() == LongestWait ? block.size() : whole;
        block.truncate(whole);
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
