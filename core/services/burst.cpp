// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/burst.h"

#include "core/base/text.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QPromise>
#include <algorithm>
#include <cmath>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString errorText(const runtime::Invocation &invocation)
{
    constexpr qsizetype MaxText = 300;
    const QJsonObject error = QJsonDocument::fromJson(invocation.payload).object();
    const QString type = error.value("errorType"_L1).toString(runtime::outcomeName(invocation.outcome));
    const QString message = error.value("errorMessage"_L1).toString();
    return (message.isEmpty() ? type : QString(type + ": "_L1 + message)).left(MaxText);
}

/// One burst under way. Lives until the last invocation has come back; any thread.
class Burst : public std::enable_shared_from_this<Burst>
{
public:
    Burst(InvokeService service, InvokeService::Prepared prepared, BurstRequest request)
        : m_service(std::move(service))
        , m_prepared(std::move(prepared))
        , m_request(std::move(request))
    {
        m_promise.start();
    }

    QFuture<Result<BurstResult>> start()
    {
        m_wall.start();
        QFuture<Result<BurstResult>> future = m_promise.future();
        m_started = std::min(m_request.concurrency, m_request.requests);
        for (int i = m_started; i > 0; --i)
            run();
        return future;
    }

private:
    /// Nothing more is to be started.
    [[nodiscard]] bool isOver() const { return m_error || m_started == m_request.requests || m_request.stop.stop_requested(); }

    void run()
    {
        QElapsedTimer timer;
        timer.start();
        m_service.run(m_prepared).then([self = shared_from_this(), timer](const Result<InvocationRecord> &record) {
            if (self->take(record, double(timer.nsecsElapsed()) / 1e6))
                self->run();
        });
    }

    /// True when another one is to follow.
    bool take(const Result<InvocationRecord> &record, double ms)
    {
        const std::lock_guard lock(m_mutex);
        ++m_ended;
        if (record)
            count(*record, ms);
        else if (!m_error)
            m_error = record.error();
        if (!isOver()) {
            ++m_started;
            return true;
        }
        if (m_ended == m_started)
            finish();
        return false;
    }

    void finish()
    {
        m_result.wallMs = double(m_wall.nsecsElapsed()) / 1e6;
        std::sort(m_result.latenciesMs.begin(), m_result.latenciesMs.end());
        std::sort(m_result.coldMs.begin(), m_result.coldMs.end());
        m_promise.addResult(m_error ? Result<BurstResult>(tl::unexpected(*m_error)) : Result<BurstResult>(m_result));
        m_promise.finish();
    }

    void count(const InvocationRecord &record, double ms)
    {
        ++m_result.requests;
        m_result.cost += record.cost;
        const runtime::Invocation &invocation = record.invocation;
        if (invocation.outcome == runtime::Outcome::Throttled) {
            ++m_result.throttles;
            return;
        }
        m_result.errors += invocation.outcome != runtime::Outcome::Answered;
        if (invocation.outcome != runtime::Outcome::Answered && m_result.firstError.isEmpty())
            m_result.firstError = errorText(invocation);
        m_result.timeouts += invocation.outcome == runtime::Outcome::TimedOut;
        m_result.latenciesMs << ms;
        if (invocation.report.coldStart) {
            ++m_result.coldStarts;
            m_result.coldMs << ms;
        }
    }

    const InvokeService m_service;
    const InvokeService::Prepared m_prepared;
    const BurstRequest m_request;
    QElapsedTimer m_wall;
    QPromise<Result<BurstResult>> m_promise;
    std::mutex m_mutex;
    BurstResult m_result;
    std::optional<Error> m_error;
    int m_started = 0;
    int m_ended = 0;
};

double rounded(double ms)
{
    return std::round(ms * 100) / 100;
}

} // namespace

double BurstResult::percentileMs(double share) const
{
    if (latenciesMs.isEmpty())
        return 0;
    const auto rank = qsizetype(std::ceil(share * double(latenciesMs.size())));
    return latenciesMs.at(std::clamp<qsizetype>(rank - 1, 0, latenciesMs.size() - 1));
}

QJsonObject toJson(const BurstResult &result)
{
    return {{u"requests"_s, result.requests}, {u"coldStarts"_s, result.coldStarts}, {u"errors"_s, result.errors}, {u"timeouts"_s, result.timeouts}, {u"throttles"_s, result.throttles},
            {u"p50Ms"_s, rounded(result.percentileMs(0.5))}, {u"p95Ms"_s, rounded(result.percentileMs(0.95))}, {u"p99Ms"_s, rounded(result.percentileMs(0.99))},
            {u"maxMs"_s, rounded(result.percentileMs(1))}, {u"wallMs"_s, rounded(result.wallMs)}, {u"costUsd"_s, result.cost.exact()}, {u"firstError"_s, result.firstError}};
}

QFuture<Result<BurstResult>> runBurst(const InvokeService &service, const BurstRequest &request)
{
    auto prepared = InvokeService::prepare(request.invoke);
    if (!prepared)
        return QtFuture::makeReadyFuture(Result<BurstResult>(tl::unexpected(prepared.error())));
    return std::make_shared<Burst>(service, *std::move(prepared), request)->start();
}

QList<HistogramBar> histogram(const BurstResult &result, int bars)
{
    if (result.latenciesMs.isEmpty() || bars < 1)
        return {};
    constexpr double Smallest = 0.05;
    constexpr double WideRange = 20;
    const double low = std::max(Smallest, result.latenciesMs.first());
    const double high = std::max(low * 1.01, result.latenciesMs.last());
    const bool logarithmic = high / low > WideRange;
    const auto edge = [&](int i) {
        const double share = double(i) / bars;
        return logarithmic ? low * std::pow(high / low, share) : low + (high - low) * share;
    };
    QList<HistogramBar> all;
    for (int i = 0; i < bars; ++i)
        all << HistogramBar{edge(i), edge(i + 1), 0, 0};
    const auto barOf = [&](double ms) -> HistogramBar & {
        const auto found = std::find_if(all.begin(), all.end(), [&](const HistogramBar &bar) { return ms < bar.toMs; });
        return found == all.end() ? all.last() : *found;
    };
    for (const double ms : result.latenciesMs)
        ++barOf(ms).warm;
    for (const double ms : result.coldMs) {
        HistogramBar &bar = barOf(ms);
        --bar.warm;
        ++bar.cold;
    }
    return all;
}

} // namespace eph::services
