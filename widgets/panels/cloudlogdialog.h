// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/cloudlogfeed.h"

#include <QDialog>

class QComboBox;
class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace eph::ui {

class StatePage;

/// Whose log groups are followed, which of them, and since when.
class CloudLogDialog : public QDialog
{
    Q_OBJECT
public:
    explicit CloudLogDialog(const QString &projectFolder, QWidget *parent = nullptr);

    void setChosen(const services::CloudLogRequest &request);
    [[nodiscard]] services::CloudLogRequest chosen() const;

private:
    void fillStage();
    void findGroups();
    void showGroups(const Result<QStringList> &groups);
    void updateButton();
    [[nodiscard]] services::DeployTarget target() const;

    QString m_folder;
    QComboBox *m_stage;
    QLineEdit *m_profile;
    QLineEdit *m_region;
    QLineEdit *m_endpoint;
    QComboBox *m_since;
    QComboBox *m_how;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QListWidget *m_groups;
    QPushButton *m_follow;
    QStringList m_wanted; ///< That were chosen before.
    int m_asked = 0;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
