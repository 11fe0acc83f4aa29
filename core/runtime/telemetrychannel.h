// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/telemetrysubscription.h"

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QTcpSocket>
#include <QTimer>
#include <memory>

class QNetworkAccessManager;

namespace eph::runtime {

/// Gathers the events of one subscription and delivers them in batches, one at a time, each again until it is taken.
/// What a slow receiver leaves no room for is dropped and counted. Lives on the runtime's thread.
class TelemetryChannel : public QObject
{
    Q_OBJECT
public:
    /// A failed delivery is tried so often.
    static constexpr int MaxTries = 5;

    /// @param addresses of the receiver; the next one is tried where one refuses.
    TelemetryChannel(TelemetrySubscription subscription, QStringList addresses);
    ~TelemetryChannel() override;

    [[nodiscard]] const TelemetrySubscription &subscription() const { return m_subscription; }
    /// A whole event as JSON.
    void add(const QByteArray &event);
    /// The receiver stands still: what comes waits.
    void pause();
    void resume();
    /// The receiver is about to end: everything goes out as soon as it can.
    void hurry();

    /// So much was lost, and why.
    std::function<void(int records, qint64 bytes, const QString &reason)> onDropped;

private:
    struct Batch {
        QList<QByteArray> events;
        qint64 bytes = 0;
    };

    void schedule();
    void send();
    void sendHttp();
    void sendTcp();
    void ended(const QString &problem);
    void reportDropped();

    TelemetrySubscription m_subscription;
    QStringList m_addresses;
    QTimer m_due;
    QElapsedTimer m_gathering; ///< Since the first event of the batch to come.
    Batch m_gathered;
    std::optional<Batch> m_sending;
    int m_tries = 0;
    int m_droppedRecords = 0;
    qint64 m_droppedBytes = 0;
    QString m_dropReason;
    bool m_underWay = false; ///< What is being sent is on the wire.
    bool m_paused = false;
    bool m_hurried = false;
    std::unique_ptr<QNetworkAccessManager> m_http;
    QTcpSocket m_tcp;
};

} // namespace eph::runtime
