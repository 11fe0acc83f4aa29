// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/eventsources.h"

#include "core/cloud/destinations.h"
#include "core/cloud/queuepoller.h"
#include "core/cloud/streampoller.h"

#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// A saved template and what another process sent are seen this late at most.
constexpr std::chrono::milliseconds LookEvery{250};

/// Properties of a resource that are attributes of a queue by the same name; objects as JSON text.
[[nodiscard]] sources::QueueAttributes queueAttributes(const QJsonObject &properties)
{
    sources::QueueAttributes attributes;
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        if (it.key() == "QueueName"_L1 || it.key() == "Tags"_L1)
            continue;
        const QString text = it.value().isObject() ? QString::fromUtf8(QJsonDocument(it.value().toObject()).toJson(QJsonDocument::Compact)) : it.value().toVariant().toString();
        attributes.insert(it.key(), text);
    }
    return attributes;
}

[[nodiscard]] sources::StreamInfo streamOf(const project::SourceDeclaration &declared)
{
    const auto number = [&declared](QLatin1StringView key, int standard) {
        const QString text = declared.properties.value(key).toVariant().toString();
        return text.isEmpty() ? standard : text.toInt();
    };
    const bool onDemand = declared.properties.value("StreamModeDetails"_L1).toObject().value("StreamMode"_L1).toString() == "ON_DEMAND"_L1;
    return {0, declared.name, number("ShardCount"_L1, onDemand ? 4 : 1), number("RetentionPeriodHours"_L1, 24), onDemand, {}, 0};
}

} // namespace

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
        else if (declared.type == "AWS::Kinesis::Stream"_L1)
            tell(declared.logicalId, stores.streams().declare(streamOf(declared)));
        else if (declared.type == "AWS::DynamoDB::Table"_L1 && declared.properties.contains("StreamSpecification"_L1))
            tell(declared.logicalId, stores.streams().declare({0, "table/"_L1 + declared.name, 1, 24, false, {}, 0}));
    }
    return problems;
}

EventSources::EventSources(sources::SourceStores &stores, runtime::Pool &pool, FunctionCatalogue &catalogue, const sys::Clock &clock, MappingStates &states, std::chrono::milliseconds retryAfter)
    : m_stores(stores)
    , m_pool(pool)
    , m_catalogue(catalogue)
    , m_clock(clock)
    , m_states(states)
    , m_retryAfter(retryAfter)
{
    connect(&m_timer, &QTimer::timeout, this, &EventSources::look);
}

void EventSources::start()
{
    m_foreign = m_stores.foreignVersion();
    look();
    m_timer.start(LookEvery);
}

void EventSources::look()
{
    takeProject();
    lookAround();
    QList<MappingState> states;
    for (const auto &poller : m_pollers)
        states << poller->state();
    m_states.set(states);
}

void EventSources::takeProject()
{
    const auto project = m_catalogue.project();
    if (!project || m_catalogue.generation() == m_seen)
        return;
    m_seen = m_catalogue.generation();
    (void)declareSources(m_stores, **project);
    const QList<EventSourceMapping> mappings = mappingsOf(**project);
    std::vector<std::unique_ptr<SourcePoller>> kept;
    for (const EventSourceMapping &mapping : mappings) {
        // One that has not changed goes on with what it has in its hands.
        const auto same = std::find_if(m_pollers.begin(), m_pollers.end(), [&](const auto &poller) { return poller && poller->mapping() == mapping; });
        kept.push_back(same != m_pollers.end() ? std::move(*same) : newPoller(mapping));
    }
    m_pollers = std::move(kept);
    for (const auto &poller : m_pollers)
        poller->look();
}

std::unique_ptr<SourcePoller> EventSources::newPoller(const EventSourceMapping &mapping)
{
    if (mapping.kind == EventSourceMapping::Kind::Queue)
        return std::make_unique<QueuePoller>(mapping, m_stores.queues(), m_pool, m_catalogue, m_clock);
    const auto giveUp = [this](const QString &destination, const QByteArray &record) { (void)sendToQueue(m_stores.queues(), destination, record); };
    return std::make_unique<StreamPoller>(mapping, m_stores.streams(), m_pool, m_catalogue, m_clock, m_retryAfter, giveUp);
}

void EventSources::lookAround()
{
    if (std::exchange(m_foreign, m_stores.foreignVersion()) == m_foreign)
        return;
    const QList<sources::QueueInfo> queues = m_stores.queues().all();
    for (const sources::QueueInfo &queue : queues)
        Q_EMIT m_stores.queues().arrived(queue.name);
    const QList<sources::StreamInfo> streams = m_stores.streams().all();
    for (const sources::StreamInfo &stream : streams)
        Q_EMIT m_stores.streams().arrived(stream.name);
}

} // namespace eph::cloud
