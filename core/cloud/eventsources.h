// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/bucketevents.h"
#include "core/cloud/deliveryrouter.h"
#include "core/cloud/functioncatalogue.h"
#include "core/cloud/sourcepoller.h"
#include "core/runtime/pool.h"
#include "core/sources/sourcestores.h"

#include <QTimer>
#include <memory>
#include <vector>

namespace eph::cloud {

/// The event sources that a project's template declares, and what polls them for its functions, as the template is saved at
/// the moment. Lives on the runtime's thread.
class EventSources : public QObject
{
    Q_OBJECT
public:
    /// What it works with; all of it outlives it.
    struct Surroundings {
        runtime::Pool &pool;
        FunctionCatalogue &catalogue;
        DeployedFunctions &deployed;
        sources::SourceStores &stores;
        DeliveryRouter &router;
        EventBus &bus;
        const sys::Clock &clock;
        MappingStates &states;
    };

    EventSources(const Surroundings &surroundings, std::chrono::milliseconds retryAfter);

    enum class Feeding {
        Functions, ///< From queues and streams.
        Nobody,    ///< What comes into buckets and topics is delivered all the same.
    };
    void start(Feeding feeding);

private:
    void look();
    void feed();
    void takeProject();
    /// Pollers for what has none, once those that they replace have ended.
    void addPollers();
    /// Of the template and those that calls have made.
    [[nodiscard]] QList<EventSourceMapping> mappings(const project::Project &project) const;
    [[nodiscard]] std::unique_ptr<SourcePoller> newPoller(const EventSourceMapping &mapping);
    void notify(const sources::BucketChange &change);
    /// Takes what another process sent.
    void lookAround();

    Surroundings m_with;
    quint64 m_seen = 0; ///< The catalogue's generation.
    qint64 m_foreign = 0;
    std::chrono::milliseconds m_retryAfter;
    Feeding m_feeding = Feeding::Functions;
    QString m_region;
    BucketListeners m_listeners;
    QList<EventSourceMapping> m_wanted;
    std::vector<std::unique_ptr<SourcePoller>> m_pollers;
    std::vector<std::unique_ptr<SourcePoller>> m_ending; ///< Replaced ones whose batches still run.
    QTimer m_timer{this};
};

/// What keeps a declared source from being as it is declared, each with its name; for people.
[[nodiscard]] QStringList declareSources(sources::SourceStores &stores, const project::Project &project);

/// Who is subscribed to topics by the template.
[[nodiscard]] QList<sources::Subscription> subscriptionsOf(const project::Project &project);

} // namespace eph::cloud
