// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/requestform.h"

#include "core/http/headerline.h"
#include "widgets/common/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSslConfiguration>
#include <QTabWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;

RequestForm::RequestForm(QWidget *parent)
    : QWidget(parent)
    , m_method(new QComboBox)
    , m_target(new QLineEdit)
    , m_send(new QPushButton)
    , m_tabs(new QTabWidget)
    , m_body(new QPlainTextEdit)
    , m_headers(new QPlainTextEdit)
{
    m_network.setProxy(QNetworkProxy::NoProxy);
    // A redirection is an answer to look at.
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_method->setObjectName(u"requestMethod"_s);
    m_method->setAccessibleName(tr("Method"));
    m_method->addItems({u"GET"_s, u"POST"_s, u"PUT"_s, u"PATCH"_s, u"DELETE"_s, u"HEAD"_s, u"OPTIONS"_s});
    m_target->setObjectName(u"requestTarget"_s);
    m_target->setAccessibleName(tr("Path and query"));
    m_target->setPlaceholderText(u"/"_s);
    m_target->setFont(Theme::codeFont());
    m_send->setObjectName(u"requestSend"_s);
    m_send->setToolTip(tr("Send it to the local gateway (Enter in the path)"));
    m_tabs->setObjectName(u"requestTabs"_s);
    m_body->setObjectName(u"requestBody"_s);
    m_body->setAccessibleName(tr("Body"));
    m_body->setPlaceholderText(tr("The body; none for an empty one"));
    m_body->setTabChangesFocus(true);
    m_headers->setObjectName(u"requestHeaders"_s);
    m_headers->setAccessibleName(tr("Headers"));
    m_headers->setPlaceholderText(tr("Name: value, one a line"));
    m_headers->setPlainText(u"Content-Type: application/json"_s);
    m_headers->setTabChangesFocus(true);
    const auto useCodeFont = [this] {
        for (QWidget *field : {static_cast<QWidget *>(m_body), static_cast<QWidget *>(m_headers), static_cast<QWidget *>(m_target)})
            field->setFont(Theme::codeFont());
    };
    useCodeFont();
    connect(&theme(), &Theme::changed, this, useCodeFont);
    m_tabs->addTab(m_body, tr("Body"));
    m_tabs->addTab(m_headers, tr("Headers"));
    m_tabs->setDocumentMode(true);

    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_method);
    row->addWidget(m_target, 1);
    row->addWidget(m_send);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(4);
    layout->addLayout(row);
    layout->addWidget(m_tabs, 1);
    setFocusProxy(m_target);
    connect(m_send, &QPushButton::clicked, this, &RequestForm::sendRequested);
    connect(m_target, &QLineEdit::returnPressed, m_send, &QPushButton::click);
    showUnderWay(false);
}

void RequestForm::showUnderWay(bool underWay)
{
    m_send->setEnabled(!underWay);
    m_send->setText(underWay ? tr("Sending…") : tr("Send"));
}

void RequestForm::setRoute(const gateway::Api &api, const gateway::Route &route)
{
    const QString key = api.id + u'\n' + route.key();
    if (key == m_key)
        return;
    m_key = key;
    m_hostName = api.kind == gateway::ApiKind::FunctionUrl ? api.host() : QByteArray();
    const bool any = route.method == "ANY";
    m_method->setCurrentText(any ? u"GET"_s : QString::fromLatin1(route.method));
    m_target->setText(route.path == "$default"_L1 ? u"/"_s : route.path);
    // What a path leaves open is chosen, to be typed over.
    const QString path = m_target->text();
    if (const qsizetype open = path.indexOf(u'{'); open >= 0)
        m_target->setSelection(int(open), int(path.indexOf(u'}', open) - open + 1));
    m_tabs->setCurrentIndex(0);
}

QByteArray RequestForm::host(int port) const
{
    return (m_hostName.isEmpty() ? QByteArray("127.0.0.1") : m_hostName) + ':' + QByteArray::number(port);
}

void RequestForm::send(const QString &gatewayUrl, const QString &authorityFile)
{
    QString target = m_target->text().trimmed();
    if (!target.startsWith(u'/'))
        target.prepend(u'/');
    // In a query braces mean themselves.
    const qsizetype open = target.section(u'?', 0, 0).indexOf(u'{');
    if (open >= 0) {
        const qsizetype close = target.indexOf(u'}', open);
        m_target->setText(target);
        m_target->setSelection(int(open), int(close < 0 ? 1 : close - open + 1));
        m_target->setFocus();
        return Q_EMIT failed(tr("“%1” is a parameter of the route: type a value in its place.").arg(target.mid(open, close < 0 ? 1 : close - open + 1)));
    }
    const QUrl url(gatewayUrl + target, QUrl::TolerantMode);
    if (!url.isValid())
        return Q_EMIT failed(tr("“%1” is no path.").arg(target));
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setRawHeader("User-Agent", "Ephemera");
    if (!authorityFile.isEmpty()) {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.addCaCertificates(authorityFile);
        request.setSslConfiguration(configuration);
    }
    const QStringList lines = m_headers->toPlainText().split(u'\n', Qt::SkipEmptyParts);
    for (const QString &line : lines) {
        const auto header = http::headerOf(line);
        if (!header)
            return Q_EMIT failed(header.error().message + u' ' + header.error().hint);
        request.setRawHeader(header->first, header->second);
    }
    request.setRawHeader("Host", host(url.port()));
    const QByteArray body = m_body->toPlainText().toUtf8();
    if (body.isEmpty())
        request.setRawHeader("Content-Type", {});
    QNetworkReply *reply = m_network.sendCustomRequest(request, m_method->currentText().toLatin1(), body);
    showUnderWay(true);
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        showUnderWay(false);
        // Whatever status it has, it is an answer.
        if (reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid())
            Q_EMIT answered();
        else
            Q_EMIT failed(reply->errorString());
    });
}

} // namespace eph::ui
