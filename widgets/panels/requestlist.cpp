// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/requestlist.h"

#include "core/events/eventfiles.h"
#include "core/gateway/curlcommand.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/editor/codeeditor.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTreeWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr auto LookEvery = std::chrono::milliseconds(100);
constexpr int FirstError = 400;

QByteArray headerLines(const http::Headers &headers)
{
    QByteArray text;
    for (const auto &[name, value] : headers)
        text += name + ": " + value + '\n';
    return text;
}

/// A name whose ending tells the language of a body.
QString nameFor(const http::Headers &headers, const QByteArray &body)
{
    const QByteArray type = http::headerValue(headers, "Content-Type");
    if (type.contains("html"))
        return u"answer.html"_s;
    if (type.contains("xml"))
        return u"answer.xml"_s;
    return !body.isEmpty() && !events::checkJson(body) ? u"answer.json"_s : u"answer.txt"_s;
}

/// With a last line that says what is not there.
QByteArray asKept(const QByteArray &body, qint64 bytes)
{
    if (bytes == body.size())
        return body;
    const QLocale locale;
    return body + "\n\n" + RequestList::tr("(the first %1 of %2)").arg(locale.formattedDataSize(body.size()), locale.formattedDataSize(bytes)).toUtf8();
}

void showAnswer(CodeEditor *view, const gateway::HandledRequest &request)
{
    // JSON that is cut off is text: it cannot be read, so it cannot be laid out.
    const QString name = nameFor(request.answerHeaders, request.answerBody);
    view->showReadOnly(name.endsWith("json"_L1) ? events::prettyJson(request.answerBody) : asKept(request.answerBody, request.answerBytes), name);
}

} // namespace

RequestList::RequestList(const gateway::RequestStore &requests, QWidget *parent)
    : QWidget(parent)
    , m_store(requests)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_list(new QTreeWidget)
    , m_tabs(new QTabWidget)
    , m_copy(new QPushButton(tr("Copy as curl")))
{
    m_list->setObjectName(u"requestsList"_s);
    m_list->setAccessibleName(tr("Requests"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setHeaderLabels({tr("Time"), tr("Request"), tr("Status"), tr("Took")});
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_list->headerItem()->setTextAlignment(3, Qt::AlignRight | Qt::AlignVCenter);
    m_tabs->setObjectName(u"requestDetail"_s);
    m_tabs->setDocumentMode(true);
    m_copy->setObjectName(u"requestCopyCurl"_s);
    m_copy->setProperty("quiet", true);
    m_copy->setEnabled(false);
    m_tabs->setCornerWidget(m_copy);

    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(m_list);
    splitter->addWidget(m_tabs);
    splitter->setChildrenCollapsible(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_state->showEmpty(tr("Requests appear here with their answers as they come, from here and from elsewhere."));
    m_stack->addWidget(m_state);
    m_stack->addWidget(splitter);
    layout->addWidget(m_stack);
    m_look.setInterval(LookEvery);
    connect(&m_look, &QTimer::timeout, this, &RequestList::takeNew);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &RequestList::showCurrent);
    connect(m_copy, &QPushButton::clicked, this, &RequestList::copyAsCurl);
    connect(&theme(), &Theme::changed, this, [this] {
        for (int i = 0; i < m_list->topLevelItemCount(); ++i)
            colour(m_list->topLevelItem(i), m_requests.at(i).status);
    });
}

void RequestList::makeViews()
{
    m_answer = new CodeEditor(CodeEditor::Role::Field);
    m_headers = new CodeEditor(CodeEditor::Role::Field);
    m_sent = new CodeEditor(CodeEditor::Role::Field);
    m_answer->setObjectName(u"requestAnswer"_s);
    m_answer->setAccessibleName(tr("Body of the answer"));
    m_headers->setObjectName(u"requestAnswerHeaders"_s);
    m_headers->setAccessibleName(tr("Headers of the answer"));
    m_sent->setObjectName(u"requestSent"_s);
    m_sent->setAccessibleName(tr("The request as it came"));
    m_problem = new QLabel;
    m_problem->setObjectName(u"requestProblem"_s);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(8, 4, 8, 4);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *answer = new QWidget;
    auto *layout = new QVBoxLayout(answer);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_problem);
    layout->addWidget(m_answer, 1);
    m_tabs->addTab(answer, tr("Answer"));
    m_tabs->addTab(m_headers, tr("Headers"));
    m_tabs->addTab(m_sent, tr("Request"));
}

void RequestList::showEvent(QShowEvent *)
{
    takeNew();
    m_look.start();
}

void RequestList::hideEvent(QHideEvent *)
{
    m_look.stop();
}

void RequestList::colour(QTreeWidgetItem *item, int status) const
{
    item->setForeground(2, theme().color(status >= FirstError ? Token::Bad : Token::Good));
}

void RequestList::takeNew()
{
    QList<gateway::HandledRequest> fresh = m_store.after(m_last);
    if (fresh.isEmpty())
        return;
    if (!m_answer)
        makeViews();
    m_last = fresh.last().number;
    const QLocale locale;
    for (gateway::HandledRequest &request : fresh) {
        const QString time = QDateTime::fromMSecsSinceEpoch(request.epochMs).toString(u"HH:mm:ss"_s);
        const QString what = QString::fromLatin1(request.method) + u' ' + QString::fromUtf8(request.target);
        auto *item = new QTreeWidgetItem({time, what, QString::number(request.status), locale.toString(request.durationMs, 'f', 1) + u" ms"_s});
        item->setTextAlignment(3, Qt::AlignRight | Qt::AlignVCenter);
        item->setToolTip(1, request.route.isEmpty() ? tr("No route takes it") : tr("%1, answered by “%2”").arg(request.route, request.function));
        colour(item, request.status);
        m_list->insertTopLevelItem(0, item);
        m_requests.prepend(std::move(request));
    }
    dropForgotten();
    m_stack->setCurrentIndex(1);
    if (!m_list->currentItem())
        m_list->setCurrentItem(m_list->topLevelItem(0));
}

void RequestList::dropForgotten()
{
    const qint64 oldest = m_store.oldest();
    while (!m_requests.isEmpty() && m_requests.last().number < oldest) {
        m_requests.removeLast();
        delete m_list->takeTopLevelItem(m_list->topLevelItemCount() - 1);
    }
}

void RequestList::showNewest()
{
    takeNew();
    m_list->setCurrentItem(m_list->topLevelItem(0));
}

void RequestList::clear()
{
    m_requests.clear();
    m_list->clear();
    m_stack->setCurrentIndex(0);
}

const gateway::HandledRequest *RequestList::current() const
{
    const int index = m_list->indexOfTopLevelItem(m_list->currentItem());
    return index >= 0 && index < m_requests.size() ? &m_requests.at(index) : nullptr;
}

void RequestList::showCurrent()
{
    const gateway::HandledRequest *request = current();
    const bool whole = request && request->bodyBytes == request->body.size();
    const bool repeatable = !request || !request->ofSocket;
    m_copy->setEnabled(whole && repeatable);
    m_copy->setToolTip(!repeatable ? tr("No single command sends what a connection carries; see eph connect") : !request || whole ? tr("A command line that sends the same request again") : tr("The body is too large to be kept as a whole"));
    if (!request) {
        for (CodeEditor *view : {m_answer, m_headers, m_sent}) {
            if (view)
                view->showReadOnly({}, {});
        }
        if (m_problem)
            m_problem->hide();
        return;
    }
    m_problem->setText(request->problem);
    m_problem->setVisible(!request->problem.isEmpty());
    showAnswer(m_answer, *request);
    m_headers->showReadOnly("HTTP/1.1 " + QByteArray::number(request->status) + '\n' + headerLines(request->answerHeaders), u"headers.txt"_s);
    m_sent->showReadOnly(request->method + ' ' + request->target + " HTTP/1.1\n" + headerLines(request->headers) + '\n' + asKept(request->body, request->bodyBytes), u"request.txt"_s);
}

void RequestList::copyAsCurl()
{
    if (const gateway::HandledRequest *request = current()) {
        const QByteArray host = http::headerValue(request->headers, "Host");
        // Its own name reaches an API that is not at the plain address.
        QApplication::clipboard()->setText(gateway::curlCommand(*request, host.isEmpty() ? m_baseUrl : QString("http://"_L1 + QString::fromLatin1(host))));
    }
}

} // namespace eph::ui
