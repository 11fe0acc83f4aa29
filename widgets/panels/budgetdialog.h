// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/budget.h"

#include <QDialog>

class QCheckBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QTableWidget;

namespace eph::ui {

/// What a month may cost: the project, and each function.
class BudgetDialog : public QDialog
{
    Q_OBJECT
public:
    BudgetDialog(const cost::Budget &budget, const QStringList &known, QWidget *parent = nullptr);

    [[nodiscard]] cost::Budget budget() const;

private:
    void check();

    QLineEdit *m_project;
    QTableWidget *m_functions;
    QCheckBox *m_fuse;
    QLabel *m_problem;
    QDialogButtonBox *m_buttons;
};

} // namespace eph::ui
