// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/wizards/deploywizard.h"

#include "core/events/eventfiles.h"
#include "widgets/common/differencerows.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/wizards/rehearsalview.h"

#include <QCloseEvent>
#include <QComboBox>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPixmap>
#include <QSignalBlocker>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyle>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

const QString Local = u"local"_s;
const QString Aws = u"aws"_s;

[[nodiscard]] QIcon iconOf(Severity severity)
{
    if (severity == Severity::Error)
        return theme().icon(u"error"_s, Token::Bad);
    return severity == Severity::Warning ? theme().icon(u"warning"_s, Token::Warning) : theme().icon(u"note"_s, Token::Muted);
}

/// As wide as the others.
[[nodiscard]] QIcon blankIcon()
{
    QPixmap pixmap(16, 16);
    pixmap.fill(Qt::transparent);
    return pixmap;
}

/// Under which heading a change is told.
[[nodiscard]] QString headingOf(const deploy::Step &step)
{
    const QString kind = step.resource.section(u':', 0, 0);
    if (kind == deploy::kinds::Role || kind == deploy::kinds::Permission)
        return DeployWizard::tr("Permissions");
    if (kind == deploy::kinds::Function || kind == deploy::kinds::Layer)
        return step.call.operation == "UpdateFunctionCode"_L1 || kind == deploy::kinds::Layer ? DeployWizard::tr("Code") : DeployWizard::tr("Functions");
    if (kind == deploy::kinds::Schedule || kind == deploy::kinds::Rule)
        return DeployWizard::tr("Schedules and rules");
    if (kind == deploy::kinds::Api || kind == deploy::kinds::RestApi || kind == deploy::kinds::Url)
        return DeployWizard::tr("Addresses");
    return DeployWizard::tr("Sources");
}

[[nodiscard]] QTreeWidgetItem *headingItem(QTreeWidget *tree, const QString &text)
{
    for (int i = 0; i < tree->topLevelItemCount(); ++i) {
        if (tree->topLevelItem(i)->text(0) == text)
            return tree->topLevelItem(i);
    }
    auto *item = new QTreeWidgetItem(tree, {text});
    QFont font = item->font(0);
    font.setBold(true);
    item->setFont(0, font);
    item->setExpanded(true);
    return item;
}

} // namespace

DeployWizard::DeployWizard(const std::shared_ptr<const project::Project> &project, const services::InvokeService &invokes, const services::RecentInvocations &recent, QWidget *parent)
    : QDialog(parent)
    , m_project(project)
    , m_folder(project->folder)
    , m_flow(new DeployFlow(this))
    , m_pages(new QStackedWidget)
    , m_rehearsal(new RehearsalView(invokes, recent))
    , m_back(new QPushButton(tr("Back")))
    , m_next(new QPushButton)
    , m_stop(new QPushButton(tr("Stop and take back")))
    , m_cancel(new QPushButton(tr("Cancel")))
{
    setObjectName(u"deployWizard"_s);
    setWindowTitle(tr("Deploy"));
    m_pages->addWidget(makeTargetPage());
    m_pages->addWidget(makeChangesPage());
    m_pages->addWidget(makeChecksPage());
    m_pages->addWidget(makePlanPage());
    m_pages->addWidget(makeProgressPage());
    m_pages->addWidget(makeOutcomePage());
    auto *marks = new QHBoxLayout;
    marks->setSpacing(16);
    int number = 0;
    for (const QString &title : {tr("Target"), tr("Changes"), tr("Checks"), tr("Plan"), tr("Progress"), tr("Result")}) {
        auto *mark = new QLabel(u"%1  %2"_s.arg(++number).arg(title));
        m_marks << mark;
        marks->addWidget(mark);
    }
    marks->addStretch();
    m_back->setObjectName(u"deployBack"_s);
    m_next->setObjectName(u"deployNext"_s);
    m_next->setProperty("primary", true);
    m_next->setDefault(true);
    m_stop->setObjectName(u"deployStop"_s);
    m_cancel->setObjectName(u"deployCancel"_s);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_cancel);
    // Far from where the release was made: a second click there takes nothing back.
    buttons->addWidget(m_stop);
    buttons->addStretch();
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(16);
    layout->addLayout(marks);
    layout->addWidget(m_pages, 1);
    layout->addLayout(buttons);
    connect(m_back, &QPushButton::clicked, this, &DeployWizard::back);
    connect(m_next, &QPushButton::clicked, this, &DeployWizard::next);
    connect(m_stop, &QPushButton::clicked, m_flow, &DeployFlow::cancel);
    connect(m_cancel, &QPushButton::clicked, this, &DeployWizard::reject);
    connect(m_flow, &DeployFlow::changed, this, &DeployWizard::flowChanged);
    connect(m_flow, &DeployFlow::failed, this, &DeployWizard::showFailure);
    connect(m_flow, &DeployFlow::progressed, this, &DeployWizard::showProgress);
    connect(m_flow, &DeployFlow::planning, this, [this](const QString &what, int done, int all) { m_planning->showLoading(tr("%1 (%2 of %3)").arg(what).arg(done).arg(all)); });
    resize(860, 560);
    fillTarget({});
    showPage(Target);
}

void DeployWizard::fillTarget(const services::DeployTarget &target)
{
    const QSignalBlocker quiet(m_stage);
    if (!target.stage.isEmpty() && m_stage->currentText().trimmed() != target.stage)
        m_stage->setCurrentText(target.stage);
    services::DeployTarget bare;
    bare.stage = m_stage->currentText().trimmed();
    const services::DeployTarget whole = services::completed(bare, m_folder);
    m_target->setCurrentIndex(std::max(0, m_target->findData(target.kind.isEmpty() ? whole.kind : target.kind)));
    m_profile->setCurrentText(target.profile.isEmpty() ? whole.profile : target.profile);
    m_region->setText(target.region.isEmpty() ? whole.region : target.region);
    m_endpoint->setText(target.endpointUrl.isEmpty() ? whole.endpointUrl : target.endpointUrl);
    targetChosen();
}

void DeployWizard::targetChosen()
{
    for (QWidget *row : {static_cast<QWidget *>(m_profile), static_cast<QWidget *>(m_region), static_cast<QWidget *>(m_endpoint)})
        m_form->setRowVisible(row, m_target->currentData() == Aws);
}

services::DeployTarget DeployWizard::chosenTarget() const
{
    services::DeployTarget target;
    target.stage = m_stage->currentText().trimmed();
    target.kind = m_target->currentData().toString();
    if (target.kind == Aws) {
        target.profile = m_profile->currentText().trimmed();
        target.region = m_region->text().trimmed();
        target.endpointUrl = m_endpoint->text().trimmed();
    }
    return target;
}

void DeployWizard::begin(const services::DeployTarget &target)
{
    fillTarget(target);
    showPage(Target);
}

void DeployWizard::beginRollback(const services::DeployTarget &target, const QString &release)
{
    fillTarget(target);
    setWindowTitle(tr("Bring release %1 back").arg(release));
    DeployFlow::Request request;
    request.deploy.target = target;
    request.rollback = release;
    start(request);
}

void DeployWizard::beginResume(const services::DeployTarget &target, deploy::Journal::Direction direction)
{
    fillTarget(target);
    DeployFlow::Request request;
    request.deploy.target = target;
    request.resumes = direction;
    start(request);
}

void DeployWizard::start(DeployFlow::Request request)
{
    if (prepare && !prepare())
        return;
    request.deploy.project.path = m_folder;
    request.why = m_why->text().trimmed();
    m_wanted = request;
    m_identity->clear();
    m_planning->showLoading(tr("Finding out who you are there"));
    m_changesStack->setCurrentIndex(0);
    showPage(Changes);
    if (request.deploy.target.kind != Local || !request.deploy.target.endpointUrl.isEmpty())
        return m_flow->plan(request);
    localEndpoint([this, request](const Result<QUrl> &endpoint) mutable {
        if (!endpoint)
            return showFailure(endpoint.error());
        request.deploy.localEndpoint = *endpoint;
        m_wanted = request;
        m_flow->plan(request);
    });
}

void DeployWizard::showPage(Page page)
{
    m_pages->setCurrentIndex(page);
    for (int i = 0; i < m_marks.size(); ++i) {
        // The colour first: a new style takes the font along.
        setTone(m_marks.at(i), i == page ? Token::Text : Token::Muted);
        QFont font = this->font();
        font.setBold(i == page);
        m_marks.at(i)->setFont(font);
    }
    updateButtons();
}

void DeployWizard::next()
{
    switch (Page(m_pages->currentIndex())) {
    case Target: {
        DeployFlow::Request request;
        request.deploy.target = chosenTarget();
        request.canary.percents = m_canary->currentData().value<QList<int>>();
        setWindowTitle(tr("Deploy"));
        return start(request);
    }
    case Changes: return showPage(Checks);
    case Checks: return showPage(PlanPage);
    case PlanPage:
        beginSteps();
        return m_flow->apply();
    case Progress: return;
    case Outcome: return accept();
    }
}

void DeployWizard::back()
{
    const auto page = Page(m_pages->currentIndex());
    if (page == Changes)
        m_flow->cancel();
    if (page > Target && page <= PlanPage)
        showPage(Page(page - 1));
}

void DeployWizard::flowChanged()
{
    m_identity->setText(m_flow->identity());
    if (m_flow->state() == DeployFlow::State::Planned) {
        showChanges();
        showFindings();
        showPlan();
    } else if (m_flow->state() == DeployFlow::State::Applying) {
        if (m_pages->currentIndex() != Progress)
            beginSteps();
    } else if (m_flow->state() == DeployFlow::State::Ended) {
        showOutcome();
        Q_EMIT ended();
    }
    updateButtons();
}

void DeployWizard::showChanges()
{
    m_changes->clear();
    const services::PreparedRelease &release = m_flow->release();
    for (const QString &heading : {tr("Code"), tr("Functions"), tr("Schedules and rules"), tr("Sources"), tr("Addresses"), tr("Permissions")})
        (void)headingItem(m_changes, heading);
    for (const services::PackageChange &change : release.packageChanges) {
        auto *item = new QTreeWidgetItem(headingItem(m_changes, tr("Code")), {change.summary(), tr("files: %1").arg(change.diff.entries.size())});
        const QList<QStringList> rows = differenceRows(change.diff);
        constexpr qsizetype Most = 500;
        for (const QStringList &row : rows.first(std::min(Most, rows.size())))
            new QTreeWidgetItem(item, {row.at(0), row.at(2).isEmpty() || row.at(3).isEmpty() ? QString(row.at(1) + ", "_L1 + row.at(2) + row.at(3)) : QString(row.at(1) + ", "_L1 + row.at(2) + u" → "_s + row.at(3))});
        if (rows.size() > Most)
            new QTreeWidgetItem(item, {tr("and %1 more").arg(rows.size() - Most)});
    }
    for (const deploy::Step &step : release.plan.steps) {
        if (!step.changesSomething() || step.phase == deploy::Phase::Canary || step.phase == deploy::Phase::Publish || step.phase == deploy::Phase::Switch)
            continue;
        auto *item = new QTreeWidgetItem(headingItem(m_changes, headingOf(step)), {step.summary, deploy::changeName(step.change)});
        for (const QString &detail : step.details) {
            auto *line = new QTreeWidgetItem(item, {detail});
            line->setToolTip(0, detail);
        }
    }
    for (const QString &line : release.costChanges)
        new QTreeWidgetItem(headingItem(m_changes, tr("Costs")), {line});
    for (const QString &key : release.plan.unused)
        new QTreeWidgetItem(headingItem(m_changes, tr("No longer used, and left alone")), {key});
    for (int i = m_changes->topLevelItemCount() - 1; i >= 0; --i) {
        if (m_changes->topLevelItem(i)->childCount() == 0)
            delete m_changes->takeTopLevelItem(i);
    }
    if (release.plan.isEmpty()) {
        m_planning->showEmpty(tr("Nothing to do: the target is as the project wants it."));
        m_changesStack->setCurrentIndex(0);
        return;
    }
    m_changesStack->setCurrentIndex(1);
}

void DeployWizard::showFindings()
{
    m_findings->clear();
    Findings sorted = m_flow->release().findings;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Finding &a, const Finding &b) { return a.severity > b.severity; });
    for (const Finding &finding : std::as_const(sorted)) {
        auto *item = new QTreeWidgetItem(m_findings, {finding.hint.isEmpty() ? finding.message : QString(finding.message + u'\n' + finding.hint)});
        item->setIcon(0, iconOf(finding.severity));
        item->setData(0, Qt::AccessibleTextRole, QString(severityName(finding.severity) + ": "_L1 + finding.message));
    }
    const bool blocked = m_flow->release().isBlocked();
    m_findingsHead->setText(sorted.isEmpty() ? tr("Nothing stands in the way.") : blocked ? tr("The errors have to be mended before this can be deployed.") : tr("Nothing stands in the way, but look at these:"));
    setTone(m_findingsHead, blocked ? Token::Bad : Token::Text);
    m_findings->setVisible(!sorted.isEmpty());
    m_rehearsal->setRelease(m_project, m_flow->live());
}

void DeployWizard::showPlan()
{
    m_plan->clear();
    const services::PreparedRelease &release = m_flow->release();
    int number = 0;
    for (const deploy::Step &step : release.plan.steps) {
        const QString undo = step.undo.isEmpty() ? (step.phase == deploy::Phase::Remove ? tr("nothing") : QString()) : step.undo.first().operation;
        auto *item = new QTreeWidgetItem(m_plan, {u"%1  %2"_s.arg(++number).arg(step.summary), step.call.service + u' ' + step.call.operation, undo});
        for (const QString &detail : step.details)
            new QTreeWidgetItem(item, {detail});
        new QTreeWidgetItem(item, {tr("needs %1").arg(step.permissions().join(", "_L1))});
        const QString parameters = QString::fromUtf8(QJsonDocument(step.call.parameters).toJson(QJsonDocument::Compact));
        auto *line = new QTreeWidgetItem(item, {parameters.left(400)});
        line->setToolTip(0, QString::fromUtf8(QJsonDocument(step.call.parameters).toJson()).left(4000));
        line->setFont(0, Theme::codeFont());
    }
    m_planHead->setText(tr("Release %1 takes these steps. When one fails, those before it are taken back; all functions switch together.").arg(release.id));
}

void DeployWizard::beginSteps()
{
    m_steps->clear();
    int number = 0;
    const QList<deploy::Step> steps = m_flow->release().plan.steps;
    for (const deploy::Step &step : steps)
        (new QTreeWidgetItem(m_steps, {u"%1  %2"_s.arg(++number).arg(step.summary), {}}))->setIcon(0, blankIcon());
    m_bar->setRange(0, std::max(1, number));
    m_bar->setValue(0);
    m_stepText->clear();
    showPage(Progress);
}

void DeployWizard::showProgress(const deploy::DeployProgress &progress)
{
    using State = deploy::DeployProgress::State;
    static const auto words = [](State state) {
        switch (state) {
        case State::Begun: return tr("running");
        case State::Waiting: return tr("waiting");
        case State::Done: return tr("done");
        case State::Undone: return tr("taken back");
        case State::Failed: return tr("failed");
        }
        return QString();
    };
    // One that was begun elsewhere has told nobody of its steps.
    while (m_steps->topLevelItemCount() < progress.all)
        new QTreeWidgetItem(m_steps, {u"%1"_s.arg(m_steps->topLevelItemCount() + 1), {}});
    m_bar->setMaximum(std::max(1, progress.all));
    m_bar->setValue(progress.state == State::Done ? progress.number : std::max(0, progress.number - 1));
    m_stepText->setText(progress.text.isEmpty() ? progress.summary : QString(progress.summary + ": "_L1 + progress.text));
    QTreeWidgetItem *item = m_steps->topLevelItem(progress.number - 1);
    if (!item)
        return;
    item->setText(0, u"%1  %2"_s.arg(progress.number).arg(progress.summary));
    item->setText(1, words(progress.state));
    item->setIcon(0, progress.state == State::Done ? theme().icon(u"good"_s, Token::Good) : progress.state == State::Failed ? theme().icon(u"error"_s, Token::Bad) : blankIcon());
    m_steps->scrollToItem(item);
}

void DeployWizard::showOutcome()
{
    using Ending = deploy::Deployer::Ending;
    const deploy::Deployer::Outcome &outcome = *m_flow->outcome();
    const services::PreparedRelease &release = m_flow->release();
    const bool deployed = outcome.ending == Ending::Deployed;
    const bool open = outcome.ending == Ending::Open && !deploy::Journal::openIn(m_folder).isEmpty();
    m_outcomeHead->setText(deployed ? (release.id.isEmpty() ? tr("The release is live") : tr("Release %1 is live").arg(release.id)) : open ? tr("It is neither done nor taken back") : tr("Everything is as it was before"));
    setTone(m_outcomeHead, deployed ? Token::Good : open ? Token::Bad : Token::Warning);
    QString text = outcome.error ? QString(outcome.error->message + u' ' + outcome.error->hint) : QString();
    m_addresses->clear();
    if (deployed) {
        for (const auto &[title, address] : services::addressesOf(release.plan.spec, outcome.outputs))
            new QTreeWidgetItem(m_addresses, {title, address});
        for (const deploy::Resource &resource : release.plan.spec.resources) {
            const QString version = outcome.outputs.value(resource.key()).toObject().value("Version"_L1).toString();
            if (resource.kind == deploy::kinds::Function && !version.isEmpty())
                new QTreeWidgetItem(m_addresses, {resource.title(), tr("version %1").arg(version)});
        }
        if (m_wanted.deploy.target.kind == Local)
            text = tr("It answers while the project is served.");
    }
    m_outcomeText->setText(text);
    m_outcomeText->setVisible(!text.isEmpty());
    m_addresses->setVisible(m_addresses->topLevelItemCount() > 0);
    const bool local = m_wanted.deploy.target.kind == Local;
    fillInvokeMenu();
    m_invoke->setVisible(deployed && !m_invokeMenu->isEmpty());
    m_answerHead->hide();
    m_answer->hide();
    m_logs->setVisible(deployed && local);
    int ofStage = 0;
    for (const deploy::Release &kept : deploy::Vault(m_folder).releases())
        ofStage += kept.spec.stage == m_wanted.deploy.target.stage ? 1 : 0;
    m_rollback->setVisible(deployed && ofStage > 1);
    m_resume->setVisible(open);
    m_takeBack->setVisible(open);
    showPage(Outcome);
}

void DeployWizard::fillInvokeMenu()
{
    m_invokeMenu->clear();
    for (const deploy::Resource &resource : m_flow->release().plan.spec.resources) {
        if (resource.kind == deploy::kinds::Function)
            m_invokeMenu->addAction(resource.title(), this, [this, resource] { invokeLive(resource); });
    }
}

void DeployWizard::invokeLive(const deploy::Resource &function)
{
    // The event that is named after it, or none.
    const project::Function *own = m_project->function(function.id);
    const QList<events::EventFile> files = events::eventsNamedAfter(m_project->eventsFolder(), own ? own->name : function.id);
    QByteArray event = "{}";
    if (QFile saved(files.isEmpty() ? QString() : files.first().path); !files.isEmpty() && saved.open(QIODevice::ReadOnly))
        event = saved.readAll();
    m_asked = files.isEmpty() ? tr("%1, sent an empty event").arg(function.title()) : tr("%1, sent %2").arg(function.title(), files.first().name);
    m_answerHead->setText(tr("%1: waiting for its answer…").arg(m_asked));
    setTone(m_answerHead, Token::Muted);
    m_answerHead->show();
    m_invoke->setEnabled(false);
    m_flow->invoke(function.name, event, [this](const DeployFlow::LiveAnswer &answer) { showAnswer(answer); });
}

void DeployWizard::showAnswer(const DeployFlow::LiveAnswer &answer)
{
    m_invoke->setEnabled(true);
    const bool fine = answer && answer->error.isEmpty();
    m_answerHead->setText(!answer ? QString(answer.error().message + u' ' + answer.error().hint) : fine ? tr("%1: answered after %2 ms").arg(m_asked).arg(answer->ms, 0, 'f', 1) : tr("%1: failed (%2) after %3 ms").arg(m_asked, answer->error).arg(answer->ms, 0, 'f', 1));
    setTone(m_answerHead, fine ? Token::Good : Token::Bad);
    m_answer->setPlainText(answer ? QString::fromUtf8(events::prettyJson(answer->payload)).trimmed() : QString());
    m_answer->setVisible(answer.has_value());
}

void DeployWizard::showFailure(const Error &error)
{
    m_planning->showError(error, tr("Try again"));
    m_changesStack->setCurrentIndex(0);
    showPage(Changes);
}

void DeployWizard::updateButtons()
{
    const auto page = Page(m_pages->currentIndex());
    const bool planned = m_flow->state() == DeployFlow::State::Planned;
    const bool something = planned && !m_flow->release().plan.isEmpty();
    m_back->setVisible(page > Target && page <= PlanPage);
    switch (page) {
    case Target:
        m_next->setText(tr("Next"));
        m_next->setEnabled(services::checkStage(chosenTarget().stage).has_value());
        break;
    case Changes:
        m_next->setText(tr("Next"));
        m_next->setEnabled(something);
        break;
    case Checks:
        m_next->setText(tr("Next"));
        m_next->setEnabled(something && !m_flow->release().isBlocked());
        break;
    case PlanPage:
        m_next->setText(m_flow->release().from.isEmpty() ? tr("Make release %1").arg(m_flow->release().id) : tr("Bring %1 back").arg(m_flow->release().from));
        m_next->setEnabled(something && !m_flow->release().isBlocked());
        break;
    case Progress:
        m_stop->setEnabled(isDeploying());
        m_steps->setFocus();
        break;
    case Outcome:
        m_next->setText(tr("Close"));
        m_next->setEnabled(true);
        break;
    }
    m_next->setVisible(page != Progress);
    m_stop->setVisible(page == Progress);
    m_cancel->setText(page == Progress ? tr("Go on in the background") : tr("Cancel"));
    m_cancel->setVisible(page != Outcome);
}

void DeployWizard::reject()
{
    if (isDeploying())
        return hide();
    m_flow->cancel();
    QDialog::reject();
}

void DeployWizard::closeEvent(QCloseEvent *event)
{
    if (!isDeploying())
        return QDialog::closeEvent(event);
    // It goes on; the panel shows it again.
    event->ignore();
    hide();
}

} // namespace eph::ui
