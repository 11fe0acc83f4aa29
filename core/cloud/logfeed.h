// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/deliveryrouter.h"
#include "core/cloud/loggroupevents.h"
#include "core/cloud/logsubscriptions.h"
#include "core/logs/tap.h"

#include <QTimer>
#include <limits>

namespace eph::cloud {

/// Hands what is said in log groups to the functions that are subscribed to them, by the template and the account as they are at
/// the moment: a batch of each stream, some moments after its first event. A function does not get what it has said itself, which
/// would never end. Lives on the runtime's thread, where everything is said.
class LogFeed : public QObject
{
    Q_OBJECT
public:
    /// What it works with; all of it outlives it.
    struct Surroundings {
        FunctionCatalogue &catalogue;
        DeployedFunctions &deployed;
        DeliveryRouter &router;
        logs::Tap &logs;
        const sys::Clock &clock;
    };

    explicit LogFeed(const Surroundings &with);
    ~LogFeed() override;

    void start();
    /// What was said until now, without waiting for more.
    void handOn();

private:
    struct Feed {
        LogSubscription subscription;
        LogFilterPattern pattern;
        QSet<QString> speakers; ///< As lines name them.
        loggroups::EventIds ids = {};
        bool isShared = false; ///< Not a function's own group.
        bool isRefused = false; ///< Its target did not take something; that was told.
    };
    struct Batch {
        QString stream;
        QJsonArray events = {};
        qsizetype bytes = 0;
    };

    void take(const logs::Line &line);
    void lookUp();
    void handOn(Feed &feed, const QList<logs::Line> &lines);
    void deliver(Feed &feed, const Batch &batch);
    [[nodiscard]] QString streamOf(const Feed &feed, const logs::Line &line);

    Surroundings m_with;
    quint64 m_seen = std::numeric_limits<quint64>::max(); ///< The catalogue's generation; none yet.
    QList<Feed> m_feeds;
    QSet<QString> m_speakers; ///< Of all of them.
    QHash<QString, qint64> m_firstMs; ///< When an environment was first heard.
    QList<logs::Line> m_lines;
    qsizetype m_bytes = 0;
    QTimer m_timer{this};
};

} // namespace eph::cloud
