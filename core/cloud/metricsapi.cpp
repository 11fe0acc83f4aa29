// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/metricsapi.h"

#include "core/base/text.h"
#include "core/cloud/awssignature.h"
#include "core/cloud/cborprotocol.h"
#include "core/cloud/queryprotocol.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QJsonArray>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QByteArray Namespace = "http://monitoring.amazonaws.com/doc/2010-08-01/";

constexpr QByteArrayView TargetPrefix = "GraniteServiceVersion20100801.";
constexpr QByteArrayView CborPath = "/service/GraniteServiceVersion20100801/operation/";

/// A moment as one of the protocols writes it: ISO 8601, or seconds since 1970.
[[nodiscard]] QDateTime momentOf(const QJsonValue &value)
{
    constexpr double Latest = 253'402'300'799; // The end of the year 9999.
    if (value.isDouble() && !(value.toDouble() >= 0 && value.toDouble() <= Latest))
        return {};
    return value.isDouble() ? QDateTime::fromMSecsSinceEpoch(qint64(value.toDouble() * 1000), Qt::UTC) : QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
}

/// In the query protocol, lists come as `Dimensions.member.1.Name=…`.
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
    if (isJsonCall(request, TargetPrefix) || request.path.startsWith(CborPath))
        return true;
    return isQuery(request) && request.path == "/" && (signedService(request) == "monitoring" || request.body.contains("Version=2010-08-01"));
}

void MetricsApi::handle(const http::Request &request, const http::Responder &responder) const
{
    if (isJsonCall(request, TargetPrefix))
        return answerJsonCall(request, responder, TargetPrefix, [this](const QByteArray &action, const QJsonObject &input) { return told(perform(action, input), Dialect::Json); });
    const QByteArray id = runtime::newRequestId();
    if (request.path.startsWith(CborPath)) {
        const auto input = cborInput(request);
        const JsonAnswer answer = input ? told(perform(request.path.sliced(CborPath.size()), *input), Dialect::Cbor) : JsonAnswer(tl::unexpected(input.error()));
        return responder.respond(cborResponse(answer, id));
    }
    const QByteArray action = queryAction(request);
    const JsonAnswer answer = told(perform(action, queryFields(request.body)), Dialect::Query);
    responder.respond(answer ? queryResponse(action, Namespace, *answer, id) : queryError(answer.error(), Namespace, id));
}

tl::expected<MetricsApi::Statistics, ApiError> MetricsApi::perform(const QByteArray &action, const QJsonObject &input) const
{
    if (action == "GetMetricStatistics")
        return statistics(input);
    return refused("InvalidAction", Core::tr("CloudWatch has no call “%1” here.").arg(QString::fromLatin1(action)));
}

tl::expected<MetricsApi::Statistics, ApiError> MetricsApi::statistics(const QJsonObject &input) const
{
    const QString metric = input.value("MetricName"_L1).toString();
    static const QStringList known{u"Invocations"_s, u"Errors"_s, u"Throttles"_s, u"Duration"_s};
    const QDateTime from = momentOf(input.value("StartTime"_L1));
    const QDateTime until = momentOf(input.value("EndTime"_L1));
    const qint64 period = input.value("Period"_L1).toVariant().toLongLong();
    if (!from.isValid() || !until.isValid() || period < 1)
        return refused("InvalidParameterValue", u"The parameters StartTime, EndTime and Period are required."_s);
    constexpr qint64 LongestPeriod = 366LL * 24 * 3600;
    if (period > LongestPeriod)
        return refused("InvalidParameterValue", u"The parameter Period is too large."_s);
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
    Statistics found{metric, metric == "Duration"_L1 ? u"Milliseconds"_s : u"Count"_s, {}};
    for (auto it = periods.cbegin(); it != periods.cend(); ++it) {
        Datapoint point{from.addSecs(it.key() * period).toMSecsSinceEpoch(), {}, {}};
        const QJsonArray plain = membersOf(input.value("Statistics"_L1));
        for (const auto &statistic : plain)
            point.statistics.insert(statistic.toString(), statisticOf(*it, statistic.toString()));
        const QJsonArray extended = membersOf(input.value("ExtendedStatistics"_L1));
        for (const auto &statistic : extended)
            point.extended.insert(statistic.toString(), statisticOf(*it, statistic.toString()));
        found.points << point;
    }
    return found;
}

JsonAnswer MetricsApi::told(const tl::expected<Statistics, ApiError> &found, Dialect dialect)
{
    if (!found)
        return tl::unexpected(found.error());
    QJsonArray points;
    for (const Datapoint &point : found->points) {
        const QJsonValue time = dialect == Dialect::Query ? QJsonValue(QDateTime::fromMSecsSinceEpoch(point.epochMs, Qt::UTC).toString(Qt::ISODate)) : QJsonValue(double(point.epochMs) / 1000);
        QJsonObject one{{u"Timestamp"_s, time}, {u"Unit"_s, found->unit}};
        const auto number = [dialect](double value) { return dialect == Dialect::Query ? QJsonValue(QString::number(value)) : QJsonValue(value); };
        for (auto it = point.statistics.cbegin(); it != point.statistics.cend(); ++it)
            one.insert(it.key(), number(*it));
        QJsonArray entries;
        QJsonObject extended;
        for (auto it = point.extended.cbegin(); it != point.extended.cend(); ++it) {
            entries.append(QJsonObject{{u"key"_s, it.key()}, {u"value"_s, number(*it)}});
            extended.insert(it.key(), number(*it));
        }
        if (!point.extended.isEmpty())
            one.insert(u"ExtendedStatistics"_s, dialect == Dialect::Query ? QJsonObject{{u"entry"_s, entries}} : extended);
        points.append(one);
    }
    return QJsonObject{{u"Label"_s, found->label}, {u"Datapoints"_s, dialect == Dialect::Query ? QJsonValue(QJsonObject{{u"member"_s, points}}) : QJsonValue(points)}};
}

} // namespace eph::cloud
