// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/suitableevent.h"

#include "core/project/arns.h"

#include <QRegularExpression>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

using Values = QHash<QString, QString>;

/// A path that the route takes.
[[nodiscard]] QString pathOf(const QString &route)
{
    static const QRegularExpression placeholder(u"\\{[^}]*\\}"_s);
    return QString(route).replace(placeholder, u"1001"_s);
}

struct Route {
    QString method; ///< `ANY` for all of them.
    QString path;   ///< As in the template; empty: whatever comes.

    [[nodiscard]] Values values() const
    {
        Values all{{u"method"_s, method == "ANY"_L1 ? u"GET"_s : method}};
        if (!path.isEmpty())
            all.insert(u"path"_s, pathOf(path));
        return all;
    }
};

[[nodiscard]] Route routeOf(const QJsonObject &properties)
{
    const QString method = properties.value("Method"_L1).toString().toUpper();
    const QString path = properties.value("Path"_L1).toString();
    return {method.isEmpty() || method.startsWith("X-"_L1) ? u"ANY"_s : method, path.startsWith(u'/') ? path : QString()};
}

/// A trigger's type, the sample of what it sends, and where it names its source.
struct Known {
    QLatin1StringView trigger;
    QLatin1StringView sample;
    QLatin1StringView property; ///< With an ARN or a name.
    QLatin1StringView field;    ///< Of the sample, for that name.
};

constexpr Known Sources[]{{"SQS"_L1, "sqs"_L1, "Queue"_L1, "queue"_L1},
                          {"SNS"_L1, "sns"_L1, "Topic"_L1, "topic"_L1},
                          {"Kinesis"_L1, "kinesis"_L1, "Stream"_L1, "stream"_L1},
                          {"DynamoDB"_L1, "dynamodb"_L1, "Stream"_L1, "table"_L1},
                          {"S3"_L1, "s3-put"_L1, "Bucket"_L1, "bucket"_L1},
                          {"Schedule"_L1, "eventbridge-schedule"_L1, {}, {}},
                          {"ScheduleV2"_L1, "eventbridge-schedule"_L1, {}, {}},
                          {"EventBridgeRule"_L1, "eventbridge-custom"_L1, {}, {}},
                          {"CloudWatchEvent"_L1, "eventbridge-custom"_L1, {}, {}},
                          {"CloudWatchLogs"_L1, "cloudwatch-logs"_L1, {}, {}}};

/// What an ARN names, or the name itself: of a table's stream, the table.
[[nodiscard]] QString nameIn(const QString &arn)
{
    // `stream/NAME`, `stream/NAME/consumer/ID`, `table/NAME/stream/TIME`; others have no type in front.
    const QString own = arn.startsWith("arn:"_L1) ? arn.section(u':', 5) : arn;
    return own.contains(u'/') ? own.section(u'/', 1, 1) : own;
}

[[nodiscard]] std::optional<SuitableEvent> eventOf(const project::Trigger &trigger)
{
    if (trigger.type == "HttpApi"_L1 || trigger.type == "Api"_L1) {
        const bool isRest = trigger.type == "Api"_L1;
        const Route route = routeOf(trigger.properties);
        SuitableEvent event{isRest ? u"rest-api"_s : u"http-api"_s, route.values()};
        if (!route.path.isEmpty())
            event.values.insert(isRest ? u"resource"_s : u"route"_s, isRest ? route.path : QString(route.method + u' ' + route.path));
        return event;
    }
    const auto known = std::find_if(std::begin(Sources), std::end(Sources), [&trigger](const Known &one) { return one.trigger == trigger.type; });
    if (known == std::end(Sources))
        return std::nullopt;
    const QString source = known->property.isEmpty() ? QString() : trigger.properties.value(known->property).toString();
    SuitableEvent event{project::isFifoQueue(source) ? u"sqs-fifo"_s : QString(known->sample), {}};
    if (!source.isEmpty())
        event.values.insert(known->field, nameIn(source));
    return event;
}

} // namespace

std::optional<SuitableEvent> suitableEvent(const project::Function &function)
{
    for (const project::Trigger &trigger : function.triggers) {
        if (auto event = eventOf(trigger))
            return event;
    }
    return function.properties.contains("FunctionUrlConfig"_L1) ? std::optional(SuitableEvent{u"function-url"_s, {}}) : std::nullopt;
}

} // namespace eph::services
