// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/canary.h"

#include "core/base/text.h"
#include "core/deploy/specification.h"

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

constexpr double FewestForPercentile = 20;

[[nodiscard]] Result<QJsonArray> pointsOf(AwsClient &client, const QJsonObject &asked)
{
    const ApiCall call{u"cloudwatch"_s, u"GetMetricStatistics"_s, asked};
    const ApiAnswer answer = askReliably(client, call);
    if (!answer)
        return tl::unexpected(errorOf(call, answer.error()));
    return answer->value("Datapoints"_L1).toArray();
}

} // namespace

Result<VersionMetrics> metricsOf(AwsClient &client, const QString &function, const QString &version, const QDateTime &from, const QDateTime &until)
{
    // Numbers of the service come by the minute.
    const QJsonArray dimensions{QJsonObject{{u"Name"_s, u"FunctionName"_s}, {u"Value"_s, function}}, QJsonObject{{u"Name"_s, u"Resource"_s}, {u"Value"_s, QString(function + u':' + LiveAlias)}}, QJsonObject{{u"Name"_s, u"ExecutedVersion"_s}, {u"Value"_s, version}}};
    QJsonObject asked{{u"Namespace"_s, u"AWS/Lambda"_s}, {u"Dimensions"_s, dimensions}, {u"StartTime"_s, from.toUTC().toString(Qt::ISODate)}, {u"EndTime"_s, until.toUTC().toString(Qt::ISODate)}, {u"Period"_s, 60}};
    VersionMetrics metrics;
    asked.insert(u"Statistics"_s, QJsonArray{u"Sum"_s});
    for (const auto &[metric, count] : {std::pair(u"Invocations"_s, &metrics.invocations), std::pair(u"Errors"_s, &metrics.errors)}) {
        asked.insert(u"MetricName"_s, metric);
        const auto points = pointsOf(client, asked);
        if (!points)
            return tl::unexpected(points.error());
        for (const auto &point : *points)
            *count += point.toObject().value("Sum"_L1).toString().toDouble();
    }
    asked.remove(u"Statistics"_s);
    asked.insert(u"ExtendedStatistics"_s, QJsonArray{u"p95"_s});
    asked.insert(u"MetricName"_s, u"Duration"_s);
    const auto points = pointsOf(client, asked);
    if (!points)
        return tl::unexpected(points.error());
    double sum = 0;
    for (const auto &point : *points)
        sum += point.toObject().value("ExtendedStatistics"_L1).toArray().first().toObject().value("value"_L1).toString().toDouble();
    if (!points->isEmpty())
        metrics.p95Ms = sum / double(points->size());
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
