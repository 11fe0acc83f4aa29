// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/localcloud.h"

namespace eph::services {

/// Whether the open project is served, and whether its schedules fire: one answer for all panels. Lives on the window's thread.
class Serving : public QObject
{
    Q_OBJECT
public:
    explicit Serving(LocalCloud &cloud, QObject *parent = nullptr);

    /// Another folder ends what is served; an empty one is none.
    void setFolder(const QString &folder);
    void start();
    void stop();
    /// Whether clients of the gateway may speak TLS; what is served begins anew.
    void setTls(bool on);
    /// Fires the schedules of what is served; serves it where it is not.
    void setSchedulesOn(bool on);

    [[nodiscard]] const std::optional<cloud::LocalServer::Ports> &ports() const { return m_ports; }
    [[nodiscard]] bool isStarting() const { return m_starting; }
    [[nodiscard]] bool hasTls() const { return m_tls; }
    [[nodiscard]] bool schedulesOn() const { return m_schedulesOn; }

Q_SIGNALS:
    void changed();
    void failed(const eph::Error &error);

private:
    void serve(const cloud::LocalServer::Ports &wanted);
    void started(const QString &folder, const Result<cloud::LocalServer::Ports> &ports);
    [[nodiscard]] cloud::ScheduleRunner::Scope scope() const { return m_schedulesOn ? cloud::ScheduleRunner::Scope::All : cloud::ScheduleRunner::Scope::KeepWarmOnly; }

    LocalCloud &m_cloud;
    QString m_folder;
    std::optional<cloud::LocalServer::Ports> m_ports;
    bool m_starting = false;
    bool m_tls = false;
    bool m_schedulesOn = false; ///< A project that is opened fires nothing by itself.
};

} // namespace eph::services
