// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/storedlog.h"

#include "core/logs/logsearch.h"

#include <QElapsedTimer>
#include <algorithm>
#include <map>
#include <mutex>

namespace eph::services {

namespace {

/// So many lines are handed over at once.
constexpr size_t BatchLines = 4096;
/// The first are to be seen at once.
constexpr size_t FirstLines = 64;

/// Of a text, counted on all processors.
[[nodiscard]] logs::LogOverview overviewOf(QByteArrayView text, const std::atomic<bool> &cancelled)
{
    std::mutex mutex;
    std::map<const char *, logs::LogOverview> parts;
    logs::eachChunk(text, [&](QByteArrayView chunk) {
        logs::LogOverview part;
        for (qsizetype at = 0; at < chunk.size() && !cancelled;) {
            const qsizetype end = chunk.indexOf('\n', at);
            const QByteArrayView line = chunk.sliced(at, (end < 0 ? chunk.size() : end) - at);
            at += line.size() + 1;
            const logs::LineFields fields = logs::fieldsOf(line);
            part.add(fields.epochMs, logs::gravityOf(fields, line));
        }
        const std::lock_guard lock(mutex);
        parts.emplace(chunk.data(), std::move(part));
    });
    logs::LogOverview whole;
    for (const auto &[begin, part] : parts)
        whole.append(part);
    return whole;
}

} // namespace

logs::Line lineOf(QByteArrayView bytes)
{
    // Somebody may have cut the file meanwhile.
    if (!logs::MappedFile::populate(bytes))
        return {};
    const logs::LineFields fields = logs::fieldsOf(bytes);
    const bool says = fields.kind == logs::LineKind::Text || fields.kind == logs::LineKind::TimedOut;
    return {fields.epochMs, says ? logs::Source::Function : logs::Source::Platform, QString::fromUtf8(fields.function), QString::fromUtf8(fields.stream), fields.requestId.toByteArray(), fields.printed.toByteArray()};
}

StoredLog::StoredLog(QObject *parent)
    : QObject(parent)
{
}

StoredLog::~StoredLog()
{
    cancel();
}

void StoredLog::cancel()
{
    m_found->cancelled = true;
}

void StoredLog::search(const QString &projectFolder, const LogRequest &request, logs::Sink &sink)
{
    cancel();
    m_found = std::make_shared<Found>();
    m_searching = true;
    struct Outcome {
        double ms = 0;
        std::optional<Error> error = {};
    };
    m_jobs.run([found = m_found, projectFolder, request, &sink] {
        // A full disk is told where the lines are lost.
        (void)sink.flush();
        QElapsedTimer timer;
        timer.start();
        auto service = LogService::open(projectFolder);
        if (!service)
            return Outcome{0, service.error()};
        found->service.emplace(*std::move(service));
        Outcome outcome;
        if (request.query.trimmed().isEmpty() && request.fromMs < 0 && request.untilMs < 0 && found->service->isInOrder())
            index(*found);
        else
            find(*found, request, outcome.error);
        outcome.ms = double(timer.nsecsElapsed()) / 1e6;
        return outcome;
    }, [this, found = m_found](const Outcome &outcome) {
        if (found != m_found)
            return;
        m_searching = false;
        if (outcome.error)
            Q_EMIT failed(*outcome.error);
        else
            Q_EMIT finished(outcome.ms);
    });
}

void StoredLog::index(Found &found)
{
    // Of much text the beginning is to be seen before all of it was read.
    constexpr qsizetype HeadBytes = 1024 * 1024;
    if (!found.service->files().empty() && found.service->files().front().bytes().size() > 8 * HeadBytes) {
        const QByteArrayView head = found.service->files().front().bytes().first(HeadBytes);
        logs::LineIndex lines(head.first(head.lastIndexOf('\n') + 1));
        const QMutexLocker lock(&found.mutex);
        found.whole.emplace_back(0, std::move(lines));
    }
    std::vector<std::pair<qint64, logs::LineIndex>> whole;
    qint64 first = 0;
    for (const logs::MappedFile &file : found.service->files()) {
        if (found.cancelled)
            return;
        whole.emplace_back(first, logs::LineIndex(file.bytes()));
        first += whole.back().second.lineCount();
    }
    {
        const QMutexLocker lock(&found.mutex);
        found.whole = std::move(whole);
    }
    // The lines are there to be seen meanwhile.
    auto overview = std::make_shared<logs::LogOverview>();
    for (const logs::MappedFile &file : found.service->files()) {
        if (found.cancelled)
            return;
        overview->append(overviewOf(file.bytes(), found.cancelled));
        const QMutexLocker lock(&found.mutex);
        found.overview = std::make_shared<logs::LogOverview>(*overview);
    }
}

void StoredLog::find(Found &found, const LogRequest &request, std::optional<Error> &error)
{
    std::vector<QByteArrayView> batch;
    logs::LogOverview overview;
    size_t most = FirstLines;
    const auto handOver = [&] {
        auto copy = std::make_shared<const logs::LogOverview>(overview);
        const QMutexLocker lock(&found.mutex);
        found.overview = std::move(copy);
        found.lines.insert(found.lines.end(), batch.begin(), batch.end());
        batch.clear();
        most = BatchLines;
    };
    const auto searched = found.service->each(request, found.cancelled, [&](const StoredLine &line) {
        batch.push_back(line.bytes);
        overview.add(line.fields.epochMs, logs::gravityOf(line.fields, line.bytes));
        if (batch.size() >= most)
            handOver();
        return !found.cancelled;
    });
    handOver();
    if (!searched)
        error = searched.error();
}

StoredLog::Range StoredLog::range() const
{
    const QMutexLocker lock(&m_found->mutex);
    if (!m_found->whole.empty())
        return {0, m_found->whole.back().first + m_found->whole.back().second.lineCount()};
    return {0, qint64(m_found->lines.size())};
}

std::shared_ptr<const logs::LogOverview> StoredLog::overview() const
{
    const QMutexLocker lock(&m_found->mutex);
    return m_found->overview;
}

QByteArrayView StoredLog::bytesOf(qint64 number) const
{
    if (m_found->whole.empty())
        return m_found->lines[size_t(number)];
    const auto file = std::prev(std::upper_bound(m_found->whole.begin(), m_found->whole.end(), number, [](qint64 wanted, const auto &one) { return wanted < one.first; }));
    const QByteArrayView text = m_found->service->files()[size_t(file - m_found->whole.begin())].bytes();
    return file->second.line(text, number - file->first);
}

QList<logs::Line> StoredLog::lines(qint64 from, qint64 count) const
{
    const qint64 end = std::min(from + count, range().end);
    const QMutexLocker lock(&m_found->mutex);
    QList<logs::Line> lines;
    for (qint64 number = std::max<qint64>(from, 0); number < end; ++number)
        lines << lineOf(bytesOf(number));
    return lines;
}

} // namespace eph::services
