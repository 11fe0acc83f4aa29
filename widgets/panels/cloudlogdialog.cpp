// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/cloudlogdialog.h"

#include "core/services/cloudlivetail.h"
#include "core/services/deployservice.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QComboBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QLineEdit *field(const QString &name, const QString &placeholder)
{
    auto *line = new QLineEdit;
    line->setObjectName(name);
    line->setPlaceholderText(placeholder);
    return line;
}

} // namespace

CloudLogDialog::CloudLogDialog(const QString &projectFolder, QWidget *parent)
    : QDialog(parent)
    , m_folder(projectFolder)
    , m_stage(new QComboBox)
    , m_profile(field(u"cloudLogProfile"_s, tr("as the environment says")))
    , m_region(field(u"cloudLogRegion"_s, tr("as the profile says")))
    , m_endpoint(field(u"cloudLogEndpoint"_s, tr("the provider's own")))
    , m_since(new QComboBox)
    , m_how(new QComboBox)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_groups(new QListWidget)
    , m_follow(new QPushButton(tr("Follow")))
{
    setObjectName(u"cloudLogDialog"_s);
    setWindowTitle(tr("Logs of a cloud"));
    m_stage->setObjectName(u"cloudLogStage"_s);
    m_stage->addItems(services::stagesOf(projectFolder));
    m_since->setObjectName(u"cloudLogSince"_s);
    const std::pair<QString, int> spans[] = {{tr("the last ten minutes"), 600}, {tr("the last hour"), 3600}, {tr("the last day"), 86'400}, {tr("the last week"), 604'800}};
    for (const auto &[text, seconds] : spans)
        m_since->addItem(text, seconds);
    m_since->setCurrentIndex(1);
    m_how->setObjectName(u"cloudLogHow"_s);
    m_how->addItem(tr("Ask for new events: all of them, after a second or two, not billed"), false);
    m_how->addItem(tr("Live Tail: sent at once, billed by the minute"), true);
    m_how->setToolTip(tr("Live Tail sends a sample where there are more than 500 events a second, and takes ten groups at most. It costs %1.").arg(services::liveTailPrice()));
    m_groups->setObjectName(u"cloudLogGroups"_s);
    m_groups->setAccessibleName(tr("Log groups"));
    m_groups->setSelectionMode(QAbstractItemView::NoSelection);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_groups);
    m_stack->setMinimumHeight(160);
    m_follow->setObjectName(u"cloudLogFollow"_s);
    m_follow->setProperty("primary", true);
    auto *find = new QPushButton(tr("Find groups"));
    find->setObjectName(u"cloudLogFind"_s);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->addRow(tr("&Stage"), m_stage);
    form->addRow(tr("&Profile"), m_profile);
    form->addRow(tr("&Region"), m_region);
    form->addRow(tr("&Endpoint"), m_endpoint);
    form->addRow(tr("S&ince"), m_since);
    form->addRow(tr("&How"), m_how);
    auto *buttons = new QDialogButtonBox;
    buttons->addButton(find, QDialogButtonBox::ActionRole);
    buttons->addButton(m_follow, QDialogButtonBox::AcceptRole);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addLayout(form);
    column->addWidget(m_stack, 1);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(find, &QPushButton::clicked, this, &CloudLogDialog::findGroups);
    connect(m_state, &StatePage::actionTriggered, this, &CloudLogDialog::findGroups);
    connect(m_stage, &QComboBox::currentTextChanged, this, &CloudLogDialog::fillStage);
    connect(m_groups, &QListWidget::itemChanged, this, &CloudLogDialog::updateButton);
    connect(m_how, &QComboBox::currentIndexChanged, this, &CloudLogDialog::updateButton);
    m_state->showEmpty(tr("Choose whose groups, then find them."), tr("Find groups"));
    resize(560, 520);
    fillStage();
    updateButton();
}

void CloudLogDialog::fillStage()
{
    const services::DeployTarget whole = services::completed({{}, m_stage->currentText(), {}, {}, {}}, m_folder);
    m_profile->setText(whole.profile);
    m_region->setText(whole.region);
    m_endpoint->setText(whole.endpointUrl);
}

services::DeployTarget CloudLogDialog::target() const
{
    return {u"aws"_s, m_stage->currentText(), m_profile->text().trimmed(), m_region->text().trimmed(), m_endpoint->text().trimmed()};
}

void CloudLogDialog::setChosen(const services::CloudLogRequest &request)
{
    m_stage->setCurrentText(request.target.stage);
    m_profile->setText(request.target.profile);
    m_region->setText(request.target.region);
    m_endpoint->setText(request.target.endpointUrl);
    m_how->setCurrentIndex(request.isLive ? 1 : 0);
    m_wanted = request.groups;
    if (!request.groups.isEmpty())
        findGroups();
}

void CloudLogDialog::findGroups()
{
    m_state->showLoading(tr("Asking for log groups…"));
    m_stack->setCurrentWidget(m_state);
    const int asked = ++m_asked;
    m_jobs.run([target = target()] { return services::logGroupsOf(target, {}, {}); }, [this, asked](const Result<QStringList> &groups) {
        if (asked == m_asked)
            showGroups(groups);
    });
}

void CloudLogDialog::showGroups(const Result<QStringList> &groups)
{
    if (!groups)
        return m_state->showError(groups.error(), tr("Try again"));
    if (groups->isEmpty())
        return m_state->showEmpty(tr("There is no log group. A function's is made by its first invocation."), tr("Look again"));
    m_groups->clear();
    // What the project deployed there.
    const QString own = services::logGroupOf(QFileInfo(m_folder).fileName() + u'-' + m_stage->currentText() + u'-');
    for (const QString &group : *groups) {
        auto *item = new QListWidgetItem(group, m_groups);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable);
        item->setCheckState((m_wanted.isEmpty() ? group.startsWith(own) : m_wanted.contains(group)) ? Qt::Checked : Qt::Unchecked);
    }
    m_stack->setCurrentWidget(m_groups);
    updateButton();
}

void CloudLogDialog::updateButton()
{
    const services::CloudLogRequest request = chosen();
    const bool tooMany = request.isLive && request.groups.size() > services::CloudLiveTail::MostGroups;
    m_follow->setEnabled(!request.groups.isEmpty() && !tooMany);
    m_follow->setToolTip(tooMany ? tr("Live Tail takes %1 groups at most").arg(services::CloudLiveTail::MostGroups) : request.groups.isEmpty() ? tr("Choose at least one group") : QString());
}

services::CloudLogRequest CloudLogDialog::chosen() const
{
    services::CloudLogRequest request{target(), {}, {}, QDateTime::currentMSecsSinceEpoch() - m_since->currentData().toLongLong() * 1000, m_how->currentData().toBool()};
    for (int i = 0; i < m_groups->count(); ++i) {
        if (m_groups->item(i)->checkState() == Qt::Checked)
            request.groups << m_groups->item(i)->text();
    }
    return request;
}

} // namespace eph::ui
