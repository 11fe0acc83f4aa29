// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/eventsapi.h"

#include "core/cloud/resourcetags.h"
#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/constraints.h"
#include "core/cloud/paging.h"
#include "core/schedule/expression.h"
#include "core/schedule/explain.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QString TagsKind = u"event-tags"_s;

constexpr QByteArrayView TargetPrefix = "AWSEvents.";
const QString DefaultBus = u"default"_s;
const QString NamePattern = u"[\\.\\-_A-Za-z0-9]+"_s;
constexpr qsizetype MaxTargets = 5;
constexpr qsizetype MaxEntries = 10;
constexpr qint64 MaxEventBytes = 262'144;

[[nodiscard]] JsonAnswer written(const Result<void> &result, const QJsonObject &answer = {})
{
    if (!result)
        return tl::unexpected(ApiError{500, "InternalException", result.error().message});
    return answer;
}

/// A bus is named by its name or its ARN.
[[nodiscard]] QString busNamed(const QJsonObject &input)
{
    const QString given = input.value("EventBusName"_L1).toString(DefaultBus);
    return given.startsWith("arn:"_L1) ? given.section(u'/', -1) : given;
}

[[nodiscard]] bool isOffered(const QByteArray &action)
{
    static const QSet<QByteArray> calls{"PutEvents", "CreateEventBus", "DeleteEventBus", "ListEventBuses", "DescribeEventBus", "TagResource", "UntagResource", "ListTagsForResource", "TestEventPattern", "ListRules",
                                        "ListRuleNamesByTarget", "PutRule", "DeleteRule", "DescribeRule", "EnableRule", "DisableRule", "PutTargets", "RemoveTargets", "ListTargetsByRule"};
    return calls.contains(action);
}

[[nodiscard]] JsonAnswer inPages(const QString &member, const QJsonArray &all, const QJsonObject &input)
{
    constexpr qsizetype MostAtOnce = 100;
    if (const auto error = Constraints().range(u"limit"_s, input.value("Limit"_L1), 1, MostAtOnce).error())
        return tl::unexpected(*error);
    const auto page = pageOf(all, input.value("Limit"_L1).toInteger(MostAtOnce), input.value("NextToken"_L1).toString());
    if (!page)
        return refused("ValidationException", u"Invalid NextToken"_s);
    QJsonObject answer{{member, page->items}};
    if (!page->next.isEmpty())
        answer.insert(u"NextToken"_s, page->next);
    return answer;
}

} // namespace

EventsApi::EventsApi(EventBus &bus, FunctionCatalogue &catalogue, DeployedFunctions &deployed)
    : m_bus(bus)
    , m_catalogue(catalogue)
    , m_deployed(deployed)
{
}

bool EventsApi::isFor(const http::Request &request)
{
    return isJsonCall(request, TargetPrefix);
}

void EventsApi::handle(const http::Request &request, const http::Responder &responder)
{
    answerJsonCall(request, responder, TargetPrefix, [&](const QByteArray &action, const QJsonObject &input) { return perform(action, input, request.header("X-Amzn-Trace-Id")); });
}

JsonAnswer EventsApi::perform(const QByteArray &action, const QJsonObject &input, const QByteArray &trace)
{
    if (!isOffered(action))
        return refused("UnknownOperationException", Core::tr("EventBridge's API has no call “%1” here.").arg(QString::fromLatin1(action)));
    if (action == "PutEvents")
        return putEvents(input, trace);
    if (action == "CreateEventBus")
        return createBus(input);
    if (action == "DeleteEventBus")
        return deleteBus(input);
    if (action == "ListEventBuses")
        return listBuses(input);
    if (action == "TagResource" || action == "UntagResource" || action == "ListTagsForResource")
        return tags(action, input);
    if (action == "TestEventPattern") {
        const auto pattern = events::EventPattern::parse(input.value("EventPattern"_L1).toString().toUtf8());
        if (!pattern)
            return refused("InvalidEventPatternException", u"Event pattern is not valid. Reason: "_s + pattern.error().detail);
        return QJsonObject{{u"Result"_s, pattern->matches(QJsonDocument::fromJson(input.value("Event"_L1).toString().toUtf8()).object())}};
    }
    const QString bus = action == "DescribeEventBus" ? input.value("Name"_L1).toString(DefaultBus).section(u'/', -1) : busNamed(input);
    if (!busExists(bus))
        return refused("ResourceNotFoundException", u"Event bus %1 does not exist."_s.arg(bus));
    if (action == "DescribeEventBus")
        return busOf(bus);
    if (action == "ListRules")
        return listRules(input);
    if (action == "ListRuleNamesByTarget")
        return listRuleNames(input);
    const QJsonValue name = input.value(input.contains("Rule"_L1) ? "Rule"_L1 : "Name"_L1);
    if (const auto error = Constraints().required(u"name"_s, name).length(u"name"_s, name, 1, 64).pattern(u"name"_s, name, NamePattern).error())
        return tl::unexpected(*error);
    return performOnRule(action, {bus, name.toString()}, input);
}

JsonAnswer EventsApi::performOnRule(const QByteArray &action, const RuleName &rule, const QJsonObject &input)
{
    static const QByteArrayList changing{"PutRule", "DeleteRule", "EnableRule", "DisableRule", "PutTargets", "RemoveTargets"};
    const auto declared = declaredRule(rule);
    if (declared && changing.contains(action))
        return refused("ManagedRuleException", Core::tr("The rule “%1” is declared by the project's template. Change it there.").arg(rule.name));
    if (action == "PutRule")
        return putRule(rule, input);
    if (action == "DeleteRule")
        return deleteRule(rule);
    if (action == "DescribeRule") {
        auto described = existing(rule);
        if (described)
            described->insert(u"CreatedBy"_s, LocalAccount);
        return described;
    }
    if (action == "EnableRule" || action == "DisableRule")
        return setState(rule, action == "EnableRule" ? u"ENABLED"_s : u"DISABLED"_s);
    if (action == "PutTargets")
        return putTargets(rule, input);
    if (action == "RemoveTargets")
        return removeTargets(rule, input);
    if (const auto present = existing(rule); !present)
        return present;
    QJsonArray targets = declared ? declared->targets : QJsonArray();
    const auto all = m_deployed.documents().all(kinds::Target, rule.targets());
    for (const QJsonObject &target : all)
        targets.append(target);
    return inPages(u"Targets"_s, targets, input);
}

QList<ToldRule> EventsApi::declaredRulesOf(const QString &bus) const
{
    const auto project = m_catalogue.project();
    QList<ToldRule> rules = project ? toldRules(**project) : QList<ToldRule>();
    rules.removeIf([&bus](const ToldRule &rule) { return rule.bus != bus; });
    return rules;
}

std::optional<ToldRule> EventsApi::declaredRule(const RuleName &rule) const
{
    const QList<ToldRule> rules = declaredRulesOf(rule.bus);
    const auto found = std::find_if(rules.begin(), rules.end(), [&rule](const ToldRule &each) { return each.name() == rule.name; });
    return found == rules.end() ? std::nullopt : std::optional(*found);
}

tl::expected<QJsonObject, ApiError> EventsApi::existing(const RuleName &rule) const
{
    if (const QJsonObject *made = m_deployed.documents().find(rule.key()))
        return *made;
    if (const auto declared = declaredRule(rule))
        return declared->rule;
    return refused("ResourceNotFoundException", u"Rule %1 does not exist on EventBus %2."_s.arg(rule.name, rule.bus));
}

JsonAnswer EventsApi::putRule(const RuleName &rule, const QJsonObject &input)
{
    const QString expression = input.value("ScheduleExpression"_L1).toString();
    const QString pattern = input.value("EventPattern"_L1).toString();
    if (const auto error = Constraints().length(u"scheduleExpression"_s, expression, 0, 256).length(u"eventPattern"_s, pattern, 0, 4096).length(u"description"_s, input.value("Description"_L1), 0, 512)
                               .oneOf(u"state"_s, input.value("State"_L1), {u"ENABLED"_s, u"DISABLED"_s, u"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"_s}).error())
        return tl::unexpected(*error);
    if (expression.isEmpty() && pattern.isEmpty())
        return refused("ValidationException", u"Parameter(s) EventPattern or ScheduleExpression must be specified."_s);
    if (!expression.isEmpty() && rule.bus != DefaultBus)
        return refused("ValidationException", u"ScheduleExpression is supported only on the default event bus."_s);
    if (!expression.isEmpty() && !schedule::parseExpression(expression, schedule::Dialect::EventBridgeRules))
        return refused("ValidationException", u"Parameter ScheduleExpression is not valid."_s);
    if (const auto parsed = events::EventPattern::parse(pattern.toUtf8()); !pattern.isEmpty() && !parsed)
        return refused("InvalidEventPatternException", u"Event pattern is not valid. Reason: "_s + parsed.error().detail);
    const QString arn = ruleArn(m_catalogue.region(), rule.bus, rule.name);
    QJsonObject kept{{u"Name"_s, rule.name}, {u"Arn"_s, arn}, {u"EventBusName"_s, rule.bus}, {u"State"_s, input.value("State"_L1).toString(u"ENABLED"_s)}};
    for (const QString &member : {u"ScheduleExpression"_s, u"EventPattern"_s, u"Description"_s, u"RoleArn"_s}) {
        if (const QString text = input.value(member).toString(); !text.isEmpty())
            kept.insert(member, text);
    }
    // Those of a rule that is there already are changed by TagResource alone.
    if (const QJsonArray tags = input.value("Tags"_L1).toArray(); !tags.isEmpty() && !m_deployed.documents().find(rule.key())) {
        if (const auto tagged = ResourceTags(m_deployed.documents(), TagsKind).add(arn, tagMap(tags)); !tagged)
            return written(tagged);
    }
    return written(m_deployed.documents().put(rule.key(), kept), {{u"RuleArn"_s, arn}});
}

JsonAnswer EventsApi::deleteRule(const RuleName &rule)
{
    if (!m_deployed.documents().all(kinds::Target, rule.targets()).isEmpty())
        return refused("ValidationException", u"Rule can't be deleted since it has targets."_s);
    return written(m_deployed.documents().apply({{rule.key(), std::nullopt}, ResourceTags(m_deployed.documents(), TagsKind).removal(ruleArn(m_catalogue.region(), rule.bus, rule.name))}));
}

JsonAnswer EventsApi::setState(const RuleName &rule, const QString &state)
{
    auto kept = existing(rule);
    if (!kept)
        return kept;
    kept->insert(u"State"_s, state);
    return written(m_deployed.documents().put(rule.key(), *kept));
}

JsonAnswer EventsApi::listRules(const QJsonObject &input)
{
    const QString prefix = input.value("NamePrefix"_L1).toString();
    QJsonArray rules;
    const QList<ToldRule> declared = declaredRulesOf(busNamed(input));
    for (const ToldRule &rule : declared) {
        if (rule.name().startsWith(prefix))
            rules.append(rule.rule);
    }
    const auto all = m_deployed.documents().all(kinds::Rule, busNamed(input));
    for (const QJsonObject &rule : all) {
        if (rule.value("Name"_L1).toString().startsWith(prefix))
            rules.append(rule);
    }
    return inPages(u"Rules"_s, rules, input);
}

JsonAnswer EventsApi::listRuleNames(const QJsonObject &input)
{
    QJsonArray names;
    const QString bus = busNamed(input);
    const auto isMeant = [&input](const QJsonValue &target) { return target.toObject().value("Arn"_L1) == input.value("TargetArn"_L1); };
    const QList<ToldRule> declared = declaredRulesOf(bus);
    for (const ToldRule &rule : declared) {
        if (std::any_of(rule.targets.begin(), rule.targets.end(), isMeant))
            names.append(rule.name());
    }
    const auto rules = m_deployed.documents().all(kinds::Rule, bus);
    for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
        const auto targets = m_deployed.documents().all(kinds::Target, bus + u'/' + rule.key());
        if (std::any_of(targets.begin(), targets.end(), isMeant))
            names.append(rule.key());
    }
    return inPages(u"RuleNames"_s, names, input);
}

JsonAnswer EventsApi::putTargets(const RuleName &rule, const QJsonObject &input)
{
    if (const auto present = existing(rule); !present)
        return present;
    const QJsonArray targets = input.value("Targets"_L1).toArray();
    if (const auto error = Constraints().required(u"targets"_s, input.value("Targets"_L1)).length(u"targets"_s, targets, 1, 100).error())
        return tl::unexpected(*error);
    QList<account::DocumentStore::Change> changes;
    QJsonArray failed;
    QSet<QString> ids;
    const QStringList present = m_deployed.documents().all(kinds::Target, rule.targets()).keys();
    for (const QString &id : present)
        ids.insert(id);
    for (const auto &entry : targets) {
        const QJsonObject target = entry.toObject();
        const QString id = target.value("Id"_L1).toString();
        const QString arn = target.value("Arn"_L1).toString();
        if (const auto error = Constraints().required(u"targets.1.member.id"_s, target.value("Id"_L1)).length(u"targets.1.member.id"_s, id, 1, 64).pattern(u"targets.1.member.id"_s, id, NamePattern).required(u"targets.1.member.arn"_s, target.value("Arn"_L1)).error())
            return tl::unexpected(*error);
        if (const auto transformer = events::InputTransformer::fromTarget(target); !transformer)
            return refused("ValidationException", transformer.error().message);
        if (!target.value("Input"_L1).toString().isEmpty() && QJsonDocument::fromJson('[' + target.value("Input"_L1).toString().toUtf8() + ']').isNull())
            return refused("ValidationException", u"JSON syntax error in input for target %1"_s.arg(id));
        if (const QString missing = missingOf(target); !missing.isEmpty())
            return refused("ValidationException", missing);
        if (!isRuleTarget(arn)) {
            failed.append(QJsonObject{{u"TargetId"_s, id}, {u"ErrorCode"_s, u"ValidationException"_s}, {u"ErrorMessage"_s, Core::tr("Targets here are functions, queues, topics, streams, buses and log groups, not %1.").arg(arn)}});
            continue;
        }
        ids.insert(id);
        changes.append({{kinds::Target, rule.targets(), id}, target});
    }
    if (ids.size() > MaxTargets)
        return refused("LimitExceededException", u"The requested resource exceeds the maximum number allowed."_s);
    return written(m_deployed.documents().apply(changes), {{u"FailedEntryCount"_s, failed.size()}, {u"FailedEntries"_s, failed}});
}

JsonAnswer EventsApi::removeTargets(const RuleName &rule, const QJsonObject &input)
{
    if (const auto present = existing(rule); !present)
        return present;
    QList<account::DocumentStore::Change> changes;
    QJsonArray failed;
    const QJsonArray ids = input.value("Ids"_L1).toArray();
    for (const auto &id : ids) {
        const account::DocumentKey key{kinds::Target, rule.targets(), id.toString()};
        if (m_deployed.documents().find(key))
            changes.append({key, std::nullopt});
        else
            failed.append(QJsonObject{{u"TargetId"_s, id}, {u"ErrorCode"_s, u"ResourceNotFoundException"_s}, {u"ErrorMessage"_s, u"Target %1 does not exist."_s.arg(id.toString())}});
    }
    return written(m_deployed.documents().apply(changes), {{u"FailedEntryCount"_s, failed.size()}, {u"FailedEntries"_s, failed}});
}

JsonAnswer EventsApi::putEvents(const QJsonObject &input, const QByteArray &trace)
{
    const QJsonArray entries = input.value("Entries"_L1).toArray();
    if (const auto error = Constraints().required(u"entries"_s, input.value("Entries"_L1)).length(u"entries"_s, entries, 1, MaxEntries).error())
        return tl::unexpected(*error);
    QJsonArray results;
    int failures = 0;
    for (const auto &value : entries) {
        const QJsonObject entry = value.toObject();
        const auto fail = [&](const QString &code, const QString &message) {
            ++failures;
            results.append(QJsonObject{{u"ErrorCode"_s, code}, {u"ErrorMessage"_s, message}});
        };
        const auto missing = [](const QString &member) { return u"Parameter %1 is not valid. Reason: %1 is a required argument."_s.arg(member); };
        PutEvent event;
        event.bus = busNamed(entry);
        event.source = entry.value("Source"_L1).toString();
        event.detailType = entry.value("DetailType"_L1).toString();
        event.detail = entry.value("Detail"_L1).toString().toUtf8();
        event.epochMs = entry.contains("Time"_L1) ? qint64(entry.value("Time"_L1).toDouble() * 1000) : m_deployed.clock().epochMs();
        event.trace = entry.contains("TraceHeader"_L1) ? entry.value("TraceHeader"_L1).toString().toLatin1() : trace;
        const QJsonArray resources = entry.value("Resources"_L1).toArray();
        for (const auto &resource : resources)
            event.resources << resource.toString();
        if (event.source.isEmpty())
            fail(u"InvalidArgument"_s, missing(u"Source"_s));
        else if (event.detailType.isEmpty())
            fail(u"InvalidArgument"_s, missing(u"DetailType"_s));
        else if (event.detail.isEmpty())
            fail(u"InvalidArgument"_s, missing(u"Detail"_s));
        else if (event.source.startsWith("aws."_L1))
            fail(u"NotAuthorizedForSourceException"_s, u"Not authorized for the source."_s);
        else if (!QJsonDocument::fromJson(event.detail).isObject())
            fail(u"MalformedDetail"_s, u"Detail is malformed."_s);
        else if (event.source.size() + event.detailType.size() + event.detail.size() > MaxEventBytes)
            fail(u"InvalidArgument"_s, u"Total size of the entry is larger than %1 bytes."_s.arg(MaxEventBytes));
        else
            results.append(QJsonObject{{u"EventId"_s, m_bus.put(event)}});
    }
    return QJsonObject{{u"FailedEntryCount"_s, failures}, {u"Entries"_s, results}};
}

bool EventsApi::busExists(const QString &bus) const
{
    return m_bus.exists(bus) || !declaredRulesOf(bus).isEmpty();
}

QJsonObject EventsApi::busOf(const QString &name) const
{
    if (const QJsonObject *made = m_deployed.documents().find({kinds::EventBus, {}, name}))
        return *made;
    return {{u"Name"_s, name}, {u"Arn"_s, u"arn:aws:events:%1:%2:event-bus/%3"_s.arg(m_catalogue.region(), LocalAccount, name)}};
}

JsonAnswer EventsApi::createBus(const QJsonObject &input)
{
    const QString name = input.value("Name"_L1).toString();
    if (const auto error = Constraints().required(u"name"_s, input.value("Name"_L1)).length(u"name"_s, name, 1, 256).pattern(u"name"_s, name, u"[/\\.\\-_A-Za-z0-9]+"_s).error())
        return tl::unexpected(*error);
    if (busExists(name))
        return refused("ResourceAlreadyExistsException", u"Event bus %1 already exists."_s.arg(name));
    const QString arn = busOf(name).value("Arn"_L1).toString();
    QJsonObject bus = busOf(name);
    if (const QJsonValue description = input.value("Description"_L1); description.isString())
        bus.insert(u"Description"_s, description);
    if (const QJsonArray tags = input.value("Tags"_L1).toArray(); !tags.isEmpty()) {
        if (const auto kept = ResourceTags(m_deployed.documents(), TagsKind).add(arn, tagMap(tags)); !kept)
            return written(kept);
    }
    return written(m_deployed.documents().put({kinds::EventBus, {}, name}, bus), {{u"EventBusArn"_s, arn}});
}

JsonAnswer EventsApi::deleteBus(const QJsonObject &input)
{
    const QString name = input.value("Name"_L1).toString();
    if (name == DefaultBus)
        return refused("ValidationException", u"Cannot delete event bus default."_s);
    if (!m_deployed.documents().all(kinds::Rule, name).isEmpty())
        return refused("ValidationException", u"Event bus can't be deleted since it has rules."_s);
    if (!m_deployed.documents().find({kinds::EventBus, {}, name}) && m_bus.exists(name))
        return refused("ValidationException", Core::tr("The event bus “%1” is declared by the project's template. Change it there.").arg(name));
    return written(m_deployed.documents().apply({{{kinds::EventBus, {}, name}, std::nullopt}, ResourceTags(m_deployed.documents(), TagsKind).removal(busOf(name).value("Arn"_L1).toString())}));
}

JsonAnswer EventsApi::listBuses(const QJsonObject &input)
{
    QJsonArray buses{busOf(DefaultBus)};
    const auto all = m_deployed.documents().all(kinds::EventBus, {});
    for (const QJsonObject &bus : all)
        buses.append(bus);
    QSet<QString> told{DefaultBus};
    for (const auto &bus : std::as_const(buses))
        told.insert(bus.toObject().value("Name"_L1).toString());
    const auto project = m_catalogue.project();
    QStringList declared;
    for (const project::SourceDeclaration &group : project ? (*project)->groups : QList<project::SourceDeclaration>()) {
        if (group.type == "AWS::Events::EventBus"_L1)
            declared << group.name;
    }
    for (const ToldRule &rule : project ? toldRules(**project) : QList<ToldRule>())
        declared << rule.bus;
    for (const QString &bus : std::as_const(declared)) {
        if (!told.contains(bus))
            buses.append(busOf(bus));
        told.insert(bus);
    }
    return inPages(u"EventBuses"_s, buses, input);
}

JsonAnswer EventsApi::tags(const QByteArray &action, const QJsonObject &input)
{
    const QString arn = input.value("ResourceARN"_L1).toString();
    ResourceTags tags(m_deployed.documents(), TagsKind);
    if (action == "ListTagsForResource")
        return QJsonObject{{u"Tags"_s, tagList(tags.of(arn))}};
    return written(action == "TagResource" ? tags.add(arn, tagMap(input.value("Tags"_L1).toArray())) : tags.remove(arn, input.value("TagKeys"_L1).toArray()));
}

} // namespace eph::cloud
