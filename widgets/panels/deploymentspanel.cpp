// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/deploymentspanel.h"

#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSet>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr auto LookEvery = std::chrono::seconds(2);

[[nodiscard]] QString targetText(const QString &key)
{
    if (key == "local"_L1)
        return DeploymentsPanel::tr("local cloud");
    return DeploymentsPanel::tr("AWS %1, %2").arg(key.section(u':', 1, 1), key.section(u':', 2));
}

} // namespace

services::DeployTarget targetOf(const QString &key, const QString &stage, const QString &profile, const QString &endpointUrl)
{
    services::DeployTarget target;
    target.kind = key.section(u':', 0, 0);
    target.stage = stage;
    target.region = key.section(u':', 2, 2);
    target.profile = profile;
    target.endpointUrl = endpointUrl;
    return target;
}

DeploymentsPanel::DeploymentsPanel(QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_list(new QTreeWidget)
    , m_deploy(new QPushButton(tr("Deploy…")))
    , m_rollback(new QPushButton(tr("Roll back to this…")))
    , m_notice(new QWidget)
    , m_noticeText(new QLabel)
{
    m_list->setObjectName(u"deploymentsList"_s);
    m_list->setAccessibleName(tr("Releases, newest first"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setHeaderLabels({tr("Release"), tr("Live"), tr("Where"), tr("Stage"), tr("When"), tr("Functions"), tr("Why"), tr("By")});
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_deploy->setObjectName(u"deploymentsDeploy"_s);
    m_deploy->setProperty("primary", true);
    m_rollback->setObjectName(u"deploymentsRollback"_s);
    m_notice->setObjectName(u"deploymentsNotice"_s);
    m_notice->setProperty("notice", true);
    m_notice->setAttribute(Qt::WA_StyledBackground);
    m_noticeText->setWordWrap(true);
    auto *resume = new QPushButton(tr("Resume"));
    resume->setObjectName(u"deploymentsResume"_s);
    auto *takeBack = new QPushButton(tr("Take back"));
    takeBack->setObjectName(u"deploymentsTakeBack"_s);
    auto *notice = new QHBoxLayout(m_notice);
    notice->setContentsMargins(8, 4, 8, 4);
    notice->addWidget(m_noticeText, 1);
    notice->addWidget(resume);
    notice->addWidget(takeBack);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    bar->addWidget(m_deploy);
    bar->addWidget(m_rollback);
    bar->addStretch();
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_list);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_notice);
    column->addWidget(m_stack, 1);
    setFocusProxy(m_deploy);
    connect(m_deploy, &QPushButton::clicked, this, &DeploymentsPanel::deployRequested);
    connect(m_state, &StatePage::actionTriggered, this, &DeploymentsPanel::deployRequested);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &DeploymentsPanel::updateButtons);
    connect(m_rollback, &QPushButton::clicked, this, [this] {
        if (const deploy::Release *release = chosen())
            Q_EMIT rollbackRequested(targetOf(release->target, release->spec.stage, release->profile, release->endpoint), release->id);
    });
    const auto goOn = [this](bool forward) {
        if (!m_open.isEmpty())
            Q_EMIT resumeRequested(targetOf(m_open.first().target, m_open.first().stage, m_open.first().profile, m_open.first().endpoint), forward);
    };
    connect(resume, &QPushButton::clicked, this, [goOn] { goOn(true); });
    connect(takeBack, &QPushButton::clicked, this, [goOn] { goOn(false); });
    // Another program may deploy, too.
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (isVisible())
            refresh();
    });
    m_timer.start(LookEvery);
    setProject(nullptr);
}

void DeploymentsPanel::setProject(const std::shared_ptr<const project::Project> &project)
{
    m_project = project;
    refresh();
}

void DeploymentsPanel::showEvent(QShowEvent *event)
{
    refresh();
    QWidget::showEvent(event);
}

void DeploymentsPanel::refresh()
{
    m_deploy->setEnabled(m_project != nullptr);
    m_open = m_project ? deploy::Journal::openIn(m_project->folder) : QList<deploy::Journal::Head>();
    showOpen();
    const std::optional<deploy::Vault> vault = m_project ? std::optional<deploy::Vault>(std::in_place, m_project->folder) : std::nullopt;
    const QString stamp = vault ? vault->stamp() : QString();
    // Releases hold everything that was deployed: they are read when there are others, and somebody looks.
    if (stamp != m_seen && (isVisible() || !vault)) {
        m_seen = stamp;
        m_releases = vault ? vault->releases() : QList<deploy::Release>();
        m_list->clear();
        QSet<QString> seen;
        for (const deploy::Release &release : std::as_const(m_releases)) {
            const QString place = release.target + u'/' + release.spec.stage;
            const bool live = !seen.contains(place);
            seen.insert(place);
            QStringList functions;
            for (const deploy::Resource &resource : release.spec.resources) {
                if (resource.kind == deploy::kinds::Function)
                    functions << resource.id + u' ' + release.outputs.value(resource.key()).toObject().value("Version"_L1).toString();
            }
            const QString why = release.from.isEmpty() ? release.why : tr("back to %1").arg(release.from);
            auto *item = new QTreeWidgetItem(m_list, {release.id, live ? tr("live") : QString(), targetText(release.target), release.spec.stage, QLocale().toString(release.at.toLocalTime(), QLocale::ShortFormat), functions.join(", "_L1), why, release.by.section(u'/', -1)});
            item->setToolTip(4, release.at.toUTC().toString(Qt::ISODate));
            item->setToolTip(7, release.by);
            item->setToolTip(5, functions.join(u'\n'));
            if (live)
                item->setIcon(0, theme().icon(u"good"_s, Token::Good));
        }
    }
    m_state->showEmpty(m_project ? tr("Nothing has been deployed from this project yet. A release makes all its functions, schedules and permissions together, or nothing.") : tr("Releases of a project are listed here once one is open."), m_project ? tr("Deploy…") : QString());
    m_stack->setCurrentIndex(m_releases.isEmpty() ? 0 : 1);
    updateButtons();
}

void DeploymentsPanel::showOpen()
{
    m_notice->setVisible(!m_open.isEmpty());
    if (!m_open.isEmpty())
        m_noticeText->setText(tr("The deployment of %1 to %2 was not brought to its end, or is under way.").arg(m_open.first().releaseId, targetText(m_open.first().target)));
}

const deploy::Release *DeploymentsPanel::chosen() const
{
    const int row = m_list->indexOfTopLevelItem(m_list->currentItem());
    return row >= 0 && row < m_releases.size() ? &m_releases.at(row) : nullptr;
}

void DeploymentsPanel::updateButtons()
{
    const deploy::Release *release = chosen();
    const QTreeWidgetItem *item = m_list->currentItem();
    m_rollback->setEnabled(release && item && item->text(1).isEmpty());
    m_rollback->setVisible(!m_releases.isEmpty());
}

} // namespace eph::ui
