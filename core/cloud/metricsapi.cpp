// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/metricsapi.h"

#include "core/base/text.h"
#include "core/cloud/awssignature.h"
#include "core/cloud/queryprotocol.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QJsonArray>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QByteArray Namespace = "http://monitoring.amazonaws.com/doc/2010-08-01/";

[[nodiscard]] tl::unexpected<ApiError> refused(const QByteArray &type, const QString &message)
{
    return tl::unexpected(ApiError{400, type, message});
}

/// Lists come as `Dimensions.member.1.Name=…`.
[[nodiscard]] QJsonArray membersOf(const QJsonValue &list)
{
    return list.isArray() ? list.toArray() : list.toObject().value("member"_L1).toArray();
}

[[nodiscard]] double valueOf(const FunctionMetrics::Sample &sample, const QString &metric)
{
    if (metric == "Errors"_L1)
        return sample.failed ? 1 : 0;
    if (metric == "Throttles"_L1)
        return sample.throttled ? 1 : 0;
    return metric == "Duration"_L1 ? sample.durationMs : 1;
}

[[nodiscard]] double statisticOf(QList<double> values, const QString &statistic)
{
    double sum = 0;
    for (const double value : values)
        sum += value;
    if (statistic == "Sum"_L1)
        return sum;
    if (statistic == "SampleCount"_L1)
        return double(values.size());
    if (statistic == "Average"_L1)
        return sum / double(values.size());
    std::sort(values.begin(), values.end());
    if (statistic == "Minimum"_L1)
        return values.first();
    // `p95`; the largest is the last of them.
    const double share = statistic.startsWith(u'p') ? statistic.mid(1).toDouble() / 100 : 1;
    return values.at(std::min(values.size() - 1, qsizetype(share * double(values.size()))));
}

} // namespace

bool MetricsApi::isFor(const http::Request &request)
{
    return isQuery(request) && request.path == "/" && (signedService(request) == "monitoring" || request.body.contains("Version=2010-08-01"));
}

void MetricsApi::handle(const http::Request &request, const http::Responder &responder) const
{
    const QByteArray id = runtime::newRequestId();
    const QByteArray action = queryAction(request);
    const tl::expected<QJsonObject, ApiError> answer = action == "GetMetricStatistics" ? statistics(queryFields(request.body)) : refused("InvalidAction", Core::tr("CloudWatch has no call “%1” here.").arg(QString::fromLatin1(action)));
    responder.respond(answer ? queryResponse(action, Namespace, *answer, id) : queryError(answer.error(), Namespace, id));
}

tl::expected<QJsonObject, ApiError> MetricsApi::statistics(const QJsonObject &input) const
{
    const QString metric = input.value("MetricName"_L1).toString();
    static const QStringList known{u"Invocations"_s, u"Errors"_s, u"Throttles"_s, u"Duration"_s};
    const QDateTime from = QDateTime::fromString(input.value("StartTime"_L1).toString(), Qt::ISODate);
    const QDateTime until = QDateTime::fromString(input.value("EndTime"_L1).toString(), Qt::ISODate);
    const qint64 period = input.value("Period"_L1).toString().toLongLong();
    if (!from.isValid() || !until.isValid() || period < 1)
        return refused("InvalidParameterValue", u"The parameters StartTime, EndTime and Period are required."_s);
    if (from >= until)
        return refused("InvalidParameterCombination", u"The parameter StartTime must be less than the parameter EndTime."_s);
    QString function;
    QString version;
    const QJsonArray dimensions = membersOf(input.value("Dimensions"_L1));
    for (const auto &each : dimensions) {
        const QJsonObject dimension = each.toObject();
        if (dimension.value("Name"_L1).toString() == "FunctionName"_L1)
            function = dimension.value("Value"_L1).toString();
        else if (dimension.value("Name"_L1).toString() == "ExecutedVersion"_L1)
            version = dimension.value("Value"_L1).toString();
    }
    QMap<qint64, QList<double>> periods;
    if (input.value("Namespace"_L1).toString() == "AWS/Lambda"_L1 && known.contains(metric)) {
        const QList<FunctionMetrics::Sample> samples = m_metrics.between(function, version, from.toMSecsSinceEpoch(), until.toMSecsSinceEpoch());
        for (const FunctionMetrics::Sample &sample : samples) {
            // One that was throttled is no invocation.
            if (!sample.throttled || metric == "Throttles"_L1)
                periods[(sample.startedEpochMs - from.toMSecsSinceEpoch()) / (period * 1000)] << valueOf(sample, metric);
        }
    }
    QJsonArray points;
    for (auto it = periods.cbegin(); it != periods.cend(); ++it) {
        QJsonObject point{{u"Timestamp"_s, from.addSecs(it.key() * period).toUTC().toString(Qt::ISODate)}, {u"Unit"_s, metric == "Duration"_L1 ? u"Milliseconds"_s : u"Count"_s}};
        const QJsonArray statistics = membersOf(input.value("Statistics"_L1));
        for (const auto &statistic : statistics)
            point.insert(statistic.toString(), QString::number(statisticOf(*it, statistic.toString())));
        QJsonArray extended;
        const QJsonArray wanted = membersOf(input.value("ExtendedStatistics"_L1));
        for (const auto &statistic : wanted)
            extended.append(QJsonObject{{u"key"_s, statistic}, {u"value"_s, QString::number(statisticOf(*it, statistic.toString()))}});
        if (!extended.isEmpty())
            point.insert(u"ExtendedStatistics"_s, QJsonObject{{u"entry"_s, extended}});
        points.append(point);
    }
    QJsonObject result{{u"Label"_s, metric}};
    result.insert(u"Datapoints"_s, QJsonObject{{u"member"_s, points}});
    return result;
}

} // namespace eph::cloud
