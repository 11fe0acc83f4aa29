// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/services/deployservice.h"

#include <QTimer>
#include <QWidget>
#include <memory>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTreeWidget;

namespace eph::ui {

class StatePage;

/// What was deployed from a project: every release that is kept, which one is live where, and the way back to each.
class DeploymentsPanel : public QWidget
{
    Q_OBJECT
public:
    explicit DeploymentsPanel(QWidget *parent = nullptr);

    void setProject(const std::shared_ptr<const project::Project> &project);
    /// Reads what is kept anew.
    void refresh();

Q_SIGNALS:
    void deployRequested();
    void rollbackRequested(const eph::services::DeployTarget &target, const QString &release);
    void resumeRequested(const eph::services::DeployTarget &target, bool forward);

private:
    void showEvent(QShowEvent *event) override;
    void showOpen();
    void updateButtons();
    [[nodiscard]] const deploy::Release *chosen() const;

    std::shared_ptr<const project::Project> m_project;
    QList<deploy::Release> m_releases;
    QString m_seen; ///< Of the vault, when they were read.
    QList<deploy::Journal::Head> m_open;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QTreeWidget *m_list;
    QPushButton *m_deploy;
    QPushButton *m_rollback;
    QWidget *m_notice;
    QLabel *m_noticeText;
    QTimer m_timer;
};

/// Where a release went, as a target to go to again.
[[nodiscard]] services::DeployTarget targetOf(const QString &key, const QString &stage, const QString &profile, const QString &endpointUrl);

} // namespace eph::ui
