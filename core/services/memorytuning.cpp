// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/memorytuning.h"

#include "core/base/text.h"

#include <QJsonArray>
#include <algorithm>
#include <cmath>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// Of Student's distribution, two-sided 95 %, by degrees of freedom.
double studentFactor(qsizetype freedom)
{
    constexpr double Table[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
                                2.120,  2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
    return freedom < 1 ? 0 : freedom <= qsizetype(std::size(Table)) ? Table[freedom - 1] : 1.96;
}

} // namespace

void summarize(TuningPoint &point, const cost::PriceBook &prices, bool arm)
{
    if (point.ms.isEmpty())
        return;
    const auto count = double(point.ms.size());
    double sum = 0;
    for (const double ms : std::as_const(point.ms))
        sum += ms;
    point.meanMs = sum / count;
    double squares = 0;
    for (const double ms : std::as_const(point.ms))
        squares += (ms - point.meanMs) * (ms - point.meanMs);
    point.marginMs = point.ms.size() > 1 ? studentFactor(point.ms.size() - 1) * std::sqrt(squares / (count - 1) / count) : 0;
    cost::LambdaUsage usage;
    constexpr qint64 Million = 1'000'000;
    usage.add({point.memoryMiB, cost::BillingRules().billedMs(std::llround(point.meanMs * 1000), 0), arm}, Million);
    point.perMillion = cost::billOf(prices, cost::linesOf(usage), cost::FreeTier::None).total;
}

int bestPoint(const QList<TuningPoint> &points, TuningGoal goal)
{
    double dearest = 0;
    double slowest = 0;
    for (const TuningPoint &point : points) {
        if (!point.failure.isEmpty())
            continue;
        dearest = std::max(dearest, double(point.perMillion.pico));
        slowest = std::max(slowest, point.meanMs);
    }
    int best = -1;
    double least = 0;
    for (int i = 0; i < points.size(); ++i) {
        const TuningPoint &point = points.at(i);
        if (!point.failure.isEmpty() || point.ms.isEmpty())
            continue;
        const double money = dearest > 0 ? double(point.perMillion.pico) / dearest : 0;
        const double time = slowest > 0 ? point.meanMs / slowest : 0;
        const double weight = goal == TuningGoal::Cost ? money : goal == TuningGoal::Speed ? time : money + time;
        if (best < 0 || weight < least) {
            best = i;
            least = weight;
        }
    }
    return best;
}

QJsonObject toJson(const TuningResult &result)
{
    QJsonArray points;
    for (const TuningPoint &point : result.points) {
        QJsonObject json{{u"memoryMiB"_s, point.memoryMiB}};
        if (!point.failure.isEmpty()) {
            json.insert(u"failure"_s, point.failure);
        } else {
            QJsonArray runs;
            for (const double ms : point.ms)
                runs.append(ms);
            json.insert(u"meanMs"_s, point.meanMs);
            json.insert(u"marginMs"_s, point.marginMs);
            json.insert(u"initMs"_s, point.initMs);
            json.insert(u"maxMemoryMiB"_s, point.maxMemoryMiB);
            json.insert(u"usdPerMillion"_s, point.perMillion.exact());
            json.insert(u"durationsMs"_s, runs);
        }
        points.append(json);
    }
    return {{u"function"_s, result.function}, {u"points"_s, points}, {u"recommendedMiB"_s, result.best < 0 ? QJsonValue(QJsonValue::Null) : QJsonValue(result.points.at(result.best).memoryMiB)}};
}

MemoryTuning::MemoryTuning(const InvokeService &invokes, LocalCloud &cloud, QObject *parent)
    : QObject(parent)
    , m_invokes(invokes)
    , m_cloud(cloud)
{
}

MemoryTuning::~MemoryTuning()
{
    if (m_running)
        m_cloud.setSharesProcessor(m_sharedBefore);
}

Result<void> MemoryTuning::start(const TuningRequest &request)
{
    if (m_running)
        return failure(ErrorCode::Conflict, Core::tr("“%1” is being measured already.").arg(m_result.function), Core::tr("Cancel that first."));
    QList<int> sizes = request.sizes;
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    if (sizes.isEmpty() || sizes.first() < 128 || sizes.last() > 10240)
        return failure(ErrorCode::Usage, Core::tr("Memory sizes lie between 128 and 10240 MB."));
    if (request.runs < 2 || request.runs > 1000)
        return failure(ErrorCode::Usage, Core::tr("2 to 1000 runs can be made at each size."));
    auto prepared = InvokeService::prepare(request.invoke);
    if (!prepared)
        return tl::unexpected(prepared.error());
    m_prepared = *std::move(prepared);
    m_prepared.invoke.origin.kind = runtime::OriginKind::Trial;
    m_request = request;
    m_request.sizes = sizes;
    m_result = {m_prepared.function.name, {}, -1};
    m_size = 0;
    m_done = 0;
    m_point = {};
    m_cancelled = false;
    m_running = true;
    m_sharedBefore = m_cloud.options().sharesProcessor;
    m_cloud.setSharesProcessor(true);
    runNext();
    return {};
}

void MemoryTuning::runNext()
{
    const int memory = m_request.sizes.at(m_size);
    m_point.memoryMiB = memory;
    m_prepared.invoke.config.memoryMiB = memory;
    // Its own environments: what the function is otherwise asked meanwhile does not meet another memory size.
    m_prepared.invoke.config.version = u"%1MB"_s.arg(memory);
    m_prepared.invoke.config.reservedConcurrency = -1;
    m_prepared.invoke.config.provisionedConcurrency = 0;
    m_invokes.run(m_prepared).then(this, [this](const Result<InvocationRecord> &record) { took(record); });
}

void MemoryTuning::took(const Result<InvocationRecord> &record)
{
    if (!record)
        return finish(tl::unexpected(record.error()));
    if (m_cancelled)
        return finish(failure(ErrorCode::Cancelled, Core::tr("The measurement was cancelled."), Core::tr("Nothing was changed.")));
    const runtime::Report &report = record->invocation.report;
    if (record->invocation.outcome != runtime::Outcome::Answered) {
        m_point.failure = runtime::outcomeName(record->invocation.outcome);
        if (!report.errorType.isEmpty())
            m_point.failure += u": "_s + report.errorType;
        m_done += m_request.runs + 1 - int(m_point.ms.size()) - (m_point.initMs > 0 ? 1 : 0);
        return endPoint();
    }
    ++m_done;
    m_point.maxMemoryMiB = std::max(m_point.maxMemoryMiB, report.maxMemoryMiB);
    if (report.coldStart)
        m_point.initMs = report.initMs.value_or(0);
    else
        m_point.ms.append(report.durationMs);
    Q_EMIT progressed(m_done, int(m_request.sizes.size()) * (m_request.runs + 1));
    if (m_point.ms.size() == m_request.runs)
        endPoint();
    else
        runNext();
}

void MemoryTuning::endPoint()
{
    summarize(m_point, m_invokes.prices(), m_prepared.invoke.config.arm);
    m_result.points.append(m_point);
    Q_EMIT measured(m_point);
    m_point = {};
    if (++m_size < m_request.sizes.size())
        return runNext();
    m_result.best = bestPoint(m_result.points, m_request.goal);
    finish(m_result);
}

void MemoryTuning::finish(const Result<TuningResult> &result)
{
    m_running = false;
    m_cloud.setSharesProcessor(m_sharedBefore);
    if (result)
        Q_EMIT finished(*result);
    else
        Q_EMIT failed(result.error());
}

} // namespace eph::services
