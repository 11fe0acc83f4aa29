// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/socketform.h"

#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxLines = 1000;
constexpr qsizetype MaxShown = 4000; ///< Characters of a message.
constexpr int KindRole = Qt::UserRole;

/// `{"action":"join"}` for the route `join`, by the expression that chooses it.
QString messageFor(const gateway::Api &api, const gateway::Route &route)
{
    QString path = api.selection.section("$request.body."_L1, 1);
    path.remove(u'}');
    if (route.path.startsWith(u'$') || path.isEmpty())
        return u"{}"_s;
    QJsonValue value = route.path;
    const QStringList parts = path.split(u'.');
    for (auto part = parts.crbegin(); part != parts.crend(); ++part)
        value = QJsonObject{{*part, value}};
    return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
}

} // namespace

SocketForm::SocketForm(QWidget *parent)
    : QWidget(parent)
    , m_target(new QLineEdit)
    , m_connect(new QPushButton)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_lines(new QListWidget)
    , m_message(new QLineEdit)
    , m_send(new QPushButton(tr("Send")))
{
    m_target->setObjectName(u"socketTarget"_s);
    m_target->setAccessibleName(tr("Path and query"));
    m_target->setToolTip(tr("The stage, and a query for $connect"));
    m_connect->setObjectName(u"socketConnect"_s);
    m_lines->setObjectName(u"socketLines"_s);
    m_lines->setAccessibleName(tr("Messages"));
    m_lines->setWordWrap(true);
    m_lines->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_message->setObjectName(u"socketMessage"_s);
    m_message->setAccessibleName(tr("Message"));
    m_message->setPlaceholderText(tr("A message"));
    m_send->setObjectName(u"socketSend"_s);
    m_send->setToolTip(tr("Send the message (Enter in it)"));
    const auto useCodeFont = [this] {
        for (QWidget *field : {static_cast<QWidget *>(m_target), static_cast<QWidget *>(m_lines), static_cast<QWidget *>(m_message)})
            field->setFont(Theme::codeFont());
        for (int row = 0; row < m_lines->count(); ++row)
            paint(*m_lines->item(row));
    };
    useCodeFont();
    connect(&theme(), &Theme::changed, this, useCodeFont);

    m_stack->addWidget(m_state);
    m_stack->addWidget(m_lines);
    auto *top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_target, 1);
    top->addWidget(m_connect);
    auto *bottom = new QHBoxLayout;
    bottom->setSpacing(8);
    bottom->addWidget(m_message, 1);
    bottom->addWidget(m_send);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(m_stack, 1);
    layout->addLayout(bottom);
    setFocusProxy(m_target);

    connect(m_connect, &QPushButton::clicked, this, [this] {
        if (!m_client.isOpen() && !m_client.isOpening())
            return Q_EMIT connectRequested();
        m_client.close();
        updateState();
    });
    connect(m_target, &QLineEdit::returnPressed, m_connect, &QPushButton::click);
    connect(m_send, &QPushButton::clicked, this, &SocketForm::sendMessage);
    connect(m_message, &QLineEdit::returnPressed, m_send, &QPushButton::click);
    connect(&m_client, &services::SocketClient::opened, this, [this] {
        add(Kind::Told, tr("Connected"));
        m_message->setFocus();
    });
    connect(&m_client, &services::SocketClient::received, this, [this](const QString &text) { add(Kind::Received, text); });
    connect(&m_client, &services::SocketClient::receivedBytes, this, [this](const QByteArray &bytes) { add(Kind::Received, tr("%n bytes: %1", nullptr, int(bytes.size())).arg(QString::fromLatin1(bytes.left(64).toHex(' ')))); });
    connect(&m_client, &services::SocketClient::closed, this, [this](int code, const QString &reason) { add(Kind::Told, reason.isEmpty() ? tr("Closed with %1").arg(code) : tr("Closed with %1: %2").arg(code).arg(reason)); });
    connect(&m_client, &services::SocketClient::failed, this, [this](const Error &error) { add(Kind::Told, error.message + u' ' + error.hint); });
    updateState();
}

void SocketForm::setRoute(const gateway::Api &api, const gateway::Route &route)
{
    const QString key = api.id + u'\n' + route.key();
    if (key == std::exchange(m_key, key))
        return;
    // What is typed for $connect holds for all routes of an API.
    if (std::exchange(m_api, api.id) != api.id && !m_client.isOpen())
        m_target->setText(u'/' + api.stage);
    m_message->setText(messageFor(api, route));
}

void SocketForm::connectTo(const QString &gatewayUrl)
{
    QString target = m_target->text().trimmed();
    if (!target.startsWith(u'/'))
        target.prepend(u'/');
    QUrl url(gatewayUrl + target, QUrl::TolerantMode);
    url.setScheme(url.scheme() == "https"_L1 ? u"wss"_s : u"ws"_s);
    m_client.open(url, {{"User-Agent", "Ephemera"}});
    updateState();
}

void SocketForm::sendMessage()
{
    if (m_message->text().isEmpty() || !m_client.send(m_message->text()))
        return;
    add(Kind::Sent, m_message->text());
    m_message->selectAll();
}

void SocketForm::add(Kind kind, const QString &text)
{
    const QString mark = kind == Kind::Sent ? u"→ "_s : kind == Kind::Received ? u"← "_s : QString();
    const QString shown = text.size() <= MaxShown ? text : QString(text.left(MaxShown) + u'…' + tr(" (%n characters in all)", nullptr, int(text.size())));
    auto *item = new QListWidgetItem(mark + shown, m_lines);
    item->setData(KindRole, int(kind));
    paint(*item);
    while (m_lines->count() > MaxLines)
        delete m_lines->takeItem(0);
    m_lines->scrollToBottom();
    updateState();
    Q_EMIT happened();
}

void SocketForm::paint(QListWidgetItem &item)
{
    const Kind kind = Kind(item.data(KindRole).toInt());
    item.setForeground(theme().color(kind == Kind::Told ? Token::Muted : kind == Kind::Sent ? Token::Accent : Token::Text));
}

void SocketForm::updateState()
{
    const bool open = m_client.isOpen();
    if (m_client.isOpening())
        m_state->showLoading(tr("$connect is asked."));
    else
        m_state->showEmpty(tr("What is sent and what comes appears here."));
    m_stack->setCurrentWidget(m_lines->count() > 0 ? static_cast<QWidget *>(m_lines) : m_state);
    m_connect->setText(open ? tr("Disconnect") : m_client.isOpening() ? tr("Connecting…") : tr("Connect"));
    m_connect->setToolTip(open ? tr("Close the connection; $disconnect is told") : tr("Connect to the local gateway; $connect decides (Enter in the path)"));
    m_target->setEnabled(!open);
    m_message->setEnabled(open);
    m_send->setEnabled(open);
}

} // namespace eph::ui
