// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/storedlog.h"

#include <QElapsedTimer>

namespace eph::services {

namespace {

/// So many lines are handed over at once.
constexpr size_t BatchLines = 4096;

[[nodiscard]] logs::Line lineOf(QByteArrayView bytes)
{
    // Somebody may have cut the file meanwhile.
    if (!logs::MappedFile::populate(bytes))
        return {};
    const logs::LineFields fields = logs::fieldsOf(bytes);
    const bool says = fields.kind == logs::LineKind::Text || fields.kind == logs::LineKind::TimedOut;
    return {fields.epochMs, says ? logs::Source::Function : logs::Source::Platform, QString::fromUtf8(fields.function), QString::fromUtf8(fields.stream), fields.requestId.toByteArray(), fields.printed.toByteArray()};
}

} // namespace

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
        std::optional<Error> error;
    };
    m_jobs.run([found = m_found, projectFolder, request, &sink] {
        // A full disk is told where the lines are lost.
        (void)sink.flush();
        QElapsedTimer timer;
        timer.start();
        auto service = LogService::open(projectFolder);
        if (!service)
            return Outcome{0, service.error()};
        {
            const QMutexLocker lock(&found->mutex);
            found->service.emplace(*std::move(service));
        }
        std::vector<QByteArrayView> batch;
        const auto handOver = [&] {
            const QMutexLocker lock(&found->mutex);
            found->lines.insert(found->lines.end(), batch.begin(), batch.end());
            batch.clear();
        };
        const auto searched = found->service->each(request, found->cancelled, [&](const StoredLine &line) {
            batch.push_back(line.bytes);
            if (batch.size() >= BatchLines)
                handOver();
            return !found->cancelled;
        });
        handOver();
        return Outcome{double(timer.nsecsElapsed()) / 1e6, searched ? std::nullopt : std::optional(searched.error())};
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

StoredLog::Range StoredLog::range() const
{
    const QMutexLocker lock(&m_found->mutex);
    return {0, qint64(m_found->lines.size())};
}

QList<logs::Line> StoredLog::lines(qint64 from, qint64 count) const
{
    const QMutexLocker lock(&m_found->mutex);
    QList<logs::Line> lines;
    for (qint64 number = std::max<qint64>(from, 0); number < std::min(from + count, qint64(m_found->lines.size())); ++number)
        lines << lineOf(m_found->lines[size_t(number)]);
    return lines;
}

QList<qint64> StoredLog::find(Range range, const std::function<bool(const logs::Line &)> &matches) const
{
    const QMutexLocker lock(&m_found->mutex);
    QList<qint64> numbers;
    for (qint64 number = std::max<qint64>(range.first, 0); number < std::min(range.end, qint64(m_found->lines.size())); ++number) {
        if (matches(lineOf(m_found->lines[size_t(number)])))
            numbers << number;
    }
    return numbers;
}

} // namespace eph::services
