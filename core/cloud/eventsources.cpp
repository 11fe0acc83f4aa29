// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/bucketnotificationstore.h"
#include "core/cloud/eventsources.h"

#include "core/base/account.h"
#include "core/cloud/declaredsources.h"
#include "core/cloud/queuepoller.h"
#include "core/cloud/streampoller.h"
#include "core/project/templatepattern.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// A saved template and what another process sent are seen this late at most.
constexpr std::chrono::milliseconds LookEvery{250};

[[nodiscard]] sources::StreamInfo streamOf(const project::SourceDeclaration &declared)
{
    const auto number = [&declared](QLatin1StringView key, int standard) {
        const QString text = declared.properties.value(key).toVariant().toString();
        return text.isEmpty() ? standard : text.toInt();
    };
    const bool onDemand = declared.properties.value("StreamModeDetails"_L1).toObject().value("StreamMode"_L1).toString() == "ON_DEMAND"_L1;
    return {0, declared.name, number("ShardCount"_L1, onDemand ? 4 : 1), number("RetentionPeriodHours"_L1, 24), onDemand, {}, 0};
}

[[nodiscard]] QMap<QString, QString> topicAttributes(const QJsonObject &properties)
{
    QMap<QString, QString> attributes;
    for (const QString &name : {u"DisplayName"_s, u"FifoTopic"_s, u"ContentBasedDeduplication"_s}) {
        if (properties.contains(name))
            attributes.insert(name, properties.value(name).toVariant().toString());
    }
    return attributes;
}

/// What a subscription says beside whom it is of.
[[nodiscard]] QMap<QString, QString> subscriptionAttributes(const QJsonObject &properties)
{
    QMap<QString, QString> attributes;
    if (const QJsonObject policy = properties.value("FilterPolicy"_L1).toObject(); !policy.isEmpty())
        attributes.insert(u"FilterPolicy"_s, QString::fromUtf8(QJsonDocument(project::typedPattern(policy)).toJson(QJsonDocument::Compact)));
    if (const QJsonObject policy = properties.value("RedrivePolicy"_L1).toObject(); !policy.isEmpty())
        attributes.insert(u"RedrivePolicy"_s, QString::fromUtf8(QJsonDocument(policy).toJson(QJsonDocument::Compact)));
    for (const QString &name : {u"FilterPolicyScope"_s, u"RawMessageDelivery"_s}) {
        if (properties.contains(name))
            attributes.insert(name, properties.value(name).toVariant().toString());
    }
    return attributes;
}

} // namespace

QList<sources::Subscription> subscriptionsOf(const project::Project &project)
{
    QList<sources::Subscription> all;
    const auto add = [&all](const QString &id, const QString &topicArn, const QString &protocol, const QString &endpoint, const QJsonObject &properties) {
        if ((protocol == "lambda"_L1 || protocol == "sqs"_L1) && !topicArn.isEmpty())
            all << sources::Subscription{id, topicArn.section(u':', -1), protocol, endpoint, subscriptionAttributes(properties), true};
    };
    for (const project::Function &function : project.functions) {
        for (const project::Trigger &trigger : function.triggers) {
            if (trigger.type == "SNS"_L1)
                add(function.name + u'-' + trigger.name, trigger.properties.value("Topic"_L1).toString(), u"lambda"_s, u"arn:aws:lambda:%1:%2:function:%3"_s.arg(project.region, LocalAccount, function.name), trigger.properties);
        }
    }
    for (const project::SourceDeclaration &declared : project.eventSources) {
        if (declared.type == "AWS::SNS::Subscription"_L1)
            add(declared.logicalId, declared.properties.value("TopicArn"_L1).toString(), declared.properties.value("Protocol"_L1).toString(), declared.properties.value("Endpoint"_L1).toString(), declared.properties);
        const QJsonArray within = declared.type == "AWS::SNS::Topic"_L1 ? declared.properties.value("Subscription"_L1).toArray() : QJsonArray();
        for (qsizetype i = 0; i < within.size(); ++i) {
            const QJsonObject one = within.at(i).toObject();
            add(declared.logicalId + u'-' + QString::number(i + 1), declared.name, one.value("Protocol"_L1).toString(), one.value("Endpoint"_L1).toString(), {});
        }
    }
    return all;
}

QStringList declareSources(sources::SourceStores &stores, const project::Project &project)
{
    QStringList problems;
    const auto tell = [&problems](const QString &name, const auto &made) {
        if (!made)
            problems << u"%1: %2"_s.arg(name, made.error().message);
    };
    for (const project::SourceDeclaration &declared : project.eventSources) {
        if (declared.type == "AWS::SQS::Queue"_L1)
            tell(declared.logicalId, stores.queues().declare(declared.name, queueAttributes(declared.properties)));
        else if (declared.type == "AWS::SNS::Topic"_L1)
            tell(declared.logicalId, stores.topics().create(declared.name, topicAttributes(declared.properties)));
        else if (declared.type == "AWS::Kinesis::Stream"_L1)
            tell(declared.logicalId, stores.streams().declare(streamOf(declared)));
        else if (declared.type == "AWS::S3::Bucket"_L1)
            tell(declared.logicalId, stores.buckets().create(declared.name));
        else if (declared.type == "AWS::DynamoDB::Table"_L1 && declared.properties.contains("StreamSpecification"_L1))
            tell(declared.logicalId, stores.streams().declare({0, "table/"_L1 + declared.name, 1, 24, false, {}, 0}));
    }
    return problems;
}

EventSources::EventSources(const Surroundings &surroundings, std::chrono::milliseconds retryAfter)
    : m_with(surroundings)
    , m_retryAfter(retryAfter)
{
    connect(&m_timer, &QTimer::timeout, this, &EventSources::look);
    connect(&m_with.stores.buckets(), &sources::BucketStore::changed, this, &EventSources::notify);
}

void EventSources::start(Feeding feeding)
{
    m_feeding = feeding;
    look();
    m_timer.start(LookEvery);
}

void EventSources::look()
{
    takeProject();
    m_with.deployed.documents().lookAround();
    m_with.stores.buckets().lookAround();
    if (m_feeding == Feeding::Functions)
        feed();
}

void EventSources::feed()
{
    addPollers();
    lookAround();
    QList<MappingState> states;
    for (const auto &poller : m_pollers)
        states << poller->state();
    m_with.states.set(states);
}

void EventSources::takeProject()
{
    const auto project = m_with.catalogue.project();
    if (!project || m_with.catalogue.generation() == m_seen)
        return;
    m_seen = m_with.catalogue.generation();
    (void)declareSources(m_with.stores, **project);
    m_with.stores.topics().setDeclared(subscriptionsOf(**project));
    m_region = (*project)->region;
    m_listeners = bucketListenersOf(**project);
    const BucketListeners called = bucketnotifications::all(m_with.deployed.documents());
    m_listeners.notifications << called.notifications;
    m_listeners.bridged << called.bridged;
    m_wanted = mappings(**project);
    // One that has not changed goes on with what it has in its hands.
    const auto first = std::stable_partition(m_pollers.begin(), m_pollers.end(), [this](const auto &poller) { return m_wanted.contains(poller->mapping()); });
    for (auto replaced = first; replaced != m_pollers.end(); ++replaced) {
        (*replaced)->stop();
        m_ending.push_back(std::move(*replaced));
    }
    m_pollers.erase(first, m_pollers.end());
    for (const auto &poller : m_pollers)
        poller->look();
}

QList<EventSourceMapping> EventSources::mappings(const project::Project &project) const
{
    QList<EventSourceMapping> all = mappingsOf(project);
    const auto made = m_with.deployed.documents().all(kinds::Mapping, {});
    for (auto it = made.begin(); it != made.end(); ++it) {
        if (auto mapping = calledMapping(it.key(), *it))
            all << *std::move(mapping);
    }
    for (EventSourceMapping &mapping : all) {
        const auto table = std::find_if(project.eventSources.cbegin(), project.eventSources.cend(), [&mapping](const project::SourceDeclaration &declared) { return declared.type == "AWS::DynamoDB::Table"_L1 && declared.name == mapping.source; });
        if (mapping.kind == EventSourceMapping::Kind::TableStream && table != project.eventSources.cend())
            mapping.streamView = table->properties.value("StreamSpecification"_L1).toObject().value("StreamViewType"_L1).toString();
    }
    return all;
}

void EventSources::addPollers()
{
    std::erase_if(m_ending, [](const auto &poller) { return poller->state().running == 0; });
    for (const EventSourceMapping &mapping : std::as_const(m_wanted)) {
        const bool there = std::any_of(m_pollers.begin(), m_pollers.end(), [&](const auto &poller) { return poller->mapping() == mapping; });
        const bool awaited = std::any_of(m_ending.begin(), m_ending.end(), [&](const auto &poller) { return poller->mapping().id == mapping.id; });
        if (there || awaited)
            continue;
        m_pollers.push_back(newPoller(mapping));
        m_pollers.back()->look();
    }
}

std::unique_ptr<SourcePoller> EventSources::newPoller(const EventSourceMapping &mapping)
{
    if (mapping.kind == EventSourceMapping::Kind::Queue)
        return std::make_unique<QueuePoller>(mapping, m_with.stores.queues(), m_with.pool, m_with.catalogue, m_with.clock);
    const auto giveUp = [this, mapping](const QString &destination, const QByteArray &record) { m_with.router.deliverOrLog({mapping.source}, mapping.function, destination, record); };
    return std::make_unique<StreamPoller>(mapping, m_with.stores.streams(), m_with.pool, m_with.catalogue, m_with.clock, m_retryAfter, giveUp);
}

void EventSources::notify(const sources::BucketChange &change)
{
    // What was put a moment ago is in force.
    takeProject();
    for (const BucketNotification &notification : std::as_const(m_listeners.notifications)) {
        if (notification.takes(change))
            m_with.router.deliverOrLog({change.bucket, change.trace}, notification.target.section(u':', -1), notification.target, bucketEvent(change, notification.id, m_region));
    }
    if (m_listeners.bridged.contains(change.bucket))
        m_with.bus.put(bridgeEvent(change));
}

void EventSources::lookAround()
{
    if (std::exchange(m_foreign, m_with.stores.foreignVersion()) == m_foreign)
        return;
    const auto left = m_with.stores.topics().takeLeft();
    for (const auto &[name, message] : left) {
        if (const auto topic = m_with.stores.topics().find(name))
            (void)m_with.router.publish(*topic, {QString::fromUtf8(message), {}, false, {}});
    }
    const QList<sources::QueueInfo> queues = m_with.stores.queues().all();
    for (const sources::QueueInfo &queue : queues)
        Q_EMIT m_with.stores.queues().arrived(queue.name);
    const QList<sources::StreamInfo> streams = m_with.stores.streams().all();
    for (const sources::StreamInfo &stream : streams)
        Q_EMIT m_with.stores.streams().arrived(stream.name);
}

} // namespace eph::cloud
