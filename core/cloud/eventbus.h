// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/deliveryrouter.h"
#include "core/cloud/loggroups.h"
#include "core/events/eventpattern.h"
#include "core/events/inputtransformer.h"

namespace eph::cloud {

/// What belongs to EventBridge among the account's documents.
namespace kinds {
inline const QString Rule = u"rule"_s;       ///< Owned by the bus.
inline const QString Target = u"target"_s;   ///< Owned by `bus/rule`, named by its id.
inline const QString EventBus = u"event-bus"_s; ///< Owned by nobody.
}

/// What a rule sends its events to.
struct RuleTarget {
    QString id;
    QString arn;
    events::InputTransformer input;
    QString deadLetter; ///< ARN of a queue, or empty.
    QString messageGroup; ///< Of what goes into a FIFO queue.
    QString partitionKeyPath; ///< Where an event has the partition key of its record, such as `$.detail.id`.
    QString problem; ///< Of what it says, such as its input transformer: nothing can be delivered. Empty: none.
};

/// What a target of a rule has to say and does not, in the service's words; empty where it says all.
[[nodiscard]] QString missingOf(const QJsonObject &target);
/// As PutTargets takes it.
[[nodiscard]] RuleTarget ruleTargetOf(const QJsonObject &target);
/// What a rule can have for a target: functions, queues, topics, streams, buses and log groups.
[[nodiscard]] bool isRuleTarget(const QString &arn);

/// A rule that waits for events.
struct EventRule {
    QString bus = QStringLiteral("default");
    QString name;
    QString arn;
    events::EventPattern pattern;
    QList<RuleTarget> targets;
    bool declared = false; ///< By the template, which gives it the permission that it needs.
};

/// `arn:aws:events:REGION:ACCOUNT:rule/[BUS/]NAME`.
[[nodiscard]] QString ruleArn(const QString &region, const QString &bus, const QString &name);

/// An event that somebody puts on a bus.
struct PutEvent {
    QString bus = QStringLiteral("default");
    QString source;
    QString detailType;
    QByteArray detail; ///< A JSON object, as it was written.
    QStringList resources;
    qint64 epochMs = 0;
    QByteArray trace = {}; ///< The X-Amzn-Trace-Id of whoever puts it.
};

/// Takes events to the targets of all rules that want them. Lives on the runtime's thread.
class EventBus
{
public:
    EventBus(FunctionCatalogue &catalogue, DeployedFunctions &deployed, DeliveryRouter &router, logs::Sink &logs, const sys::Clock &clock);

    /// The default one, one of the template or of a call.
    [[nodiscard]] bool exists(const QString &bus) const;
    /// The event's id.
    QString put(const PutEvent &event);
    /// False, and a line in the log, for a function whose policy does not let the rule invoke it.
    [[nodiscard]] bool mayInvoke(const QString &ruleArn, const QString &functionArn);

private:
    /// Read again only after a change of the template or the account.
    [[nodiscard]] const QList<EventRule> &rules();
    /// @param hops over how many buses it came here.
    void publish(const QString &bus, const QByteArray &event, const QByteArray &trace, int hops);
    void deliver(const EventRule &rule, const RuleTarget &target, const QByteArray &event, const QByteArray &trace, int hops);
    /// False for a bus that does not exist, or one too many.
    [[nodiscard]] bool forward(const QString &busArn, const QByteArray &event, const QByteArray &trace, int hops);
    /// False for a log group that does not exist.
    [[nodiscard]] bool log(const EventRule &rule, const QString &groupArn, const QByteArray &event);

    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
    DeliveryRouter &m_router;
    LogGroups m_groups;
    logs::Sink &m_logs;
    const sys::Clock &m_clock;
    QList<EventRule> m_rules;
    quint64 m_seen = 0; ///< The catalogue's generation that they are of.
};

} // namespace eph::cloud
