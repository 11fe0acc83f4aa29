// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"

#include <QNetworkAccessManager>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace eph::ui {

/// A request to write and send: method, path, headers, body.
class RequestForm : public QWidget
{
    Q_OBJECT
public:
    explicit RequestForm(QWidget *parent = nullptr);

    /// Fills it in for a route; what is typed for the same route stays.
    void setRoute(const gateway::Api &api, const gateway::Route &route);
    /// Sends what is written to the gateway at that address.
    /// @param authorityFile of whoever vouches for it, where it speaks TLS.
    void send(const QString &gatewayUrl, const QString &authorityFile);

Q_SIGNALS:
    void sendRequested();
    void failed(const QString &problem);
    /// The answer is out; it is in the gateway's own list, too.
    void answered();

private:
    [[nodiscard]] QByteArray host(int port) const;
    void showUnderWay(bool underWay);

    QString m_key; ///< Of the route that it was filled in for.
    QByteArray m_hostName; ///< Of an API that is not at the plain address.
    QComboBox *m_method;
    QLineEdit *m_target;
    QPushButton *m_send;
    QTabWidget *m_tabs;
    QPlainTextEdit *m_body;
    QPlainTextEdit *m_headers;
    QNetworkAccessManager m_network;
};

} // namespace eph::ui
