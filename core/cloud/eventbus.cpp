// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/eventbus.h"

#include "core/base/account.h"
#include "core/base/jsontext.h"
#include "core/cloud/declaredrules.h"
#include "core/cloud/functionref.h"
#include "core/cloud/lambdapermissionsapi.h"
#include "core/cloud/loggroupevents.h"
#include "core/project/arns.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString iso(qint64 epochMs)
{
    return QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).toString(Qt::ISODate);
}

/// By hand: the service keeps this order, and the detail stays as it was written.
[[nodiscard]] QByteArray envelope(const PutEvent &event, const QString &id, const QString &region)
{
    QByteArrayList resources;
    for (const QString &resource : event.resources)
        resources << jsonText(resource);
    return R"({"version":"0","id":")" + id.toLatin1() + R"(","detail-type":)" + jsonText(event.detailType) + R"(,"source":)" + jsonText(event.source) + R"(,"account":")" + LocalAccount.toLatin1() + R"(","time":")"
        + iso(event.epochMs).toLatin1() + R"(","region":")" + region.toLatin1() + R"(","resources":[)" + resources.join(',') + R"(],"detail":)" + event.detail + '}';
}

} // namespace

RuleTarget ruleTargetOf(const QJsonObject &target)
{
    const auto input = events::InputTransformer::fromTarget(target);
    return {target.value("Id"_L1).toString(), target.value("Arn"_L1).toString(), input.value_or(events::InputTransformer()), target.value("DeadLetterConfig"_L1).toObject().value("Arn"_L1).toString(),
            target.value("SqsParameters"_L1).toObject().value("MessageGroupId"_L1).toString(), target.value("KinesisParameters"_L1).toObject().value("PartitionKeyPath"_L1).toString(u"$.id"_s),
            input ? missingOf(target) : input.error().message};
}

QString missingOf(const QJsonObject &target)
{
    const bool lacksGroup = project::isFifoQueue(target.value("Arn"_L1).toString()) && target.value("SqsParameters"_L1).toObject().value("MessageGroupId"_L1).toString().isEmpty();
    return lacksGroup ? u"Parameter(s) SqsParameters must be specified for target: %1."_s.arg(target.value("Id"_L1).toString()) : QString();
}

bool isRuleTarget(const QString &arn)
{
    static const QStringList services{u"lambda"_s, u"sqs"_s, u"sns"_s, u"kinesis"_s, u"logs"_s};
    const QString service = arn.section(u':', 2, 2);
    return services.contains(service) || (service == "events"_L1 && arn.section(u':', 5).startsWith("event-bus/"_L1));
}

QString ruleArn(const QString &region, const QString &bus, const QString &name)
{
    return u"arn:aws:events:%1:%2:rule/%3"_s.arg(region, LocalAccount, bus == "default"_L1 ? name : QString(bus + u'/' + name));
}

EventBus::EventBus(FunctionCatalogue &catalogue, DeployedFunctions &deployed, DeliveryRouter &router, logs::Sink &logs, const sys::Clock &clock)
    : m_catalogue(catalogue)
    , m_deployed(deployed)
    , m_router(router)
    , m_groups(catalogue, deployed)
    , m_logs(logs)
    , m_clock(clock)
{
}

const QList<EventRule> &EventBus::rules()
{
    const auto project = m_catalogue.project();
    if (m_seen == m_catalogue.generation())
        return m_rules;
    m_seen = m_catalogue.generation();
    m_rules = project ? declaredRules(**project) : QList<EventRule>();
    const auto made = m_deployed.documents().all(kinds::Rule);
    for (const auto &[key, rule] : made) {
        const auto pattern = events::EventPattern::parse(rule.value("EventPattern"_L1).toString().toUtf8());
        if (!pattern || rule.value("State"_L1).toString() != "ENABLED"_L1)
            continue;
        EventRule one{key.owner, key.name, rule.value("Arn"_L1).toString(), *pattern, {}, false};
        const auto targets = m_deployed.documents().all(kinds::Target, key.owner + u'/' + key.name);
        for (const QJsonObject &target : targets)
            one.targets << ruleTargetOf(target);
        m_rules << one;
    }
    return m_rules;
}

bool EventBus::exists(const QString &bus) const
{
    if (bus == "default"_L1 || m_deployed.documents().find({kinds::EventBus, {}, bus}))
        return true;
    const auto project = m_catalogue.project();
    return project && (*project)->group("AWS::Events::EventBus"_L1, bus);
}

QString EventBus::put(const PutEvent &event)
{
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    publish(event.bus, envelope(event, id, m_catalogue.region()), event.trace, 0);
    return id;
}

void EventBus::publish(const QString &bus, const QByteArray &event, const QByteArray &trace, int hops)
{
    const QJsonObject parsed = QJsonDocument::fromJson(event).object();
    const QList<EventRule> all = rules(); // What is delivered may change them.
    for (const EventRule &rule : all) {
        if (rule.bus != bus || !rule.pattern.matches(parsed))
            continue;
        for (const RuleTarget &target : rule.targets) {
            if (rule.declared || mayInvoke(rule.arn, target.arn))
                deliver(rule, target, event, trace, hops);
        }
    }
}

void EventBus::deliver(const EventRule &rule, const RuleTarget &target, const QByteArray &event, const QByteArray &trace, int hops)
{
    const QByteArray input = target.input.apply(event, {rule.name, rule.arn, iso(m_clock.epochMs())});
    const QString service = target.arn.section(u':', 2, 2);
    const Cause cause{rule.name, trace, service == "kinesis"_L1 ? events::InputTransformer::textAt(event, target.partitionKeyPath) : target.messageGroup};
    const bool taken = target.problem.isEmpty() && (service == "events"_L1 ? forward(target.arn, event, trace, hops) : service == "logs"_L1 ? log(rule, target.arn, input) : m_router.deliver(cause, target.arn, input));
    if (taken)
        return;
    const DeliveryRouter::Attributes attributes{{"RULE_ARN", rule.arn.toUtf8()}, {"TARGET_ARN", target.arn.toUtf8()}, {"ERROR_CODE", target.problem.isEmpty() ? "RESOURCE_NOT_FOUND" : "INVALID_INPUT"}, {"ERROR_MESSAGE", target.problem.isEmpty() ? QByteArray("The target does not exist, or takes no more.") : target.problem.toUtf8()}};
    m_router.deliverOrLog({rule.name, trace}, service == "lambda"_L1 ? target.arn.section(u':', 6, 6) : QString(), target.deadLetter, event, attributes);
}

bool EventBus::forward(const QString &busArn, const QByteArray &event, const QByteArray &trace, int hops)
{
    // Buses that hear each other would never end.
    constexpr int MostHops = 5;
    const QString bus = busArn.section(u'/', -1);
    if (hops >= MostHops || !exists(bus))
        return false;
    publish(bus, event, trace, hops + 1);
    return true;
}

bool EventBus::log(const EventRule &rule, const QString &groupArn, const QByteArray &event)
{
    const QString group = groupArn.section(u':', 6, 6);
    const QString stream = QUuid::createUuidV5(QUuid(), rule.arn).toString(QUuid::WithoutBraces);
    if (!m_groups.ensureStream(group, stream))
        return false;
    m_logs.append({m_clock.epochMs(), logs::Source::Function, loggroups::archivedName(group), m_groups.archivedStream(group, stream), {}, event});
    return true;
}

bool EventBus::mayInvoke(const QString &ruleArn, const QString &functionArn)
{
    if (functionArn.section(u':', 2, 2) != "lambda"_L1)
        return true;
    const FunctionRef ref = parseFunctionRef(functionArn).value_or(FunctionRef());
    const QJsonObject *policy = m_deployed.documents().find({kinds::Policy, ref.name, ref.qualifier});
    if (policy && allowsInvoke(*policy, u"events.amazonaws.com"_s, ruleArn))
        return true;
    m_logs.append({m_clock.epochMs(), logs::Source::Platform, ref.name, {}, {},
                   "DENIED\t" + ruleArn.toUtf8() + " may not invoke " + functionArn.toUtf8() + ". Allow it: aws lambda add-permission --principal events.amazonaws.com --source-arn " + ruleArn.toUtf8()});
    return false;
}

} // namespace eph::cloud
