// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logstore.h"
#include "core/services/cloudaccess.h"
#include "core/services/cloudlogs.h"
#include "core/sys/background.h"

#include <QObject>
#include <QTimer>

namespace eph::services {

/// Whose logs are followed, and from when on.
struct CloudLogRequest {
    DeployTarget target;
    QUrl localEndpoint;
    QStringList groups;
    qint64 fromMs = 0; ///< Milliseconds since 1970.
    bool isLive = false; ///< By Live Tail, which is billed.
};

/// The log groups that a target has. Blocks; any thread.
[[nodiscard]] Result<QStringList> logGroupsOf(const DeployTarget &target, const QUrl &localEndpoint, const QString &prefix);

/// Follows log groups of a cloud: asks beside the thread on which it lives, soon again while something comes and more seldom else, or lets
/// the service send it.
class CloudLogFeed : public QObject
{
    Q_OBJECT
public:
    explicit CloudLogFeed(QObject *parent = nullptr);
    ~CloudLogFeed() override;

    /// What has come.
    [[nodiscard]] const logs::LogStore &store() const { return *m_store; }
    void clear() { m_store->clear(); }
    /// Ends what was followed before, and begins with an empty store.
    void start(const CloudLogRequest &request);
    void stop();
    [[nodiscard]] bool isRunning() const { return m_reading != nullptr; }
    [[nodiscard]] const CloudLogMeter &meter() const { return m_meter; }

Q_SIGNALS:
    void changed();
    /// It goes on trying where only the connection failed, and has stopped otherwise.
    void failed(const eph::Error &error);

private:
    struct Reading;
    void look();
    /// Live Tail runs on; what it has taken is looked at meanwhile.
    void lookAtMeter();

    const std::shared_ptr<logs::LogStore> m_store = std::make_shared<logs::LogStore>();
    std::shared_ptr<Reading> m_reading;
    CloudLogMeter m_meter;
    QTimer m_next;
    QTimer m_tick;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::services
