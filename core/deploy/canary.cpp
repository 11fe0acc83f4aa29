// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/canary.h"

#include "core/base/text.h"
#include "core/deploy/specification.h"

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

constexpr double FewestForPercentile = 20;

} // namespace

QList<ApiCall> metricCalls(const MetricWindow &window)
{
    const QJsonArray dimensions{QJsonObject{{u"Name"_s, u"FunctionName"_s}, {u"Value"_s, window.function}}, QJsonObject{{u"Name"_s, u"Resource"_s}, {u"Value"_s, QString(window.function + u':' + LiveAlias)}}, QJsonObject{{u"Name"_s, u"ExecutedVersion"_s}, {u"Value"_s, window.version}}};
    QList<ApiCall> calls;
    for (const QString &metric : {u"Invocations"_s, u"Errors"_s, u"Duration"_s}) {
        // Numbers of the service come by the minute.
        QJsonObject asked{{u"Namespace"_s, u"AWS/Lambda"_s}, {u"MetricName"_s, metric}, {u"Dimensions"_s, dimensions}, {u"StartTime"_s, window.from.toUTC().toString(Qt::ISODate)}, {u"EndTime"_s, window.until.toUTC().toString(Qt::ISODate)}, {u"Period"_s, 60}};
        if (metric == "Duration"_L1)
            asked.insert(u"ExtendedStatistics"_s, QJsonArray{u"p95"_s});
        else
            asked.insert(u"Statistics"_s, QJsonArray{u"Sum"_s});
        calls.append({u"cloudwatch"_s, u"GetMetricStatistics"_s, asked});
    }
    return calls;
}

Result<VersionMetrics> metricsOf(AwsClient &client, const MetricWindow &window)
{
    QList<double> values;
    const QList<ApiCall> calls = metricCalls(window);
    VersionMetrics metrics;
    for (const ApiCall &call : calls) {
        const ApiAnswer answer = askReliably(client, call);
        if (!answer)
            return tl::unexpected(errorOf(call, answer.error()));
        const QJsonArray points = answer->value("Datapoints"_L1).toArray();
        const bool isDuration = call.parameters.contains("ExtendedStatistics"_L1);
        double sum = 0;
        for (const auto &each : points) {
            const QJsonObject point = each.toObject();
            const QJsonValue value = isDuration ? point.value("ExtendedStatistics"_L1).toArray().first().toObject().value("value"_L1) : point.value("Sum"_L1);
            sum += value.toString().toDouble();
        }
        if (isDuration && !points.isEmpty())
            metrics.p95Ms = sum / double(points.size());
        values << sum;
    }
    metrics.invocations = values.at(0);
    metrics.errors = values.at(1);
    return metrics;
}

Result<void> judgeCanary(const Observation &observation, const QString &function, const VersionMetrics &fresh, const VersionMetrics &live)
{
    const QString hint = Core::tr("Look into the log of %1, mend it, and deploy again.").arg(function);
    if (fresh.errors > observation.mostErrors * std::max(fresh.invocations, 1.0) && fresh.errors > observation.mostErrors)
        return failure(ErrorCode::Invalid, Core::tr("The canary failed: %1 of %2 invocations of the new version of %3 ended in an error; %4 % may.").arg(fresh.errors).arg(fresh.invocations).arg(function).arg(observation.mostErrors * 100), hint);
    const bool compared = observation.mostSlowdown > 0 && fresh.p95Ms && live.p95Ms && fresh.invocations >= FewestForPercentile && live.invocations >= FewestForPercentile;
    // Below a few milliseconds chance alone doubles a duration.
    constexpr double LeastDifferenceMs = 5;
    if (compared && *fresh.p95Ms > *live.p95Ms * observation.mostSlowdown && *fresh.p95Ms - *live.p95Ms > LeastDifferenceMs)
        return failure(ErrorCode::Invalid, Core::tr("The canary failed: 95 % of the invocations of the new version of %1 end within %2 ms, of the one before within %3 ms; %4 times that may be.").arg(function).arg(*fresh.p95Ms, 0, 'f', 1).arg(*live.p95Ms, 0, 'f', 1).arg(observation.mostSlowdown), hint);
    return {};
}

} // namespace eph::deploy
