// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QObject>
#include <QUrl>
#include <memory>

class QWebSocket;

namespace eph::services {

/// A client of a WebSocket API, here or elsewhere, for trying it by hand. Lives on the thread that made it.
class SocketClient : public QObject
{
    Q_OBJECT
public:
    using Headers = QList<std::pair<QByteArray, QByteArray>>;

    explicit SocketClient(QObject *parent = nullptr);
    ~SocketClient() override;

    /// Ends what is open. Tells of its success by opened(), of its failure by failed().
    void open(const QUrl &url, const Headers &headers = {});
    /// A text message; false while it is not open.
    bool send(const QString &text);
    void close();
    [[nodiscard]] bool isOpen() const;
    /// Between open() and what becomes of it.
    [[nodiscard]] bool isOpening() const;

Q_SIGNALS:
    void opened();
    void received(const QString &text);
    void receivedBytes(const QByteArray &bytes);
    /// @param code of the close frame.
    void closed(int code, const QString &reason);
    void failed(const eph::Error &error);

private:
    void refused();

    std::unique_ptr<QWebSocket> m_socket;
    bool m_opening = false;
    bool m_wasOpen = false;
};

} // namespace eph::services
