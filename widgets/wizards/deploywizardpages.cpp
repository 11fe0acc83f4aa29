// SPDX-License-Identifier: GPL-3.0-or-later
// What the wizard's pages are made of; what happens on them is in deploywizard.cpp.
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/wizards/deploywizard.h"
#include "widgets/wizards/rehearsalview.h"

#include <QClipboard>
#include <QComboBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

const QString Local = u"local"_s;
const QString Aws = u"aws"_s;

/// A table over the whole width whose last columns are as wide as they need.
[[nodiscard]] QTreeWidget *newTable(const QString &name, const QString &accessibleName, const QStringList &headers)
{
    auto *table = new QTreeWidget;
    table->setObjectName(name);
    table->setAccessibleName(accessibleName);
    table->setHeaderLabels(headers);
    table->setUniformRowHeights(true);
    table->header()->setStretchLastSection(false);
    table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    return table;
}

[[nodiscard]] QLabel *mutedLabel(const QString &text)
{
    auto *label = new QLabel(text);
    label->setProperty("muted", true);
    label->setWordWrap(true);
    return label;
}

[[nodiscard]] QWidget *column(const QList<QWidget *> &parts, QWidget *stretched)
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (QWidget *part : parts)
        layout->addWidget(part, part == stretched ? 1 : 0);
    return page;
}

} // namespace

QWidget *DeployWizard::makeTargetPage()
{
    m_target = new QComboBox;
    m_target->setObjectName(u"deployTarget"_s);
    m_target->addItem(tr("Local cloud, on this machine"), Local);
    m_target->addItem(tr("AWS"), Aws);
    m_stage = new QComboBox;
    m_stage->setObjectName(u"deployStage"_s);
    m_stage->setEditable(true);
    m_stage->addItems(services::stagesOf(m_folder));
    m_profile = new QComboBox;
    m_profile->setObjectName(u"deployProfile"_s);
    m_profile->setEditable(true);
    if (const auto config = deploy::SharedConfig::load(QProcessEnvironment::systemEnvironment()))
        m_profile->addItems(QStringList{QString()} + config->profiles());
    m_profile->lineEdit()->setPlaceholderText(tr("as the environment says"));
    m_region = new QLineEdit;
    m_region->setObjectName(u"deployRegion"_s);
    m_region->setPlaceholderText(tr("as the profile says"));
    m_endpoint = new QLineEdit;
    m_endpoint->setObjectName(u"deployEndpoint"_s);
    m_endpoint->setPlaceholderText(tr("the provider's own"));
    m_why = new QLineEdit;
    m_why->setObjectName(u"deployWhy"_s);
    m_why->setPlaceholderText(tr("What to remember this release by"));
    m_canary = new QComboBox;
    m_canary->setObjectName(u"deployCanary"_s);
    const std::pair<QString, QList<int>> shares[] = {{tr("Switch all requests at once"), {}}, {tr("10 % for five minutes, then all"), {10}}, {tr("10, 25 and 50 % for five minutes each, then all"), {10, 25, 50}}};
    for (const auto &[text, percents] : shares)
        m_canary->addItem(text, QVariant::fromValue(percents));
    m_canary->setToolTip(tr("While new versions get a share of the requests they are watched; when more than 1 % of their invocations fail, or 95 % of them take more than twice as long as before, everything is taken back."));
    auto *page = new QWidget;
    m_form = new QFormLayout(page);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(8);
    m_form->addRow(tr("&Target"), m_target);
    m_form->addRow(tr("&Stage"), m_stage);
    m_form->addRow(tr("&Profile"), m_profile);
    m_form->addRow(tr("&Region"), m_region);
    m_form->addRow(tr("&Endpoint"), m_endpoint);
    m_form->addRow(tr("&Canary"), m_canary);
    m_form->addRow(tr("&Why"), m_why);
    m_form->addRow(mutedLabel(tr("Everything that a release makes is called PROJECT-STAGE-NAME, so that stages never touch each other. Nothing is changed before the plan has been shown.")));
    connect(m_target, &QComboBox::currentIndexChanged, this, &DeployWizard::targetChosen);
    // Each stage has its own account, region and target.
    connect(m_stage, &QComboBox::currentTextChanged, this, [this](const QString &stage) {
        services::DeployTarget target;
        target.stage = stage.trimmed();
        fillTarget(target);
        updateButtons();
    });
    return page;
}

QWidget *DeployWizard::makeChangesPage()
{
    m_identity = new QLabel;
    m_identity->setObjectName(u"deployIdentity"_s);
    m_identity->setWordWrap(true);
    m_identity->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_planning = new StatePage;
    m_planning->setObjectName(u"deployPlanning"_s);
    m_changes = newTable(u"deployChanges"_s, tr("What changes"), {tr("What"), tr("Change")});
    m_changesStack = new QStackedWidget;
    m_changesStack->addWidget(m_planning);
    m_changesStack->addWidget(m_changes);
    connect(m_planning, &StatePage::actionTriggered, this, [this] { start(m_wanted); });
    return column({m_identity, m_changesStack}, m_changesStack);
}

QWidget *DeployWizard::makeChecksPage()
{
    m_findingsHead = new QLabel;
    m_findingsHead->setObjectName(u"deployFindingsHead"_s);
    m_findingsHead->setWordWrap(true);
    m_findings = new QTreeWidget;
    m_findings->setObjectName(u"deployFindings"_s);
    m_findings->setAccessibleName(tr("What the checks found"));
    m_findings->setHeaderHidden(true);
    m_findings->setRootIsDecorated(false);
    m_findings->setWordWrap(true);
    return column({m_findingsHead, m_findings, m_rehearsal}, m_findings);
}

QWidget *DeployWizard::makePlanPage()
{
    m_planHead = new QLabel;
    m_planHead->setObjectName(u"deployPlanHead"_s);
    m_planHead->setWordWrap(true);
    m_plan = newTable(u"deployPlan"_s, tr("The calls, in their order"), {tr("Step"), tr("Call"), tr("Taken back by")});
    return column({m_planHead, m_plan}, m_plan);
}

QWidget *DeployWizard::makeProgressPage()
{
    m_bar = new QProgressBar;
    m_bar->setObjectName(u"deployBar"_s);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Steps that are done"));
    m_stepText = new QLabel;
    m_stepText->setObjectName(u"deployStepText"_s);
    m_stepText->setWordWrap(true);
    m_steps = newTable(u"deploySteps"_s, tr("Steps"), {tr("Step"), tr("State")});
    m_steps->setRootIsDecorated(false);
    return column({m_bar, m_stepText, m_steps}, m_steps);
}

QWidget *DeployWizard::makeOutcomePage()
{
    m_outcomeHead = new QLabel;
    m_outcomeHead->setObjectName(u"deployOutcomeHead"_s);
    m_outcomeHead->setFont(Theme::largeFont());
    m_outcomeHead->setWordWrap(true);
    m_outcomeText = new QLabel;
    m_outcomeText->setObjectName(u"deployOutcomeText"_s);
    m_outcomeText->setWordWrap(true);
    m_outcomeText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_addresses = newTable(u"deployAddresses"_s, tr("Addresses and versions"), {tr("What"), tr("Where")});
    m_addresses->setRootIsDecorated(false);
    m_addresses->setToolTip(tr("Double click copies"));
    connect(m_addresses, &QTreeWidget::itemActivated, this, [](const QTreeWidgetItem *item) { QGuiApplication::clipboard()->setText(item->text(1)); });
    m_invoke = new QPushButton(tr("Invoke it now"));
    m_logs = new QPushButton(tr("Watch logs"));
    m_rollback = new QPushButton(tr("Roll back"));
    m_resume = new QPushButton(tr("Resume"));
    m_takeBack = new QPushButton(tr("Take back"));
    auto *row = new QWidget;
    auto *buttons = new QHBoxLayout(row);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(8);
    const std::pair<QPushButton *, QString> all[] = {{m_invoke, u"deployInvoke"_s}, {m_logs, u"deployLogs"_s}, {m_rollback, u"deployRollback"_s}, {m_resume, u"deployResume"_s}, {m_takeBack, u"deployTakeBack"_s}};
    for (const auto &[button, name] : all) {
        button->setObjectName(name);
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    buttons->addStretch();
    m_invokeMenu = new QMenu(m_invoke);
    m_invokeMenu->setObjectName(u"deployInvokeMenu"_s);
    m_invoke->setMenu(m_invokeMenu);
    m_invoke->setToolTip(tr("Sends an event to what is live now"));
    m_answerHead = new QLabel;
    m_answerHead->setObjectName(u"deployAnswerHead"_s);
    m_answer = new QPlainTextEdit;
    m_answer->setObjectName(u"deployAnswer"_s);
    m_answer->setAccessibleName(tr("What the function answered"));
    m_answer->setReadOnly(true);
    m_answer->setFont(Theme::codeFont());
    m_answer->setMaximumHeight(120);
    connect(m_logs, &QPushButton::clicked, this, &DeployWizard::logsRequested);
    connect(m_resume, &QPushButton::clicked, this, [this] { m_flow->resume(deploy::Journal::Direction::Forward); });
    connect(m_takeBack, &QPushButton::clicked, this, [this] { m_flow->resume(deploy::Journal::Direction::Back); });
    connect(m_rollback, &QPushButton::clicked, this, [this] {
        const QList<deploy::Release> releases = deploy::Vault(m_folder).releases();
        const QString live = m_flow->release().id;
        const QString liveTarget = m_flow->live() ? m_flow->live()->target : QString();
        const services::DeployTarget target = m_wanted.deploy.target;
        for (const deploy::Release &release : releases) {
            if (release.id != live && release.spec.stage == target.stage && release.target == liveTarget)
                return beginRollback(target, release.id);
        }
    });
    return column({m_outcomeHead, m_outcomeText, m_addresses, row, m_answerHead, m_answer}, m_addresses);
}

} // namespace eph::ui
