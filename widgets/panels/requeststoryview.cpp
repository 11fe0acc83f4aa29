// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/requeststoryview.h"

#include "widgets/common/theme.h"
#include "widgets/panels/traceview.h"

#include <QDateTime>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QPlainTextEdit *textView(const QString &name, const QString &accessibleName)
{
    auto *view = new QPlainTextEdit;
    view->setObjectName(name);
    view->setAccessibleName(accessibleName);
    view->setReadOnly(true);
    view->setFont(Theme::codeFont());
    view->setLineWrapMode(QPlainTextEdit::NoWrap);
    view->setTabChangesFocus(true);
    return view;
}

[[nodiscard]] QString readable(const QByteArray &text)
{
    const QJsonDocument json = QJsonDocument::fromJson(text);
    return json.isNull() ? QString::fromUtf8(text) : QString::fromUtf8(json.toJson(QJsonDocument::Indented)).trimmed();
}

[[nodiscard]] QString milliseconds(double ms)
{
    return QLocale().toString(ms, 'f', 2) + " ms"_L1;
}

} // namespace

RequestStoryView::RequestStoryView(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel)
    , m_outcome(new QLabel)
    , m_facts(new QFormLayout)
    , m_traceHead(new QLabel)
    , m_trace(new TraceView)
    , m_texts(new QTabWidget)
    , m_event(textView(u"storyEvent"_s, tr("Event of the request")))
    , m_answer(textView(u"storyAnswer"_s, tr("Answer to the request")))
    , m_forgotten(new QLabel(tr("Event, answer and trace are remembered for what ran in this window.")))
    , m_replay(new QPushButton(tr("Invoke again")))
    , m_lane(new QPushButton(tr("Its lane")))
{
    setObjectName(u"requestStory"_s);
    m_title->setObjectName(u"storyTitle"_s);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_outcome->setObjectName(u"storyOutcome"_s);
    m_trace->setObjectName(u"storyTrace"_s);
    m_forgotten->setWordWrap(true);
    setTone(m_forgotten, Token::Muted);
    setTone(m_traceHead, Token::Muted);
    m_texts->setObjectName(u"storyTexts"_s);
    m_texts->addTab(m_event, tr("Event"));
    m_texts->addTab(m_answer, tr("Answer"));
    m_replay->setObjectName(u"storyReplay"_s);
    m_replay->setToolTip(tr("Invokes the function as it is now with the same event"));
    m_lane->setObjectName(u"storyLane"_s);
    m_lane->setToolTip(tr("Where it ran, among all environments"));
    auto *lines = new QPushButton(tr("Only its lines"));
    lines->setObjectName(u"storyLines"_s);
    auto *close = new QPushButton(tr("Close"));
    close->setObjectName(u"storyClose"_s);
    close->setProperty("quiet", true);
    auto *head = new QHBoxLayout;
    head->addWidget(m_outcome);
    head->addStretch(1);
    head->addWidget(close);
    m_facts->setContentsMargins(0, 0, 0, 0);
    m_facts->setHorizontalSpacing(12);
    m_facts->setVerticalSpacing(2);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(lines);
    buttons->addWidget(m_replay);
    buttons->addWidget(m_lane);
    buttons->addStretch(1);
    auto *inner = new QWidget;
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addLayout(head);
    column->addWidget(m_title);
    column->addLayout(m_facts);
    column->addLayout(buttons);
    column->addWidget(m_traceHead);
    column->addWidget(m_trace);
    column->addWidget(m_forgotten);
    column->addWidget(m_texts, 1);
    m_texts->setMinimumHeight(120);
    column->addStretch(0);
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(inner);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);
    setMinimumWidth(260);
    connect(close, &QPushButton::clicked, this, &RequestStoryView::closed);
    connect(lines, &QPushButton::clicked, this, [this] { Q_EMIT linesRequested(m_story.requestId); });
    connect(m_replay, &QPushButton::clicked, this, [this] { Q_EMIT replayRequested(m_story.function, m_story.event); });
    connect(m_lane, &QPushButton::clicked, this, [this] { Q_EMIT laneRequested(m_story.requestId); });
    connect(m_trace, &TraceView::requestChosen, this, &RequestStoryView::requestChosen);
}

void RequestStoryView::addFact(const QString &name, const QString &value)
{
    if (value.isEmpty())
        return;
    auto *label = new QLabel(name);
    setTone(label, Token::Muted);
    auto *text = new QLabel(value);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text->setWordWrap(true);
    m_facts->addRow(label, text);
}

void RequestStoryView::showFacts()
{
    while (m_facts->rowCount() > 0)
        m_facts->removeRow(0);
    addFact(tr("Function"), m_story.function);
    addFact(tr("Called by"), m_story.origin);
    if (m_story.startedMs >= 0)
        addFact(tr("Began"), QDateTime::fromMSecsSinceEpoch(m_story.startedMs).toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s));
    if (m_story.initMs >= 0)
        addFact(tr("Cold start"), milliseconds(m_story.initMs));
    if (m_story.durationMs >= 0)
        addFact(tr("Duration"), m_story.billedMs >= 0 ? tr("%1, %2 ms billed").arg(milliseconds(m_story.durationMs)).arg(m_story.billedMs) : milliseconds(m_story.durationMs));
    if (m_story.maxMemoryMiB >= 0)
        addFact(tr("Memory"), tr("%1 of %2 MB").arg(m_story.maxMemoryMiB).arg(m_story.memoryMiB));
    if (m_story.cost)
        addFact(tr("Cost"), tr("%1 for request and duration").arg(m_story.cost->readable()));
    addFact(tr("Environment"), m_story.environment);
    addFact(tr("Lines"), QLocale().toString(m_story.lines.size()));
}

void RequestStoryView::showLoading(const QByteArray &requestId)
{
    services::RequestStory story;
    story.requestId = requestId;
    story.outcome = tr("looking through all runs…");
    setStory(story);
    setTone(m_outcome, Token::Muted);
}

void RequestStoryView::setStory(const services::RequestStory &story)
{
    m_story = story;
    m_title->setText(QString::fromLatin1(story.requestId));
    m_outcome->setText(story.outcome.isEmpty() ? tr("no report yet") : story.outcome);
    setTone(m_outcome, story.failed ? Token::Bad : story.outcome.isEmpty() ? Token::Muted : Token::Good);
    showFacts();
    m_traceHead->setText(tr("Invocations of this trace: %1").arg(story.trace.size()));
    m_traceHead->setVisible(story.trace.size() > 1);
    m_trace->setVisible(story.trace.size() > 1);
    m_trace->setTrace(story.trace, story.requestId);
    m_event->setPlainText(readable(story.event));
    m_answer->setPlainText(readable(story.answer));
    m_texts->setVisible(story.isRecent);
    m_forgotten->setVisible(!story.isRecent);
    m_lane->setEnabled(story.isRecent);
    m_replay->setEnabled(story.isRecent && !story.event.isEmpty());
}

} // namespace eph::ui
