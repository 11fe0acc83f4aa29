// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"
#include "core/services/socketclient.h"

#include <QWidget>

class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QPushButton;
class QStackedWidget;

namespace eph::ui {

class StatePage;

/// A client of a WebSocket API: connect, write messages, read what comes.
class SocketForm : public QWidget
{
    Q_OBJECT
public:
    explicit SocketForm(QWidget *parent = nullptr);

    /// Offers a message that goes to that route; what is typed for the same route stays.
    void setRoute(const gateway::Api &api, const gateway::Route &route);
    /// Connects to the gateway at that address, `http` or `https`.
    void connectTo(const QString &gatewayUrl);

Q_SIGNALS:
    /// The gateway has to be there first.
    void connectRequested();
    /// Something went to or fro; it is in the gateway's own list, too.
    void happened();

private:
    enum class Kind { Sent, Received, Told };
    void add(Kind kind, const QString &text);
    void updateState();
    void sendMessage();
    static void paint(QListWidgetItem &item);

    QString m_key; ///< Of the route that it was filled in for.
    QString m_api;
    QLineEdit *m_target;
    QPushButton *m_connect;
    QStackedWidget *m_stack; ///< What came, or why there is nothing yet.
    StatePage *m_state;
    QListWidget *m_lines;
    QLineEdit *m_message;
    QPushButton *m_send;
    services::SocketClient m_client;
};

} // namespace eph::ui
