// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/statepage.h"
#include "widgets/common/durations.h"
#include "widgets/common/theme.h"
#include "widgets/editor/codeeditor.h"
#include "widgets/editor/findbar.h"
#include "widgets/panels/invokepanel.h"

#include "core/services/fidelity.h"
#include "core/services/stackframes.h"

#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    QString text;
    QString symbol;
    Token token;
};

Words wordsFor(runtime::Outcome outcome)
{
    using runtime::Outcome;
    switch (outcome) {
    case Outcome::Answered: return {ResultView::tr("Answered"), u"✓"_s, Token::Good};
    case Outcome::FunctionError: return {ResultView::tr("Function error"), u"✗"_s, Token::Bad};
    case Outcome::InitError: return {ResultView::tr("Init error"), u"✗"_s, Token::Bad};
    case Outcome::TimedOut: return {ResultView::tr("Timed out"), u"✗"_s, Token::Bad};
    case Outcome::OutOfMemory: return {ResultView::tr("Out of memory"), u"✗"_s, Token::Bad};
    case Outcome::Exited: return {ResultView::tr("Process exited"), u"✗"_s, Token::Bad};
    case Outcome::Throttled: return {ResultView::tr("Throttled"), u"✗"_s, Token::Warning};
    case Outcome::ResponseTooLarge: return {ResultView::tr("Response too large"), u"✗"_s, Token::Bad};
    case Outcome::RecursiveLoop: return {ResultView::tr("Recursive loop"), u"✗"_s, Token::Bad};
    }
    return {};
}

/// More than this is shown in part; wrapped, a text is laid out whole before its first line appears.
constexpr qsizetype MaxShownBytes = 1 << 20;
/// A run that ends sooner needs no word that it is under way.
constexpr auto RunningAfter = std::chrono::milliseconds(150);

/// What a client of an HTTP front reads of such an answer; nullopt where it is none, or no text.
std::optional<QByteArray> httpBody(const QByteArray &answer)
{
    // Most answers are none, and may be large.
    if (!answer.contains("statusCode"))
        return std::nullopt;
    const QJsonObject object = QJsonDocument::fromJson(answer).object();
    const QByteArray written = object.value("body"_L1).toString().toUtf8();
    const QByteArray body = object.value("isBase64Encoded"_L1).toBool() ? QByteArray::fromBase64(written) : written;
    return object.contains("statusCode"_L1) && !body.isEmpty() && body.isValidUtf8() ? std::optional(body) : std::nullopt;
}

/// A label widens its window to its longest word: within one that is too long, a line may end. Others stay as they can be copied.
[[nodiscard]] QString breakable(const QString &text)
{
    constexpr qsizetype Fits = 40;
    static const QRegularExpression longWords(u"\\S{%1,}"_s.arg(Fits + 1));
    QString broken;
    qsizetype from = 0;
    for (auto words = longWords.globalMatch(text); words.hasNext();) {
        const QRegularExpressionMatch word = words.next();
        broken += QStringView(text).sliced(from, word.capturedStart() - from);
        for (qsizetype at = word.capturedStart(); at < word.capturedEnd(); at += Fits)
            broken += QStringView(text).sliced(at, std::min(Fits, word.capturedEnd() - at)) + QChar(0x200B);
        from = word.capturedEnd();
    }
    return broken + QStringView(text).sliced(from);
}

/// What the service says of a run that it refused.
[[nodiscard]] QString refusalText(const QByteArray &payload)
{
    const QJsonObject answer = QJsonDocument::fromJson(payload).object();
    const QString message = answer.value("message"_L1).toString(answer.value("Message"_L1).toString());
    const QString reason = answer.value("Reason"_L1).toString();
    return message.isEmpty() ? QString::fromUtf8(payload) : reason.isEmpty() ? message : QString(reason + ": "_L1 + message);
}

} // namespace

ResultView::ResultView(QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
{
    m_stack->addWidget(m_state);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    connect(&theme(), &Theme::changed, this, &ResultView::refresh);
    m_running.setSingleShot(true);
    m_running.setInterval(RunningAfter);
    connect(&m_running, &QTimer::timeout, this, &ResultView::tellRunning);
    showEmpty();
}

void ResultView::make()
{
    m_outcome = new QLabel;
    m_figure = new QLabel;
    m_report = new QLabel;
    m_cost = new QLabel;
    m_errorMessage = new QLabel;
    m_advice = new QLabel;
    m_trace = new QListWidget;
    m_payload = new CodeEditor(CodeEditor::Role::Field);
    m_body = new CodeEditor(CodeEditor::Role::Field);
    m_log = new CodeEditor(CodeEditor::Role::Field);
    m_find = new FindBar(FindBar::Shape::Column);
    m_find->setObjectName(u"resultFind"_s);
    m_fidelity = new QListWidget;
    m_whole = new QPushButton(tr("Open the whole text"));
    m_tabs = new QTabWidget;
    m_outcome->setObjectName(u"resultOutcome"_s);
    m_figure->setObjectName(u"resultDuration"_s);
    m_figure->setFont(Theme::largeFont());
    m_report->setObjectName(u"resultReport"_s);
    m_report->setWordWrap(true);
    m_cost->setObjectName(u"resultCost"_s);
    m_cost->setProperty("muted", true);
    m_cost->setWordWrap(true);
    for (QLabel *label : {m_report, m_cost})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_errorMessage->setObjectName(u"resultError"_s);
    m_errorMessage->setWordWrap(true);
    m_errorMessage->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_advice->setObjectName(u"resultAdvice"_s);
    m_advice->setWordWrap(true);
    m_advice->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_trace->setObjectName(u"resultTrace"_s);
    m_trace->setAccessibleName(tr("Stack trace; Enter goes to the line"));
    m_trace->setFont(Theme::codeFont());
    m_trace->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_payload->setObjectName(u"resultPayload"_s);
    m_payload->setAccessibleName(tr("Answer of the function"));
    m_body->setObjectName(u"resultBody"_s);
    m_body->setAccessibleName(tr("Body of the answer, as an HTTP client reads it"));
    m_log->setObjectName(u"resultLog"_s);
    m_log->setAccessibleName(tr("Log of this invocation"));
    for (CodeEditor *view : {m_payload, m_body, m_log})
        view->setReadOnly(true);
    m_whole->setObjectName(u"resultWhole"_s);
    m_whole->setProperty("link", true);
    connect(m_whole, &QPushButton::clicked, this, [this] {
        const runtime::Invocation &invocation = m_record->invocation;
        const bool log = currentText() == m_log;
        if (currentText() == m_body)
            return Q_EMIT openRequested(QString::fromLatin1(invocation.report.requestId) + "-body.txt"_L1, m_httpBody.value_or(QByteArray()));
        Q_EMIT openRequested(QString::fromLatin1(invocation.report.requestId) + (log ? ".log"_L1 : ".json"_L1), log ? invocation.log : invocation.payload);
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, &ResultView::showCurrentTab);

    auto *header = new QHBoxLayout;
    header->setSpacing(8);
    header->addWidget(m_outcome);
    header->addStretch();
    header->addWidget(m_figure);
    auto *strip = new QVBoxLayout;
    strip->setContentsMargins(8, 4, 8, 8);
    strip->setSpacing(4);
    strip->addLayout(header);
    strip->addWidget(m_report);
    strip->addWidget(m_cost);
    auto *errorPage = new QWidget;
    auto *errorLayout = new QVBoxLayout(errorPage);
    errorLayout->setContentsMargins(8, 8, 8, 0);
    errorLayout->setSpacing(8);
    errorLayout->addWidget(m_errorMessage);
    errorLayout->addWidget(m_advice);
    // Without a trace, the text stays at the top.
    constexpr int AlmostAll = 1000;
    errorLayout->addWidget(m_trace, AlmostAll);
    errorLayout->addStretch(1);
    m_tabs->setObjectName(u"resultTabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_payload, tr("Response"));
    m_tabs->addTab(m_body, tr("Body"));
    m_tabs->addTab(errorPage, tr("Error"));
    m_tabs->addTab(m_log, tr("Log"));
    m_tabs->addTab(m_fidelity, tr("Fidelity"));
    m_tabs->setTabToolTip(m_tabs->count() - 1, tr("What of the cloud this run had, what came near, and what was ignored"));
    m_fidelity->setObjectName(u"resultFidelity"_s);
    m_fidelity->setAccessibleName(tr("Fidelity of the run"));
    m_fidelity->setWordWrap(true);
    m_fidelity->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_fidelity->setSpacing(2);
    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(strip);
    layout->addWidget(m_tabs, 1);
    layout->addWidget(m_find);
    layout->addWidget(m_whole, 0, Qt::AlignLeft);
    m_stack->addWidget(content);

    const auto go = [this](QListWidgetItem *item) {
        if (const auto place = services::placeIn(item->data(Qt::UserRole).toString()))
            Q_EMIT placeRequested(place->file, place->line, place->column);
    };
    connect(m_trace, &QListWidget::itemClicked, this, go);
    connect(m_trace, &QListWidget::itemActivated, this, go);
    setFidelity(m_notes);
}

void ResultView::showEmpty()
{
    m_record.reset();
    m_running.stop();
    m_state->showEmpty(tr("The answer, the log and the report of a run appear here."));
    m_stack->setCurrentIndex(0);
}

void ResultView::showRunning(const QString &function)
{
    m_function = function;
    if (m_record)
        return m_running.start();
    m_state->showLoading(tr("Running %1").arg(function));
    m_stack->setCurrentIndex(0);
}

void ResultView::tellRunning()
{
    // What is there stays readable until there is something new.
    if (!m_record)
        return;
    m_tellsRunning = true;
    m_outcome->setText(tr("Running %1").arg(m_function));
    setTone(m_outcome, Token::Accent);
    m_figure->clear();
    m_report->setText(tr("Below is the last result, of %1.").arg(m_record->function));
    m_cost->hide();
}

void ResultView::showError(const eph::Error &error)
{
    m_record.reset();
    m_running.stop();
    m_state->showError(error);
    m_stack->setCurrentIndex(0);
}

void ResultView::refresh()
{
    if (!m_record)
        return;
    const bool runs = m_running.isActive() || m_tellsRunning;
    showRecord(*std::exchange(m_record, std::nullopt));
    if (runs)
        tellRunning();
}

void ResultView::showRecord(const services::InvocationRecord &record)
{
    if (!m_tabs)
        make();
    m_record = record;
    m_running.stop();
    m_tellsRunning = false;
    const runtime::Invocation &invocation = record.invocation;
    const runtime::Report &report = invocation.report;
    const Words words = invocation.stopped ? Words{tr("Stopped"), u"■"_s, Token::Warning} : wordsFor(invocation.outcome);
    m_outcome->setText(words.symbol + u' ' + words.text);
    setTone(m_outcome, words.token);
    const bool ran = !runtime::neverRan(invocation.outcome);
    m_figure->setText(ran ? durationText(report.durationMs) : QString());
    m_figure->setToolTip(tr("Duration of the invocation, without initialisation"));

    QStringList parts{record.function};
    if (ran) {
        parts << (report.coldStart ? report.initMs ? tr("cold, init %1").arg(durationText(*report.initMs)) : tr("cold") : tr("warm"));
        parts << tr("billed %1 ms").arg(QLocale().toString(report.billedMs));
        parts << tr("%1 of %2 MB").arg(report.maxMemoryMiB).arg(report.memoryMiB);
    } else {
        parts << tr("it did not run");
    }
    m_report->setText(parts.join(u" · "_s));
    m_report->setToolTip(tr("Request %1\nCode %2").arg(QString::fromLatin1(report.requestId), QString::fromLatin1(report.codeSha256)));
    constexpr qint64 Million = 1'000'000;
    m_cost->setText(tr("%1 with its log · %2 for a million · code %3").arg(record.cost.readable(), record.cost.times(Million).readable(), QString::fromLatin1(report.codeSha256.left(8))));
    m_cost->setVisible(ran && !invocation.stopped);
    m_cost->setToolTip(tr("Exactly $%1, without free tier").arg(record.cost.exact()));

    m_payload->setProperty("shown", false);
    m_httpBody = invocation.outcome == runtime::Outcome::Answered ? httpBody(invocation.payload) : std::nullopt;
    m_body->setProperty("shown", false);
    m_log->setProperty("shown", false);
    showFailure(record);
    showCurrentTab();
    m_stack->setCurrentIndex(1);
}

void ResultView::showCurrentTab()
{
    if (!m_record)
        return;
    // A tab is filled when it is seen: a large log costs nothing while one reads the answer.
    const runtime::Invocation &invocation = m_record->invocation;
    CodeEditor *view = currentText();
    m_find->setEditor(view);
    const QByteArray text = view == m_log ? invocation.log : view == m_body ? m_httpBody.value_or(QByteArray()) : invocation.payload;
    m_whole->setVisible(view && text.size() > MaxShownBytes);
    if (!view || view->property("shown").toBool())
        return;
    view->setProperty("shown", true);
    const bool json = view != m_log && text.size() <= MaxShownBytes && !events::checkJson(text);
    showText(view, json ? events::prettyJson(text) : text, view == m_log ? u"run.log"_s : json ? u"answer.json"_s : u"answer.txt"_s);
}

CodeEditor *ResultView::currentText() const
{
    QWidget *current = m_tabs->currentWidget();
    return current == m_payload || current == m_body || current == m_log ? static_cast<CodeEditor *>(current) : nullptr;
}

FindBar *ResultView::findBar() const
{
    return m_tabs && m_stack->currentIndex() == 1 && currentText() && isAncestorOf(QApplication::focusWidget()) ? m_find : nullptr;
}

void ResultView::showText(CodeEditor *view, const QByteArray &text, const QString &name)
{
    view->showReadOnly(text.left(MaxShownBytes), name);
}

void ResultView::setFidelity(const QList<services::FidelityNote> &notes)
{
    m_notes = notes;
    if (!m_fidelity)
        return;
    m_fidelity->clear();
    for (const services::FidelityNote &note : notes) {
        const bool emulated = note.fidelity == services::Fidelity::Emulated;
        const bool ignored = note.fidelity == services::Fidelity::Ignored;
        const QString word = emulated ? tr("Emulated") : ignored ? tr("Ignored") : tr("Approximated");
        auto *item = new QListWidgetItem(note.topic + u" – "_s + word + u"\n"_s + note.text, m_fidelity);
        item->setIcon(emulated ? theme().icon(u"good"_s, Token::Good) : ignored ? theme().icon(u"error"_s, Token::Bad) : theme().icon(u"warning"_s, Token::Warning));
    }
}

void ResultView::showFailure(const services::InvocationRecord &record)
{
    constexpr int ResponseTab = 0;
    constexpr int BodyTab = 1;
    constexpr int ErrorTab = 2;
    m_trace->clear();
    const bool failed = record.invocation.outcome != runtime::Outcome::Answered;
    const bool showedError = m_tabs->currentIndex() == ErrorTab;
    const bool showedBody = m_tabs->currentIndex() == BodyTab;
    m_tabs->setTabVisible(ErrorTab, failed);
    m_tabs->setTabVisible(ResponseTab, !failed);
    m_tabs->setTabVisible(BodyTab, m_httpBody.has_value());
    if (!failed) {
        if (showedError || (showedBody && !m_httpBody))
            m_tabs->setCurrentIndex(ResponseTab);
        return;
    }
    const auto details = services::parseError(record.invocation.payload);
    m_errorMessage->setText(details ? QString(details->type + (details->message.isEmpty() ? QString() : QString(": "_L1 + details->message))) : refusalText(record.invocation.payload));
    m_errorMessage->setText(breakable(m_errorMessage->text()));
    setTone(m_errorMessage, Token::Bad);
    m_advice->setText(record.advice);
    m_advice->setVisible(!record.advice.isEmpty());
    if (details) {
        for (const QString &frame : details->trace) {
            QString shown = frame;
            if (!m_folder.isEmpty())
                shown.remove("file://"_L1 + m_folder + u'/').remove(m_folder + u'/');
            auto *item = new QListWidgetItem(shown, m_trace);
            item->setData(Qt::UserRole, frame);
            const bool isPlace = services::placeIn(frame).has_value() && !frame.contains("node:"_L1);
            item->setForeground(theme().color(isPlace ? Token::Accent : Token::Muted));
            if (isPlace)
                item->setToolTip(tr("Go to this line"));
        }
    }
    m_trace->setVisible(m_trace->count() > 0);
    m_tabs->setCurrentIndex(ErrorTab);
}

} // namespace eph::ui
