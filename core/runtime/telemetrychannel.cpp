// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/telemetrychannel.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>

namespace eph::runtime {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
constexpr auto FirstPause = 100ms; ///< Before a second try; doubles.
} // namespace

TelemetryChannel::TelemetryChannel(TelemetrySubscription subscription, QStringList addresses)
    : m_subscription(std::move(subscription))
    , m_addresses(std::move(addresses))
{
    m_due.setSingleShot(true);
    connect(&m_due, &QTimer::timeout, this, &TelemetryChannel::send);
    m_tcp.setProxy(QNetworkProxy::NoProxy);
    connect(&m_tcp, &QTcpSocket::connected, this, &TelemetryChannel::sendTcp);
    connect(&m_tcp, &QTcpSocket::bytesWritten, this, [this] {
        if (m_underWay && m_tcp.bytesToWrite() == 0)
            ended({});
    });
    connect(&m_tcp, &QTcpSocket::errorOccurred, this, [this] {
        const QString problem = m_tcp.errorString();
        m_tcp.abort();
        if (m_underWay)
            ended(problem);
    });
}

TelemetryChannel::~TelemetryChannel()
{
    m_tcp.disconnect(this);
}

void TelemetryChannel::add(const QByteArray &event)
{
    // The service's own bound: a batch may grow to twice its size while the one before it is on its way.
    if (m_gathered.bytes + event.size() > 2 * m_subscription.maxBytes && !m_gathered.events.isEmpty()) {
        ++m_droppedRecords;
        m_droppedBytes += event.size();
        m_dropReason = u"The subscriber takes its events more slowly than they come"_s;
        return;
    }
    if (m_gathered.events.isEmpty())
        m_gathering.start();
    m_gathered.events << event;
    m_gathered.bytes += event.size();
    schedule();
}

void TelemetryChannel::pause()
{
    m_paused = true;
    m_due.stop();
}

void TelemetryChannel::resume()
{
    m_paused = false;
    schedule();
}

void TelemetryChannel::hurry()
{
    m_hurried = true;
    m_paused = false;
    schedule();
}

void TelemetryChannel::schedule()
{
    if (m_paused || m_underWay)
        return;
    if (m_sending)
        return m_due.start(FirstPause * (1 << (m_tries - 1)));
    if (m_gathered.events.isEmpty())
        return;
    const bool full = m_gathered.events.size() >= m_subscription.maxItems || m_gathered.bytes >= m_subscription.maxBytes;
    const auto waited = std::chrono::milliseconds(m_gathering.elapsed());
    const auto rest = full || m_hurried ? 0ms : std::max<std::chrono::milliseconds>(0ms, m_subscription.timeout - waited);
    if (!m_due.isActive() || m_due.remainingTimeAsDuration() > rest)
        m_due.start(rest);
}

void TelemetryChannel::send()
{
    if (!m_sending) {
        m_sending = std::exchange(m_gathered, {});
        m_tries = 0;
    }
    ++m_tries;
    m_underWay = true;
    // Now, when there is room for it: it follows what is on its way, which is where the rest is missing.
    reportDropped();
    if (m_subscription.protocol == TelemetrySubscription::Protocol::Http)
        sendHttp();
    else if (m_tcp.state() == QAbstractSocket::ConnectedState)
        sendTcp();
    else
        m_tcp.connectToHost(m_addresses.first(), m_subscription.port);
}

void TelemetryChannel::sendHttp()
{
    if (!m_http) {
        m_http = std::make_unique<QNetworkAccessManager>();
        m_http->setProxy(QNetworkProxy::NoProxy);
    }
    QNetworkRequest request(QUrl("http://"_L1 + m_addresses.first() + u':' + QString::number(m_subscription.port) + m_subscription.path));
    request.setRawHeader("Host", m_subscription.host);
    request.setRawHeader("Content-Type", "application/json");
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    QNetworkReply *reply = m_http->post(request, '[' + m_sending->events.join(',') + ']');
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        ended(reply->error() == QNetworkReply::NoError ? QString() : reply->errorString());
    });
}

void TelemetryChannel::sendTcp()
{
    m_tcp.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_tcp.write(m_sending->events.join('\n') + '\n');
}

void TelemetryChannel::ended(const QString &problem)
{
    m_underWay = false;
    if (problem.isEmpty()) {
        m_sending.reset();
    } else {
        m_addresses.append(m_addresses.takeFirst());
        if (m_tries >= MaxTries) {
            m_droppedRecords += int(m_sending->events.size());
            m_droppedBytes += m_sending->bytes;
            m_dropReason = u"The events could not be delivered: "_s + problem;
            m_sending.reset();
        }
    }
    schedule();
}

void TelemetryChannel::reportDropped()
{
    if (m_droppedRecords > 0)
        onDropped(std::exchange(m_droppedRecords, 0), std::exchange(m_droppedBytes, 0), m_dropReason);
}

} // namespace eph::runtime
