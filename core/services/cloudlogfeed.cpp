// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/cloudlogfeed.h"

#include "core/services/cloudlivetail.h"

#include <QThreadPool>
#include <mutex>

namespace eph::services {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds Soonest = 1s;
constexpr std::chrono::milliseconds Latest = 5s;

} // namespace

/// One run of it; made on the first look, beside the owner's thread.
struct CloudLogFeed::Reading {
    Reading(const CloudLogRequest &wanted, std::shared_ptr<logs::LogStore> to)
        : request(wanted)
        , store(std::move(to))
    {
    }

    CloudLogRequest request;
    std::shared_ptr<logs::LogStore> store;
    http::NetworkTransport transport;
    sys::SystemClock clock;
    std::unique_ptr<deploy::AwsClient> client;
    std::unique_ptr<CloudLogReader> reader;
    std::unique_ptr<CloudLiveTail> tail;
    std::mutex mutex; ///< Of the tail's making.
    std::atomic<bool> isStopped = false;

    [[nodiscard]] Result<void> look()
    {
        if (!client) {
            const auto access = accessOf(request.target, {transport, clock, QProcessEnvironment::systemEnvironment(), request.localEndpoint});
            if (!access)
                return tl::unexpected(access.error());
            client = std::make_unique<deploy::AwsClient>(transport, clock, *access);
        }
        return request.isLive ? runLive() : poll();
    }
    [[nodiscard]] CloudLogMeter meter()
    {
        const std::lock_guard lock(mutex);
        return tail ? tail->meter() : reader ? reader->meter() : CloudLogMeter();
    }

private:
    void keep(const QList<logs::Line> &lines)
    {
        for (const logs::Line &line : lines) {
            if (!isStopped)
                store->append(line);
        }
    }
    [[nodiscard]] Result<void> poll()
    {
        if (!reader)
            reader = std::make_unique<CloudLogReader>(*client, clock, request.groups, request.fromMs);
        return reader->poll(isStopped, [this](const QList<logs::Line> &lines) { keep(lines); });
    }
    [[nodiscard]] Result<void> runLive()
    {
        {
            const std::lock_guard lock(mutex);
            if (!tail)
                tail = std::make_unique<CloudLiveTail>(*client, clock, request.groups, request.fromMs);
        }
        // It waits most of the time: others have the thread's place meanwhile.
        QThreadPool::globalInstance()->releaseThread();
        const auto ran = tail->run(isStopped, [this](const QList<logs::Line> &lines) { keep(lines); });
        QThreadPool::globalInstance()->reserveThread();
        return ran;
    }
};

Result<QStringList> logGroupsOf(const DeployTarget &target, const QUrl &localEndpoint, const QString &prefix)
{
    http::NetworkTransport transport;
    sys::SystemClock clock;
    const auto access = accessOf(target, {transport, clock, QProcessEnvironment::systemEnvironment(), localEndpoint});
    if (!access)
        return tl::unexpected(access.error());
    deploy::AwsClient client(transport, clock, *access);
    return logGroups(client, prefix);
}

CloudLogFeed::CloudLogFeed(QObject *parent)
    : QObject(parent)
{
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &CloudLogFeed::look);
    m_tick.setInterval(Soonest);
    connect(&m_tick, &QTimer::timeout, this, &CloudLogFeed::lookAtMeter);
}

CloudLogFeed::~CloudLogFeed()
{
    stop();
}

void CloudLogFeed::start(const CloudLogRequest &request)
{
    stop();
    m_meter = {};
    m_store->clear();
    m_reading = std::make_shared<Reading>(request, m_store);
    m_next.setInterval(Soonest);
    if (request.isLive)
        m_tick.start();
    look();
}

void CloudLogFeed::stop()
{
    m_next.stop();
    m_tick.stop();
    if (m_reading)
        m_reading->isStopped = true;
    m_reading.reset();
}

void CloudLogFeed::look()
{
    struct Looked {
        Result<void> result;
        CloudLogMeter meter;
    };
    m_jobs.run([reading = m_reading] {
        Looked looked{reading->look(), {}};
        looked.meter = reading->meter();
        return looked;
    }, [this, reading = m_reading](const Looked &looked) {
        if (reading != m_reading)
            return;
        const bool came = looked.meter.events > m_meter.events;
        m_meter = looked.meter;
        m_next.setInterval(came ? Soonest : std::min(Latest, std::chrono::milliseconds(m_next.intervalAsDuration() * 3 / 2)));
        if (looked.result || looked.result.error().code == ErrorCode::Io || looked.result.error().code == ErrorCode::TimedOut)
            m_next.start();
        else
            stop();
        if (looked.result)
            Q_EMIT changed();
        else
            Q_EMIT failed(looked.result.error());
    });
}

void CloudLogFeed::lookAtMeter()
{
    m_meter = m_reading->meter();
    Q_EMIT changed();
}

} // namespace eph::services
