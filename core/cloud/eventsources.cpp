// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/eventsources.h"

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

} // namespace

QStringList declareSources(sources::SourceStores &stores, const project::Project &project)
{
    QStringList problems;
    for (const project::SourceDeclaration &declared : project.eventSources) {
        if (declared.type != "AWS::SQS::Queue"_L1)
            continue;
        if (const auto queue = stores.queues().declare(declared.name, queueAttributes(declared.properties)); !queue)
            problems << u"%1: %2"_s.arg(declared.logicalId, queue.error().message);
    }
    return problems;
}

EventSources::EventSources(sources::SourceStores &stores, runtime::Pool &pool, FunctionCatalogue &catalogue, const sys::Clock &clock, MappingStates &states, QObject *parent)
    : QObject(parent)
    , m_stores(stores)
    , m_pool(pool)
    , m_catalogue(catalogue)
    , m_clock(clock)
    , m_states(states)
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
    std::vector<std::unique_ptr<QueuePoller>> kept;
    for (const EventSourceMapping &mapping : mappings) {
        if (mapping.kind != EventSourceMapping::Kind::Queue)
            continue;
        // One that has not changed goes on with what it has in its hands.
        const auto same = std::find_if(m_pollers.begin(), m_pollers.end(), [&](const auto &poller) { return poller && poller->mapping() == mapping; });
        kept.push_back(same != m_pollers.end() ? std::move(*same) : std::make_unique<QueuePoller>(mapping, m_stores.queues(), m_pool, m_catalogue, m_clock, nullptr));
    }
    m_pollers = std::move(kept);
    for (const auto &poller : m_pollers)
        poller->look();
}

void EventSources::lookAround()
{
    if (std::exchange(m_foreign, m_stores.foreignVersion()) == m_foreign)
        return;
    const QList<sources::QueueInfo> queues = m_stores.queues().all();
    for (const sources::QueueInfo &queue : queues)
        Q_EMIT m_stores.queues().arrived(queue.name);
}

} // namespace eph::cloud
