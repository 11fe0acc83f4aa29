// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"
#include "core/services/serving.h"

#include <QWidget>
#include <functional>
#include <memory>

class QCheckBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTreeWidget;

namespace eph::ui {

class RequestForm;
class RequestList;
class SocketForm;
class StatePage;

/// The HTTP routes of the project: serve them, try them, see what came.
class RoutesPanel : public QWidget
{
    Q_OBJECT
public:
    RoutesPanel(services::LocalCloud &cloud, services::Serving &serving, QWidget *parent = nullptr);

    void setProject(const std::shared_ptr<const project::Project> &project);
    /// Called before anything is sent: writes what is open. False when that failed. Set by the window.
    std::function<bool()> prepare;

Q_SIGNALS:
    void placeRequested(const QString &file, int line, int column);
    void failed(const eph::Error &error);
    /// The way to a first route.
    void routeRequested();

private:
    void make();
    void fill();
    void showEvent(QShowEvent *event) override;
    void servingChanged();
    void updateState();
    void chooseRoute();
    /// Does it once the gateway is there.
    void whenServed(std::function<void(const cloud::LocalServer::Ports &)> act);

    services::LocalCloud &m_cloud;
    services::Serving &m_serving;
    std::shared_ptr<const project::Project> m_project;
    QList<gateway::Api> m_apis;
    std::function<void(const cloud::LocalServer::Ports &)> m_whenServed;
    QStackedWidget *m_stack = nullptr; ///< What follows is made when it is first shown: most sessions never look at it.
    StatePage *m_state = nullptr;
    QTreeWidget *m_routes = nullptr;
    RequestForm *m_form = nullptr;
    SocketForm *m_socket = nullptr;
    QStackedWidget *m_forms = nullptr; ///< Whichever the chosen route needs.
    RequestList *m_requests = nullptr;
    QLabel *m_address = nullptr;
    QPushButton *m_copy = nullptr;
    QPushButton *m_serve = nullptr;
    QCheckBox *m_tls = nullptr;
    QPushButton *m_clear = nullptr;
};

} // namespace eph::ui
