// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/serving.h"

namespace eph::services {

Serving::Serving(LocalCloud &cloud, QObject *parent)
    : QObject(parent)
    , m_cloud(cloud)
{
}

void Serving::setFolder(const QString &folder)
{
    if (m_folder == folder)
        return;
    m_folder = folder;
    m_schedulesOn = false;
    if (m_ports)
        stop();
    else
        Q_EMIT changed();
}

void Serving::start()
{
    if (!m_folder.isEmpty() && !m_ports && !m_starting)
        serve({});
}

void Serving::serve(const cloud::LocalServer::Ports &wanted)
{
    m_starting = true;
    Q_EMIT changed();
    cloud::LocalServer::Request request{{m_folder, {}, {}}, wanted.endpoint, wanted.gateway, {}};
    request.schedules = scope();
    request.tls = m_tls;
    m_cloud.serve(request).then(this, [this, folder = m_folder](const Result<cloud::LocalServer::Ports> &ports) { started(folder, ports); });
}

void Serving::started(const QString &folder, const Result<cloud::LocalServer::Ports> &ports)
{
    m_starting = false;
    if (!ports) {
        m_ports.reset();
        m_schedulesOn = false;
        Q_EMIT changed();
        Q_EMIT failed(ports.error());
        return;
    }
    // Another project was opened meanwhile.
    if (folder != m_folder) {
        m_cloud.stopServing();
        Q_EMIT changed();
        return;
    }
    m_ports = *ports;
    m_cloud.setSchedules(scope());
    Q_EMIT changed();
}

void Serving::stop()
{
    m_ports.reset();
    m_schedulesOn = false;
    m_cloud.stopServing();
    Q_EMIT changed();
}

void Serving::setTls(bool on)
{
    if (std::exchange(m_tls, on) == on)
        return;
    // On the same ports: who has the addresses keeps them.
    if (m_ports && !m_starting)
        serve({m_ports->endpoint, m_ports->gateway, {}});
    else
        Q_EMIT changed();
}

void Serving::setSchedulesOn(bool on)
{
    if (on == m_schedulesOn)
        return;
    m_schedulesOn = on;
    if (m_ports)
        m_cloud.setSchedules(scope());
    else if (on)
        start();
    Q_EMIT changed();
}

} // namespace eph::services
