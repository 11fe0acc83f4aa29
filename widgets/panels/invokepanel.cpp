// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/invokepanel.h"

#include "core/runtime/tenancy.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/editor/codeeditor.h"

#include <QComboBox>
#include <QDateTime>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype MaxHistory = 200;
constexpr int EventRow = 3;    ///< Among what is asked for.
constexpr int FewLines = 28;   ///< Of text: as high has the panel to be for the event and its result to be seen together.
} // namespace

InvokePanel::InvokePanel(services::InvokeService &service, QWidget *parent)
    : QWidget(parent)
    , m_service(service)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_request(new QVBoxLayout)
    , m_function(new QComboBox)
    , m_event(new QComboBox)
    , m_tenantLabel(new QLabel(tr("Tenant")))
    , m_tenant(new QLineEdit)
    , m_editor(new CodeEditor(CodeEditor::Role::Field))
    , m_problem(new QLabel)
    , m_invoke(new QPushButton(tr("Invoke")))
    , m_result(new ResultView)
    , m_historyList(new QListWidget)
    , m_answer(new QTabWidget)
{
    setProperty("surface", true);
    setAttribute(Qt::WA_StyledBackground);
    m_function->setObjectName(u"invokeFunction"_s);
    m_function->setAccessibleName(tr("Function to invoke"));
    m_event->setObjectName(u"invokeEvent"_s);
    m_event->setAccessibleName(tr("Event to send"));
    for (QComboBox *box : {m_function, m_event}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
    }
    m_tenant->setObjectName(u"invokeTenant"_s);
    m_tenant->setAccessibleName(tr("Tenant to run for"));
    m_tenant->setPlaceholderText(tr("whom it runs for, such as blue"));
    m_tenant->setToolTip(tr("The function has tenant isolation: each tenant has environments of its own."));
    m_tenant->setMaxLength(runtime::MaxTenantId);
    m_tenant->setText(u"tenant-a"_s);
    m_tenantLabel->setBuddy(m_tenant);
    m_editor->setObjectName(u"invokeEditor"_s);
    m_editor->setAccessibleName(tr("Event as JSON"));
    m_editor->setAccessibleDescription(tr("Tab indents; Esc and then Tab goes on to the next control."));
    m_editor->setToolTip(m_editor->accessibleDescription());
    m_editor->setContent(emptyEvent());
    m_problem->setObjectName(u"invokeProblem"_s);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(8, 0, 8, 0);
    m_invoke->setObjectName(u"invokeButton"_s);
    m_invoke->setProperty("primary", true);
    m_invoke->setToolTip(tr("Run the function with this event (F5)"));
    auto *save = new QPushButton(tr("Save"));
    save->setObjectName(u"invokeSaveEvent"_s);
    save->setProperty("quiet", true);
    save->setToolTip(tr("Keep this event as a file in the project's events folder"));
    auto *saveAs = new QPushButton(tr("Save as…"));
    saveAs->setObjectName(u"invokeSaveEventAs"_s);
    saveAs->setProperty("quiet", true);
    saveAs->setToolTip(tr("Keep this event under another name"));
    auto *sample = new QPushButton(tr("New…"));
    sample->setObjectName(u"invokeNewEvent"_s);
    sample->setProperty("quiet", true);
    sample->setToolTip(tr("An event as a queue, a bucket, an API or another source sends it"));
    m_historyList->setObjectName(u"invokeHistory"_s);
    m_historyList->setAccessibleName(tr("Past invocations; Enter runs one again"));
    m_historyList->setFont(Theme::codeFont());

    auto *functionRow = new QHBoxLayout;
    functionRow->setSpacing(8);
    functionRow->addWidget(m_function, 1);
    functionRow->addWidget(m_invoke);
    auto *eventRow = new QHBoxLayout;
    eventRow->setSpacing(4);
    eventRow->addWidget(m_event, 1);
    eventRow->addWidget(sample);
    eventRow->addWidget(save);
    eventRow->addWidget(saveAs);
    auto *tenantRow = new QHBoxLayout;
    tenantRow->setSpacing(8);
    tenantRow->addWidget(m_tenantLabel);
    tenantRow->addWidget(m_tenant, 1);
    auto *request = new QWidget;
    request->setLayout(m_request);
    m_request->setContentsMargins(8, 8, 8, 4);
    m_request->setSpacing(8);
    m_request->addLayout(functionRow);
    m_request->addLayout(tenantRow);
    m_request->addLayout(eventRow);
    m_request->addWidget(m_problem);
    m_request->insertWidget(EventRow, m_editor, 1);
    m_answer->setObjectName(u"invokeTabs"_s);
    m_answer->setDocumentMode(true);
    m_answer->addTab(m_result, tr("Result"));
    m_answer->addTab(m_historyList, tr("History"));
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(request);
    splitter->addWidget(m_answer);
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    splitter->setChildrenCollapsible(false);
    m_stack->addWidget(m_state);
    // Where the panels below leave it too little room, it is scrolled.
    auto *scroll = new QScrollArea;
    scroll->setObjectName(u"invokeScroll"_s);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(splitter);
    m_stack->addWidget(scroll);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(m_invoke, &QPushButton::clicked, this, [this] {
        if (m_running.contains(functionName()))
            Q_EMIT stopRequested(functionName());
        else
            invoke();
    });
    connect(save, &QPushButton::clicked, this, &InvokePanel::saveEvent);
    connect(saveAs, &QPushButton::clicked, this, &InvokePanel::saveEventAs);
    connect(sample, &QPushButton::clicked, this, &InvokePanel::newEvent);
    connect(m_function, &QComboBox::currentTextChanged, this, [this](const QString &name) {
        m_wanted = name;
        chooseEventFor(name);
        updateTenant();
        updateButton();
        Q_EMIT functionChanged(name);
    });
    connect(m_event, &QComboBox::activated, this, [this](int index) {
        loadEvent(index);
        raiseEvent();
    });
    connect(m_editor, &QsciScintilla::textChanged, this, &InvokePanel::checkEvent);
    connect(m_editor, &QsciScintilla::modificationChanged, this, &InvokePanel::showDrafts);
    connect(m_result, &ResultView::placeRequested, this, &InvokePanel::placeRequested);
    connect(m_historyList, &QListWidget::currentRowChanged, this, &InvokePanel::showEntry);
    connect(m_historyList, &QListWidget::itemActivated, this, [this](QListWidgetItem *item) {
        const Entry &entry = m_history.at(m_historyList->row(item));
        run(entry.record.function, {entry.event, entry.record.event, entry.record.invocation.report.tenantId});
    });
    connect(m_result, &ResultView::openRequested, this, [this](const QString &name, const QByteArray &text) {
        // As one line of megabytes no editor can show it.
        m_jobs.run([text] { return events::prettyJson(text); }, [this, name](const QByteArray &pretty) { Q_EMIT openRequested(name, pretty); });
    });
    connect(&theme(), &Theme::changed, this, &InvokePanel::colourHistory);
    setTone(m_problem, Token::Bad);
    setFocusProxy(m_editor);
    m_problem->hide();
    setProject(nullptr);
}

QString InvokePanel::functionName() const
{
    return m_function->currentText();
}

void InvokePanel::setProject(std::shared_ptr<const project::Project> project)
{
    const bool other = !m_project || !project || m_project->folder != project->folder;
    m_project = std::move(project);
    if (other) {
        m_wanted.clear();
        m_history.clear();
        m_historyList->clear();
        m_lastFunction.clear();
        m_lastEvent = {};
        m_drafts.clear();
        m_result->setFolder(m_project ? m_project->folder : QString());
        m_result->showEmpty();
        // An event belongs to its project.
        m_files.clear();
        m_eventPath.clear();
        m_event->setCurrentIndex(-1);
        m_editor->setContent(emptyEvent());
    }
    const QString before = m_function->currentText();
    {
        const QSignalBlocker quiet(m_function);
        m_function->clear();
        if (m_project) {
            for (const project::Function &function : m_project->functions)
                m_function->addItem(function.name);
        }
        m_function->setCurrentIndex(std::max(0, m_function->findText(m_wanted)));
    }
    if (!m_project)
        m_state->showEmpty(tr("Open a project to run its functions."));
    else if (const auto broken = std::find_if(m_project->findings.cbegin(), m_project->findings.cend(), [](const Finding &finding) { return finding.rule == "syntax"_L1; }); broken != m_project->findings.cend())
        m_state->showError({ErrorCode::Invalid, tr("%1, line %2: %3").arg(QFileInfo(broken->file).fileName()).arg(broken->line).arg(broken->message), broken->hint, {}});
    else if (m_project->functions.isEmpty())
        m_state->showEmpty(tr("The template declares no function yet."));
    m_stack->setCurrentIndex(m_function->count() > 0 ? 1 : 0);
    if (m_function->currentText() != before || other)
        Q_EMIT functionChanged(m_function->currentText());
    updateTenant();
    updateButton();
}

void InvokePanel::selectFunction(const QString &name)
{
    if (const int index = m_function->findText(name); index >= 0)
        m_function->setCurrentIndex(index);
}

void InvokePanel::updateButton()
{
    const bool running = m_running.contains(functionName());
    m_invoke->setEnabled(running || (m_function->count() > 0 && !m_problem->isVisibleTo(this)));
    m_invoke->setText(running ? tr("Stop") : tr("Invoke"));
    // What stands beside it stays where it is.
    m_invoke->setMinimumWidth(std::max(m_invoke->minimumWidth(), m_invoke->sizeHint().width()));
    m_invoke->setToolTip(running ? tr("End what runs of %1 (Shift+F5: of every function)").arg(functionName()) : tr("Run the function with this event (F5)"));
}

void InvokePanel::invoke()
{
    if (m_function->count() == 0 || m_problem->isVisibleTo(this))
        return;
    refreshEvent();
    run(m_function->currentText(), {eventName(), m_editor->utf8()});
}

Result<services::InvokeService::Request> InvokePanel::chosenRequest() const
{
    if (!m_project)
        return failure(ErrorCode::NotFound, tr("No project is open."));
    if (m_problem->isVisibleTo(this))
        return failure(ErrorCode::Invalid, tr("The event is no JSON. %1").arg(m_problem->text()), tr("Mend it in the Invoke panel."));
    return m_project->chosenFunction(m_function->currentText()).map([this](const project::Function *function) {
        return services::InvokeService::Request{*m_project, *function, m_editor->utf8(), {}, tenantFor(*function)};
    });
}

Result<services::InvokeService::Request> InvokePanel::preparedRequest()
{
    if (auto chosen = chosenRequest(); !chosen)
        return chosen;
    if (prepare && !prepare())
        return failure(ErrorCode::Cancelled, tr("What is open could not be saved and read."));
    refreshEvent();
    return chosenRequest();
}

void InvokePanel::invokeWith(const QString &function, const QString &eventName, const QByteArray &event)
{
    selectFunction(function);
    run(function, {eventName, event});
}

FindBar *InvokePanel::findBar() const
{
    return m_result->findBar();
}

void InvokePanel::invokeAgain()
{
    if (!m_lastFunction.isEmpty())
        run(m_lastFunction, m_lastEvent);
}

// By value: preparing may load another project, and with it goes the history that these come from.
void InvokePanel::run(QString function, Event event)
{
    const QString folder = m_project ? m_project->folder : QString();
    if (folder.isEmpty() || (prepare && !prepare()) || !m_project || m_project->folder != folder)
        return;
    const auto chosen = m_project->chosenFunction(function);
    if (!chosen)
        return m_result->showError(chosen.error());
    m_lastFunction = function;
    if (event.tenant.isEmpty() || !(*chosen)->isTenantIsolated())
        event.tenant = tenantFor(**chosen);
    m_lastEvent = event;
    m_jobs.run([&service = m_service, project = *m_project, function = **chosen] { return service.fidelity(project, function); },
               [this, function](const QList<services::FidelityNote> &notes) {
                   if (function == m_lastFunction)
                       m_result->setFidelity(notes);
               });
    ++m_running[function];
    const quint64 run = ++m_runs;
    Q_EMIT runningChanged();
    updateButton();
    m_answer->setCurrentWidget(m_result);
    m_result->showRunning(function);
    m_service.invoke({*m_project, **chosen, event.text, {}, event.tenant}).then(this, [this, function, name = event.name, run](const Result<services::InvocationRecord> &record) {
        ended(function);
        take(record, name, run == m_runs);
    });
}

void InvokePanel::ended(const QString &function)
{
    if (--m_running[function] == 0)
        m_running.remove(function);
    Q_EMIT runningChanged();
    updateButton();
}

void InvokePanel::take(const Result<services::InvocationRecord> &record, const QString &event, bool isNewest)
{
    if (!record) {
        if (isNewest)
            m_result->showError(record.error());
        return;
    }
    Q_EMIT recorded(*record);
    m_history.prepend({*record, event, QDateTime::currentMSecsSinceEpoch()});
    const runtime::Invocation &invocation = record->invocation;
    const QString symbol = invocation.outcome == runtime::Outcome::Answered ? u"✓"_s : u"✗"_s;
    const QString whom = invocation.report.tenantId.isEmpty() ? record->function : QString(record->function + u' ' + QString::fromUtf8(invocation.report.tenantId));
    // Figures beneath each other.
    constexpr int Figure = 11;
    const QString duration = QString(QLocale().toString(invocation.report.durationMs, 'f', 2) + u" ms"_s).rightJustified(Figure);
    const QString start = runtime::neverRan(invocation.outcome) ? QString(4, u' ') : invocation.report.coldStart ? tr("cold") : tr("warm");
    auto *item = new QListWidgetItem(u"%1 %2 %3 %4  %5 ← %6"_s.arg(symbol, QTime::currentTime().toString(u"HH:mm:ss"_s), duration, start, whom, event));
    item->setToolTip(tr("Enter or double click runs it again"));
    const QSignalBlocker quiet(m_historyList);
    m_historyList->insertItem(0, item);
    while (m_history.size() > MaxHistory) {
        m_history.removeLast();
        delete m_historyList->takeItem(int(m_history.size()));
    }
    colourHistory();
    // What came of an earlier run does not take the place of what was asked for since; the history has it.
    if (isNewest)
        m_result->showRecord(*record);
}

void InvokePanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
    fitRequest();
}

void InvokePanel::fitRequest()
{
    QWidget *request = m_request->parentWidget();
    const int lines = m_request->hasHeightForWidth() ? m_request->totalHeightForWidth(request->width()) : 0;
    request->setMaximumHeight(m_isShort ? std::max(lines, m_request->totalSizeHint().height()) : QWIDGETSIZE_MAX);
}

void InvokePanel::arrange()
{
    const bool isShort = height() < fontMetrics().height() * FewLines;
    if (isShort == m_isShort)
        return;
    m_isShort = isShort;
    const bool hadFocus = m_editor->hasFocus();
    if (isShort) {
        const bool ran = m_answer->currentWidget() != m_result || !m_history.isEmpty();
        m_answer->insertTab(0, m_editor, tr("Event"));
        if (hadFocus || !ran)
            raiseEvent();
    } else {
        m_answer->removeTab(m_answer->indexOf(m_editor));
        m_request->insertWidget(EventRow, m_editor, 1);
        m_editor->show();
        // The share that both begin with.
        if (auto *splitter = qobject_cast<QSplitter *>(m_request->parentWidget()->parentWidget())) {
            fitRequest();
            splitter->setSizes({2 * height(), 3 * height()});
        }
    }
    if (hadFocus)
        m_editor->setFocus();
}

void InvokePanel::raiseEvent()
{
    if (m_isShort)
        m_answer->setCurrentWidget(m_editor);
}

void InvokePanel::updateTenant()
{
    const project::Function *function = m_project ? m_project->function(m_function->currentText()) : nullptr;
    for (QWidget *widget : std::initializer_list<QWidget *>{m_tenantLabel, m_tenant})
        widget->setVisible(function && function->isTenantIsolated());
    fitRequest();
}

QByteArray InvokePanel::tenantFor(const project::Function &function) const
{
    return function.isTenantIsolated() ? m_tenant->text().toUtf8() : QByteArray();
}

void InvokePanel::colourHistory()
{
    for (qsizetype i = 0; i < m_history.size(); ++i) {
        const bool answered = m_history.at(i).record.invocation.outcome == runtime::Outcome::Answered;
        m_historyList->item(int(i))->setForeground(theme().color(answered ? Token::Text : Token::Bad));
    }
}

void InvokePanel::showEntry(int index)
{
    if (index >= 0 && index < m_history.size())
        m_result->showRecord(m_history.at(index).record);
}

} // namespace eph::ui
