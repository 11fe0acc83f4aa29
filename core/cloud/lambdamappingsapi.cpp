// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdamappingsapi.h"

#include "core/base/text.h"
#include "core/cloud/constraints.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>
#include <QUuid>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// What a call may say, as it is told again.
const QStringList Members{u"BatchSize"_s, u"MaximumBatchingWindowInSeconds"_s, u"StartingPosition"_s, u"StartingPositionTimestamp"_s, u"ParallelizationFactor"_s, u"MaximumRecordAgeInSeconds"_s, u"MaximumRetryAttempts"_s,
                          u"BisectBatchOnFunctionError"_s, u"TumblingWindowInSeconds"_s, u"ScalingConfig"_s, u"FunctionResponseTypes"_s, u"FilterCriteria"_s, u"DestinationConfig"_s, u"Enabled"_s};

[[nodiscard]] ApiError invalid(const QString &message)
{
    return {400, "InvalidParameterValueException", message};
}

[[nodiscard]] bool isQueue(const QJsonObject &mapping)
{
    return mapping.value("EventSourceArn"_L1).toString().section(u':', 2, 2) == "sqs"_L1;
}

[[nodiscard]] ApiError notFound()
{
    return {404, "ResourceNotFoundException", u"The resource you requested does not exist."_s};
}

/// What the service fills in.
void addStandards(QJsonObject &mapping)
{
    const auto standard = [&](const QString &name, const QJsonValue &value) {
        if (!mapping.contains(name))
            mapping.insert(name, value);
    };
    standard(u"BatchSize"_s, isQueue(mapping) ? 10 : 100);
    standard(u"MaximumBatchingWindowInSeconds"_s, 0);
    standard(u"FunctionResponseTypes"_s, QJsonArray());
    if (isQueue(mapping))
        return;
    standard(u"ParallelizationFactor"_s, 1);
    standard(u"MaximumRecordAgeInSeconds"_s, -1);
    standard(u"MaximumRetryAttempts"_s, -1);
    standard(u"BisectBatchOnFunctionError"_s, false);
    standard(u"TumblingWindowInSeconds"_s, 0);
    standard(u"DestinationConfig"_s, QJsonObject{{u"OnFailure"_s, QJsonObject()}});
}

} // namespace

LambdaMappingsApi::LambdaMappingsApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed, sources::SourceStores &sources, const MappingStates &states)
    : m_catalogue(catalogue)
    , m_deployed(deployed)
    , m_sources(sources)
    , m_states(states)
    , m_names(catalogue, deployed)
{
}

void LambdaMappingsApi::addTo(RestRoutes &routes)
{
    routes.add("POST", "/2015-03-31/event-source-mappings", [this](const RestCall &call) { return create(call); });
    routes.add("GET", "/2015-03-31/event-source-mappings", [this](const RestCall &call) { return list(call); });
    routes.add("GET", "/2015-03-31/event-source-mappings/{UUID}", [this](const RestCall &call) { return get(call); });
    routes.add("PUT", "/2015-03-31/event-source-mappings/{UUID}", [this](const RestCall &call) { return update(call); });
    routes.add("DELETE", "/2015-03-31/event-source-mappings/{UUID}", [this](const RestCall &call) { return remove(call); });
}

QMap<QString, LambdaMappingsApi::Known> LambdaMappingsApi::all() const
{
    QMap<QString, Known> all;
    const auto made = m_deployed.documents().all(kinds::Mapping, {});
    for (auto it = made.begin(); it != made.end(); ++it)
        all.insert(it.key(), {*it, {}});
    const auto project = m_catalogue.project();
    if (!project)
        return all;
    const QString region = (*project)->region;
    const QList<EventSourceMapping> mappings = mappingsOf(**project);
    for (const EventSourceMapping &mapping : mappings) {
        const QString source = mapping.kind == EventSourceMapping::Kind::Queue ? sources::queueArn(region, mapping.source)
            : mapping.kind == EventSourceMapping::Kind::Stream                 ? u"arn:aws:kinesis:%1:%2:stream/%3"_s.arg(region, LocalAccount, mapping.source)
                                                                               : u"arn:aws:dynamodb:%1:%2:table/%3/stream/2026-01-01T00:00:00.000"_s.arg(region, LocalAccount, mapping.source);
        QJsonObject told{{u"EventSourceArn"_s, source}, {u"FunctionArn"_s, m_catalogue.arnOf(mapping.function)}, {u"BatchSize"_s, mapping.batchSize}, {u"MaximumBatchingWindowInSeconds"_s, mapping.windowSeconds},
                         {u"Enabled"_s, mapping.enabled}};
        if (mapping.reportsFailures)
            told.insert(u"FunctionResponseTypes"_s, QJsonArray{u"ReportBatchItemFailures"_s});
        if (!mapping.filterCriteria.isEmpty())
            told.insert(u"FilterCriteria"_s, mapping.filterCriteria);
        // What the template says is as old as the template.
        told.insert(u"LastModified"_s, double(QFileInfo((*project)->templateFile).lastModified().toMSecsSinceEpoch()) / 1000);
        if (!mapping.startingPosition.isEmpty())
            told.insert(u"StartingPosition"_s, mapping.startingPosition);
        constexpr int AnyNumber = 1000;
        if (mapping.kind == EventSourceMapping::Kind::Queue && mapping.maxConcurrency != AnyNumber)
            told.insert(u"ScalingConfig"_s, QJsonObject{{u"MaximumConcurrency"_s, mapping.maxConcurrency}});
        if (mapping.kind != EventSourceMapping::Kind::Queue) {
            told.insert(u"ParallelizationFactor"_s, mapping.parallelization);
            told.insert(u"MaximumRecordAgeInSeconds"_s, mapping.maxAgeSeconds);
            told.insert(u"MaximumRetryAttempts"_s, mapping.maxRetries);
            told.insert(u"BisectBatchOnFunctionError"_s, mapping.bisects);
            told.insert(u"TumblingWindowInSeconds"_s, mapping.tumblingSeconds);
            if (!mapping.onFailure.isEmpty())
                told.insert(u"DestinationConfig"_s, QJsonObject{{u"OnFailure"_s, QJsonObject{{u"Destination"_s, mapping.onFailure}}}});
        }
        addStandards(told);
        all.insert(QUuid::createUuidV5(QUuid(), u"mapping "_s + mapping.id).toString(QUuid::WithoutBraces), {told, mapping.id});
    }
    return all;
}

QJsonObject LambdaMappingsApi::told(const QString &uuid, const Known &known) const
{
    QJsonObject mapping = known.mapping;
    const bool enabled = mapping.take("Enabled"_L1).toBool(true);
    const QString change = mapping.take("change"_L1).toString();
    const bool settling = m_deployed.isSettling(mapping.take("settlesMs"_L1).toInteger());
    mapping.insert(u"UUID"_s, uuid);
    mapping.insert(u"EventSourceMappingArn"_s, u"arn:aws:lambda:%1:%2:event-source-mapping:%3"_s.arg(m_catalogue.region(), LocalAccount, uuid));
    mapping.insert(u"State"_s, settling ? change : enabled ? u"Enabled"_s : u"Disabled"_s);
    mapping.insert(u"StateTransitionReason"_s, isQueue(mapping) ? u"USER_INITIATED"_s : u"User action"_s);
    if (isQueue(mapping))
        return mapping;
    const QString id = known.declaredId.isEmpty() ? uuid : known.declaredId;
    const QList<MappingState> states = m_states.all();
    const auto state = std::find_if(states.begin(), states.end(), [&](const MappingState &one) { return one.id == id; });
    mapping.insert(u"LastProcessingResult"_s, state == states.end() ? u"No records processed"_s : state->lastResult);
    return mapping;
}

tl::expected<LambdaMappingsApi::Known, ApiError> LambdaMappingsApi::changeable(const QString &uuid) const
{
    const auto known = all();
    const auto found = known.constFind(uuid);
    if (found == known.cend())
        return tl::unexpected(notFound());
    if (!found->declaredId.isEmpty())
        return tl::unexpected(ApiError{409, "ResourceConflictException", Core::tr("The mapping “%1” is declared by the project's template. Change it there, or take it out.").arg(found->declaredId)});
    return *found;
}

QJsonObject LambdaMappingsApi::changed(QJsonObject mapping, const QString &change) const
{
    const qint64 now = m_deployed.clock().epochMs();
    mapping.insert(u"LastModified"_s, double(now) / 1000);
    mapping.insert(u"change"_s, change);
    mapping.insert(u"settlesMs"_s, m_deployed.settledAtMs());
    return mapping;
}

std::optional<ApiError> LambdaMappingsApi::check(const QString &uuid, const QJsonObject &mapping) const
{
    const auto read = calledMapping(uuid, mapping);
    if (!read)
        return invalid(u"Unrecognized event source."_s);
    if (!isQueue(mapping) && !mapping.contains("StartingPosition"_L1))
        return invalid(u"1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."_s);
    if (isQueue(mapping) && mapping.contains("StartingPosition"_L1))
        return invalid(u"StartingPosition is not valid for SQS event sources."_s);
    if (!read->problem.isEmpty())
        return invalid(read->problem);
    const auto request = m_catalogue.requestTo(read->function);
    // One that is still being made is there all the same.
    if (!request && request.error().code != ErrorCode::Conflict)
        return invalid(u"Function does not exist"_s);
    if (request && request->config.tenantIsolation)
        return invalid(u"Event source mappings are not supported for functions enabled with tenancy configuration."_s);
    if (isQueue(mapping)) {
        const auto queue = m_sources.queues().find(read->source);
        if (!queue)
            return invalid(u"Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist."_s);
        if (request && queue->settings.visibilitySeconds < request->config.timeout.count())
            return invalid(u"Invalid request provided: Queue visibility timeout: %1 seconds is less than Function timeout: %2 seconds"_s.arg(queue->settings.visibilitySeconds).arg(request->config.timeout.count()));
    } else if (read->kind == EventSourceMapping::Kind::Stream && !m_sources.streams().find(read->source)) {
        return invalid(u"Stream not found: %1"_s.arg(mapping.value("EventSourceArn"_L1).toString()));
    }
    return std::nullopt;
}

RestReply LambdaMappingsApi::create(const RestCall &call)
{
    const QString source = call.input.value("EventSourceArn"_L1).toString();
    if (source.isEmpty())
        return tl::unexpected(invalid(u"Unrecognized event source."_s));
    const auto function = m_names.named(call.input.value("FunctionName"_L1).toString(), {});
    if (!function)
        return tl::unexpected(function.error());
    if (!m_names.exists(*function))
        return tl::unexpected(invalid(u"Function does not exist"_s));
    QJsonObject mapping{{u"EventSourceArn"_s, source}, {u"FunctionArn"_s, function->qualifiedArn()}, {u"Enabled"_s, true}};
    for (const QString &member : Members) {
        if (call.input.contains(member))
            mapping.insert(member, call.input.value(member));
    }
    addStandards(mapping);
    const QString uuid = QUuid::createUuid().toString(QUuid::WithoutBraces);
    if (const auto error = check(uuid, mapping))
        return tl::unexpected(*error);
    const auto present = all();
    for (auto it = present.begin(); it != present.end(); ++it) {
        if (it->mapping.value("EventSourceArn"_L1).toString() == source && it->mapping.value("FunctionArn"_L1).toString() == function->qualifiedArn())
            return tl::unexpected(ApiError{409, "ResourceConflictException", u"An event source mapping with %1 arn (\" %2 \") and function (\" %3 \") already exists. Please update or delete the existing mapping with UUID %4"_s.arg(isQueue(mapping) ? u"SQS"_s : u"event source"_s, source, function->name, it.key())});
    }
    mapping = changed(mapping, u"Creating"_s);
    return written(m_deployed.documents().put({kinds::Mapping, {}, uuid}, mapping), {202, told(uuid, {mapping, {}})});
}

RestReply LambdaMappingsApi::update(const RestCall &call)
{
    const QString uuid = call.path.value(u"UUID"_s);
    const auto known = changeable(uuid);
    if (!known)
        return tl::unexpected(known.error());
    QJsonObject mapping = known->mapping;
    const bool wasEnabled = mapping.value("Enabled"_L1).toBool(true);
    for (const QString &member : Members) {
        if (call.input.contains(member))
            mapping.insert(member, call.input.value(member));
    }
    if (call.input.contains("FunctionName"_L1)) {
        const auto function = m_names.named(call.input.value("FunctionName"_L1).toString(), {});
        if (!function)
            return tl::unexpected(function.error());
        mapping.insert(u"FunctionArn"_s, function->qualifiedArn());
    }
    if (const auto error = check(uuid, mapping))
        return tl::unexpected(*error);
    const bool enabled = mapping.value("Enabled"_L1).toBool(true);
    mapping = changed(mapping, enabled == wasEnabled ? u"Updating"_s : enabled ? u"Enabling"_s : u"Disabling"_s);
    return written(m_deployed.documents().put({kinds::Mapping, {}, uuid}, mapping), {202, told(uuid, {mapping, {}})});
}

RestReply LambdaMappingsApi::get(const RestCall &call)
{
    const QString uuid = call.path.value(u"UUID"_s);
    const auto known = all();
    return known.contains(uuid) ? RestReply(RestAnswer{200, told(uuid, known.value(uuid))}) : tl::unexpected(notFound());
}

RestReply LambdaMappingsApi::remove(const RestCall &call)
{
    const QString uuid = call.path.value(u"UUID"_s);
    const auto known = changeable(uuid);
    if (!known)
        return tl::unexpected(known.error());
    QJsonObject last = told(uuid, *known);
    last.insert(u"State"_s, u"Deleting"_s);
    return written(m_deployed.documents().remove({kinds::Mapping, {}, uuid}), {202, last});
}

RestReply LambdaMappingsApi::list(const RestCall &call)
{
    const QString source = call.queryValue(u"EventSourceArn"_s);
    QString arn;
    if (const QString name = call.queryValue(u"FunctionName"_s); !name.isEmpty()) {
        const auto function = m_names.named(name, {});
        if (!function)
            return tl::unexpected(function.error());
        arn = function->qualifiedArn();
    }
    QJsonArray mappings;
    const auto known = all();
    for (auto it = known.begin(); it != known.end(); ++it) {
        const bool wanted = (source.isEmpty() || it->mapping.value("EventSourceArn"_L1).toString() == source) && (arn.isEmpty() || it->mapping.value("FunctionArn"_L1).toString() == arn);
        if (wanted)
            mappings.append(told(it.key(), *it));
    }
    return RestAnswer{200, {{u"EventSourceMappings"_s, mappings}}};
}

} // namespace eph::cloud
