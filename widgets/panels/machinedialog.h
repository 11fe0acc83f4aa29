// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/doctor.h"
#include "core/sys/background.h"

#include <QDialog>

class QStackedWidget;
class QTreeWidget;

namespace eph::ui {

class StatePage;

/// What is installed on this machine, what is missing and what works less well; the same as `eph doctor`.
class MachineDialog : public QDialog
{
    Q_OBJECT
public:
    explicit MachineDialog(QWidget *parent);

    /// Looks again, beside the window's thread.
    void examine();

private:
    void show(const QList<services::Check> &checks);
    void copy() const;

    QList<services::Check> m_checks;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QTreeWidget *m_tree;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
