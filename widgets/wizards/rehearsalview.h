// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/recentinvocations.h"
#include "core/services/rehearsal.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace eph::ui {

/// Tries each function as it is beside the one that is live, on the project's saved events and on those that it was
/// sent lately, one function after the other.
class RehearsalView : public QWidget
{
    Q_OBJECT
public:
    RehearsalView(const services::InvokeService &invokes, const services::RecentInvocations &recent, QWidget *parent = nullptr);

    /// Nothing to compare with hides it.
    void setRelease(const std::shared_ptr<const project::Project> &project, const std::optional<deploy::Release> &live);

private:
    void start();
    [[nodiscard]] QList<QByteArray> eventsFor(const project::Function &function) const;
    void next();
    void show(const services::RehearsalResult &result);
    void addRow(const services::RehearsalResult &result, const services::RehearsalSide &side);

    const services::RecentInvocations &m_recent;
    services::Rehearsal m_rehearsal;
    std::shared_ptr<const project::Project> m_project;
    std::optional<deploy::Release> m_live;
    qsizetype m_function = 0; ///< Which one is tried.
    QPushButton *m_start;
    QLabel *m_text;
    QTreeWidget *m_table;
};

} // namespace eph::ui
