// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/eventsourcemapping.h"

#include "core/base/text.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

using Kind = EventSourceMapping::Kind;

/// Reads the properties of one mapping and keeps the first thing that is wrong about them.
class Reader
{
public:
    explicit Reader(const QJsonObject &properties)
        : m_properties(properties)
    {
    }

    [[nodiscard]] int number(const QString &key, int standard, int low, int high)
    {
        const QJsonValue value = m_properties.value(key);
        if (value.isUndefined() || value.isNull())
            return standard;
        bool isNumber = false;
        const int number = value.toVariant().toString().toInt(&isNumber);
        if (isNumber && number >= low && number <= high)
            return number;
        complain(Core::tr("%1 is “%2”; it has to be between %3 and %4.").arg(key, value.toVariant().toString()).arg(low).arg(high));
        return standard;
    }
    [[nodiscard]] bool truth(const QString &key, bool standard) const
    {
        const QString text = m_properties.value(key).toVariant().toString();
        return text.isEmpty() ? standard : text.compare("true"_L1, Qt::CaseInsensitive) == 0;
    }
    [[nodiscard]] QJsonObject object(const QString &key) const { return m_properties.value(key).toObject(); }
    [[nodiscard]] QString text(const QString &key) const { return m_properties.value(key).toVariant().toString(); }
    [[nodiscard]] bool lists(const QString &key, const QString &entry) const { return m_properties.value(key).toArray().contains(entry); }
    [[nodiscard]] QList<events::EventPattern> filters()
    {
        QList<events::EventPattern> all;
        const QJsonArray filters = object(u"FilterCriteria"_s).value("Filters"_L1).toArray();
        for (const auto &filter : filters) {
            const auto pattern = events::EventPattern::parse(filter.toObject().value("Pattern"_L1).toString().toUtf8());
            if (pattern)
                all << *pattern;
            else
                complain(pattern.error().message);
        }
        return all;
    }
    void complain(const QString &problem)
    {
        if (m_problem.isEmpty())
            m_problem = problem;
    }
    [[nodiscard]] const QString &problem() const { return m_problem; }

private:
    const QJsonObject &m_properties;
    QString m_problem;
};

[[nodiscard]] std::optional<Kind> kindOf(const QString &type)
{
    if (type == "SQS"_L1)
        return Kind::Queue;
    if (type == "Kinesis"_L1)
        return Kind::Stream;
    return type == "DynamoDB"_L1 ? std::optional(Kind::TableStream) : std::nullopt;
}

/// Of an ARN: the last part of a queue's, what follows `stream/` or `table/`.
[[nodiscard]] QString sourceName(const QString &arn)
{
    const QString resource = arn.section(u':', 5);
    return resource.contains(u'/') ? resource.section(u'/', 1, 1) : resource;
}

/// `properties` are named as in a template and in a call alike; `arn` is the source's.
[[nodiscard]] EventSourceMapping read(const QJsonObject &properties, const QString &arn, Kind kind)
{
    Reader reader(properties);
    const bool queue = kind == Kind::Queue;
    EventSourceMapping mapping;
    mapping.kind = kind;
    mapping.source = sourceName(arn);
    if (mapping.source.isEmpty())
        reader.complain(arn.isEmpty() ? Core::tr("It names no source.") : Core::tr("“%1” is no ARN of its source.").arg(arn));
    const bool fifo = queue && mapping.source.endsWith(".fifo"_L1);
    mapping.enabled = reader.truth(u"Enabled"_s, true);
    mapping.batchSize = reader.number(u"BatchSize"_s, queue ? 10 : 100, 1, fifo ? 10 : 10'000);
    mapping.windowSeconds = reader.number(u"MaximumBatchingWindowInSeconds"_s, 0, 0, 300);
    if (queue && mapping.batchSize > 10 && mapping.windowSeconds == 0)
        reader.complain(u"Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"_s);
    mapping.reportsFailures = reader.lists(u"FunctionResponseTypes"_s, u"ReportBatchItemFailures"_s);
    mapping.filters = reader.filters();
    mapping.filterCriteria = reader.object(u"FilterCriteria"_s);
    const QJsonObject scaling = reader.object(u"ScalingConfig"_s);
    Reader scalingReader(scaling);
    mapping.maxConcurrency = scalingReader.number(u"MaximumConcurrency"_s, 1000, 2, 1000);
    reader.complain(scalingReader.problem());
    if (!queue) {
        mapping.startingPosition = reader.text(u"StartingPosition"_s);
        if (mapping.startingPosition != "TRIM_HORIZON"_L1 && mapping.startingPosition != "LATEST"_L1 && mapping.startingPosition != "AT_TIMESTAMP"_L1)
            reader.complain(Core::tr("StartingPosition has to be TRIM_HORIZON, LATEST or AT_TIMESTAMP."));
        mapping.startingEpochMs = qint64(reader.text(u"StartingPositionTimestamp"_s).toDouble() * 1000);
        mapping.maxRetries = reader.number(u"MaximumRetryAttempts"_s, -1, -1, 10'000);
        mapping.maxAgeSeconds = reader.number(u"MaximumRecordAgeInSeconds"_s, -1, -1, 604'800);
        mapping.bisects = reader.truth(u"BisectBatchOnFunctionError"_s, false);
        mapping.parallelization = reader.number(u"ParallelizationFactor"_s, 1, 1, 10);
        mapping.tumblingSeconds = reader.number(u"TumblingWindowInSeconds"_s, 0, 0, 900);
        mapping.onFailure = reader.object(u"DestinationConfig"_s).value("OnFailure"_L1).toObject().value("Destination"_L1).toString();
    }
    mapping.problem = reader.problem();
    return mapping;
}

[[nodiscard]] EventSourceMapping mappingOf(const project::Function &function, const project::Trigger &trigger, Kind kind)
{
    EventSourceMapping mapping = read(trigger.properties, trigger.properties.value(kind == Kind::Queue ? "Queue"_L1 : "Stream"_L1).toVariant().toString(), kind);
    mapping.id = trigger.ownResource ? trigger.name : QString(function.name + u'/' + trigger.name);
    mapping.function = function.name;
    mapping.location = trigger.location;
    return mapping;
}

/// The service refuses a queue whose messages would come again while they are worked on.
[[nodiscard]] QString refusalOf(const project::Project &project, const project::Function &function, const EventSourceMapping &mapping)
{
    const auto declared = std::find_if(project.eventSources.cbegin(), project.eventSources.cend(), [&](const project::SourceDeclaration &one) { return one.type == "AWS::SQS::Queue"_L1 && one.name == mapping.source; });
    if (mapping.kind != Kind::Queue || declared == project.eventSources.cend())
        return {};
    const QString given = declared->properties.value("VisibilityTimeout"_L1).toVariant().toString();
    const int visibility = given.isEmpty() ? 30 : given.toInt();
    return visibility < function.timeoutSeconds ? u"Queue visibility timeout: %1 seconds is less than Function timeout: %2 seconds"_s.arg(visibility).arg(function.timeoutSeconds) : QString();
}

} // namespace

std::optional<EventSourceMapping> calledMapping(const QString &uuid, const QJsonObject &configuration)
{
    const QString arn = configuration.value("EventSourceArn"_L1).toString();
    static const QMap<QString, Kind> byService{{u"sqs"_s, Kind::Queue}, {u"kinesis"_s, Kind::Stream}, {u"dynamodb"_s, Kind::TableStream}};
    const auto kind = byService.constFind(arn.section(u':', 2, 2));
    if (kind == byService.cend())
        return std::nullopt;
    EventSourceMapping mapping = read(configuration, arn, *kind);
    mapping.id = uuid;
    // Without the ARN around it: the name, and the qualifier where there is one.
    mapping.function = configuration.value("FunctionArn"_L1).toString().section(u':', 6);
    return mapping;
}

bool EventSourceMapping::operator==(const EventSourceMapping &other) const
{
    const auto patterns = [](const EventSourceMapping &one) {
        QJsonArray all;
        for (const events::EventPattern &pattern : one.filters)
            all.append(pattern.object());
        return all;
    };
    const auto rest = [](const EventSourceMapping &one) {
        return std::tie(one.id, one.function, one.kind, one.source, one.enabled, one.batchSize, one.windowSeconds, one.reportsFailures, one.maxConcurrency, one.startingPosition, one.startingEpochMs, one.maxRetries,
                        one.maxAgeSeconds, one.bisects, one.parallelization, one.tumblingSeconds, one.onFailure, one.streamView, one.problem);
    };
    return rest(*this) == rest(other) && patterns(*this) == patterns(other);
}

bool EventSourceMapping::takes(const QJsonObject &record) const
{
    return filters.isEmpty() || std::any_of(filters.begin(), filters.end(), [&](const events::EventPattern &pattern) { return pattern.matches(record); });
}

QList<EventSourceMapping> mappingsOf(const project::Project &project)
{
    QList<EventSourceMapping> all;
    for (const project::Function &function : project.functions) {
        for (const project::Trigger &trigger : function.triggers) {
            if (const auto kind = kindOf(trigger.type)) {
                all << mappingOf(function, trigger, *kind);
                if (all.last().problem.isEmpty())
                    all.last().problem = refusalOf(project, function, all.last());
            }
        }
    }
    return all;
}

Findings mappingFindings(const project::Project &project)
{
    Findings findings;
    const QList<EventSourceMapping> mappings = mappingsOf(project);
    for (const EventSourceMapping &mapping : mappings) {
        if (mapping.problem.isEmpty())
            continue;
        const bool visibility = mapping.problem.startsWith("Queue visibility timeout"_L1);
        findings << Finding{Severity::Error, visibility ? u"short-visibility"_s : u"bad-mapping"_s, Core::tr("“%1” gets nothing: %2").arg(mapping.id, mapping.problem), visibility ? Core::tr("Set VisibilityTimeout to six times the function's timeout.") : QString(), mapping.location.file, mapping.location.line, mapping.location.column, {}};
    }
    return findings;
}

std::optional<QSet<QString>> failedItems(const QByteArray &answer, const QStringList &ids)
{
    const QByteArray text = answer.trimmed();
    if (text.isEmpty() || text == "null" || text == "\"\"")
        return QSet<QString>();
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (!document.isObject())
        return std::nullopt;
    const QJsonValue list = document.object().value("batchItemFailures"_L1);
    if (list.isUndefined() || list.isNull())
        return QSet<QString>();
    if (!list.isArray())
        return std::nullopt;
    QSet<QString> failed;
    const QJsonArray items = list.toArray();
    for (const auto &item : items) {
        const QString id = item.toObject().value("itemIdentifier"_L1).toString();
        if (!ids.contains(id))
            return std::nullopt;
        failed.insert(id);
    }
    return failed;
}

} // namespace eph::cloud
