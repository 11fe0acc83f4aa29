// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/routespanel.h"

#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/panels/requestform.h"
#include "widgets/panels/requestlist.h"
#include "widgets/panels/socketform.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int ApiRole = Qt::UserRole;
constexpr int RouteRole = Qt::UserRole + 1;

} // namespace

RoutesPanel::RoutesPanel(services::LocalCloud &cloud, services::Serving &serving, QWidget *parent)
    : QWidget(parent)
    , m_cloud(cloud)
    , m_serving(serving)
{
}

void RoutesPanel::make()
{
    m_stack = new QStackedWidget;
    m_state = new StatePage;
    m_routes = new QTreeWidget;
    m_form = new RequestForm;
    m_socket = new SocketForm;
    m_forms = new QStackedWidget;
    m_forms->addWidget(m_form);
    m_forms->addWidget(m_socket);
    m_requests = new RequestList(m_cloud.requests());
    m_address = new QLabel;
    m_copy = new QPushButton(tr("Copy address"));
    m_serve = new QPushButton;
    m_clear = new QPushButton(tr("Clear"));
    m_routes->setObjectName(u"routesList"_s);
    m_routes->setAccessibleName(tr("Routes"));
    m_routes->setRootIsDecorated(false);
    m_routes->setUniformRowHeights(true);
    m_routes->setHeaderLabels({tr("Route"), tr("Leads to"), tr("API")});
    m_routes->header()->setStretchLastSection(false);
    m_routes->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_routes->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_address->setObjectName(u"routesAddress"_s);
    m_address->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_copy->setObjectName(u"routesCopyAddress"_s);
    m_copy->setProperty("quiet", true);
    m_serve->setObjectName(u"routesServe"_s);
    m_tls = new QCheckBox(tr("HTTPS"));
    m_tls->setObjectName(u"routesTls"_s);
    m_tls->setChecked(m_serving.hasTls());
    m_tls->setToolTip(tr("Answer clients that speak TLS, too, with a certificate for names of this machine; functions trust it"));
    m_clear->setObjectName(u"routesClear"_s);
    m_clear->setProperty("quiet", true);
    m_clear->setToolTip(tr("Forget the requests that were answered"));

    auto *row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    row->addWidget(m_serve);
    row->addWidget(m_tls);
    row->addWidget(m_address);
    row->addWidget(m_copy);
    row->addStretch();
    row->addWidget(m_clear);
    auto *content = new QWidget;
    auto *splitter = new QSplitter;
    splitter->addWidget(m_routes);
    splitter->addWidget(m_forms);
    splitter->addWidget(m_requests);
    splitter->setChildrenCollapsible(false);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 3);
    splitter->setStretchFactor(2, 5);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(splitter, 1);
    m_stack->addWidget(m_state);
    m_stack->addWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    // What is made while its parent is being shown is not shown with it.
    m_stack->show();
    setFocusProxy(m_routes);

    connect(m_serve, &QPushButton::clicked, this, [this] {
        if (!m_serving.isStarting())
            m_serving.ports() ? m_serving.stop() : m_serving.start();
    });
    connect(m_tls, &QCheckBox::toggled, &m_serving, &services::Serving::setTls);
    connect(&m_serving, &services::Serving::changed, this, &RoutesPanel::servingChanged);
    connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_address->text()); });
    connect(m_clear, &QPushButton::clicked, this, [this] {
        m_cloud.clearRequests();
        m_requests->clear();
    });
    connect(m_state, &StatePage::actionTriggered, this, &RoutesPanel::routeRequested);
    connect(m_routes, &QTreeWidget::currentItemChanged, this, &RoutesPanel::chooseRoute);
    connect(m_routes, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem *item) {
        const project::Location &place = m_apis.at(item->data(0, ApiRole).toInt()).routes.at(item->data(0, RouteRole).toInt()).location;
        Q_EMIT placeRequested(place.file, place.line, place.column);
    });
    connect(m_form, &RequestForm::sendRequested, this, [this] { whenServed([this](const cloud::LocalServer::Ports &ports) { m_form->send(ports.gatewayUrl(), ports.authorityFile); }); });
    connect(m_socket, &SocketForm::connectRequested, this, [this] { whenServed([this](const cloud::LocalServer::Ports &ports) { m_socket->connectTo(ports.gatewayUrl()); }); });
    connect(m_socket, &SocketForm::happened, m_requests, &RequestList::showNewest);
    connect(m_form, &RequestForm::answered, m_requests, &RequestList::showNewest);
    connect(m_form, &RequestForm::failed, this, [this](const QString &problem) { Q_EMIT failed(Error{ErrorCode::Io, problem, {}, {}}); });
    fill();
}

void RoutesPanel::showEvent(QShowEvent *event)
{
    if (!m_stack)
        make();
    QWidget::showEvent(event);
}

void RoutesPanel::setProject(const std::shared_ptr<const project::Project> &project)
{
    m_project = project;
    m_apis = project ? gateway::apisOf(*project) : QList<gateway::Api>();
    if (m_stack)
        fill();
}

void RoutesPanel::fill()
{
    const QString chosen = m_routes->currentItem() ? m_routes->currentItem()->text(0) : QString();
    m_routes->clear();
    for (int i = 0; i < m_apis.size(); ++i) {
        for (int j = 0; j < m_apis.at(i).routes.size(); ++j) {
            const gateway::Route &route = m_apis.at(i).routes.at(j);
            const bool url = m_apis.at(i).kind == gateway::ApiKind::FunctionUrl;
            auto *item = new QTreeWidgetItem(m_routes, {url ? tr("own address") : route.key(), route.answerer(), url ? QString() : m_apis.at(i).id});
            item->setData(0, ApiRole, i);
            item->setData(0, RouteRole, j);
            item->setToolTip(0, url ? QString("http://"_L1 + QString::fromLatin1(m_apis.at(i).host())) : tr("Enter or double click opens it in the template"));
            if (item->text(0) == chosen)
                m_routes->setCurrentItem(item);
        }
    }
    m_routes->setColumnHidden(2, std::count_if(m_apis.cbegin(), m_apis.cend(), [](const gateway::Api &api) { return api.kind != gateway::ApiKind::FunctionUrl; }) < 2);
    if (!m_routes->currentItem())
        m_routes->setCurrentItem(m_routes->topLevelItem(0));
    updateState();
}

void RoutesPanel::updateState()
{
    if (m_apis.isEmpty()) {
        m_project ? m_state->showEmpty(tr("The project declares no HTTP routes. A function gets one by an event of the type HttpApi or Api, by FunctionUrlConfig, or from an AWS::Serverless::WebSocketApi."), tr("Open the template"))
                  : m_state->showEmpty(tr("The HTTP routes of a project are listed here: serve them, try them, see what came."));
    }
    m_stack->setCurrentIndex(m_apis.isEmpty() ? 0 : 1);
    const auto &ports = m_serving.ports();
    // Never disabled: its focus would go to the next button.
    m_serve->setText(m_serving.isStarting() ? tr("Starting…") : ports ? tr("Stop serving") : tr("Serve"));
    m_serve->setToolTip(ports ? tr("Close the ports of the gateway and of Lambda's API") : tr("Answer the routes on a port of this machine, and Lambda's API on another"));
    setTone(m_address, ports ? Token::Text : Token::Muted);
    m_tls->setEnabled(!m_serving.isStarting());
    m_address->setText(ports ? ports->gatewayUrl() : tr("Not served; Send and Connect serve them, too."));
    QString addressTip = ports ? tr("Lambda's API for the AWS command line and SDKs: %1").arg(ports->endpointUrl()) : QString();
    if (ports && !ports->authorityFile.isEmpty())
        addressTip += u'\n' + tr("Clients trust the certificate by: %1").arg(ports->authorityFile);
    m_address->setToolTip(addressTip);
    m_copy->setVisible(ports.has_value());
    // Without TLS the same port answers, too, and a command needs no certificate.
    m_requests->setBaseUrl(ports ? ports->plainGatewayUrl() : QString());
}

void RoutesPanel::chooseRoute()
{
    if (const QTreeWidgetItem *item = m_routes->currentItem()) {
        const gateway::Api &api = m_apis.at(item->data(0, ApiRole).toInt());
        const gateway::Route &route = api.routes.at(item->data(0, RouteRole).toInt());
        const bool socket = api.kind == gateway::ApiKind::WebSocket;
        m_forms->setCurrentWidget(socket ? static_cast<QWidget *>(m_socket) : m_form);
        if (socket)
            m_socket->setRoute(api, route);
        else
            m_form->setRoute(api, route);
    }
}

void RoutesPanel::servingChanged()
{
    if (!m_stack)
        return;
    updateState();
    if (m_serving.isStarting())
        return;
    if (const auto act = std::exchange(m_whenServed, nullptr); act && m_serving.ports())
        act(*m_serving.ports());
}

void RoutesPanel::whenServed(std::function<void(const cloud::LocalServer::Ports &)> act)
{
    if (prepare && !prepare())
        return;
    if (m_serving.ports())
        return act(*m_serving.ports());
    m_whenServed = std::move(act);
    m_serving.start();
}

} // namespace eph::ui
