// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/budgetdialog.h"

#include "core/cost/pricebook.h"
#include "widgets/common/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {
/// Those of the project, and those that had a budget before and may be back tomorrow.
QStringList rowsFor(const cost::Budget &budget, QStringList functions)
{
    for (auto it = budget.functions.begin(); it != budget.functions.end(); ++it) {
        if (!functions.contains(it.key()))
            functions << it.key();
    }
    return functions;
}
} // namespace

BudgetDialog::BudgetDialog(const cost::Budget &budget, const QStringList &known, QWidget *parent)
    : QDialog(parent)
    , m_project(new QLineEdit)
    , m_functions(new QTableWidget(0, 2))
    , m_fuse(new QCheckBox(tr("Stop the schedules here once a budget is used up")))
    , m_problem(new QLabel)
    , m_buttons(new QDialogButtonBox)
{
    setObjectName(u"budgetDialog"_s);
    setWindowTitle(tr("Budget"));
    m_project->setObjectName(u"budgetProject"_s);
    m_project->setAccessibleName(tr("Budget of the project, USD a month"));
    m_project->setPlaceholderText(tr("none"));
    if (budget.project)
        m_project->setText(budget.project->exact());
    m_functions->setObjectName(u"budgetFunctions"_s);
    m_functions->setAccessibleName(tr("Budgets of functions"));
    m_functions->setHorizontalHeaderLabels({tr("Function"), tr("USD a month")});
    m_functions->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_functions->verticalHeader()->hide();
    m_functions->setTabKeyNavigation(false);
    const QStringList functions = rowsFor(budget, known);
    m_functions->setRowCount(int(functions.size()));
    for (int row = 0; row < functions.size(); ++row) {
        auto *name = new QTableWidgetItem(functions.at(row));
        name->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
        m_functions->setItem(row, 0, name);
        const auto limit = budget.functions.constFind(functions.at(row));
        auto *amount = new QTableWidgetItem(limit == budget.functions.cend() ? QString() : limit->exact());
        amount->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_functions->setItem(row, 1, amount);
    }
    m_fuse->setObjectName(u"budgetFuse"_s);
    m_fuse->setChecked(budget.fuse);
    auto *advice = new QLabel(tr("Budgets count list prices of what runs here, in a calendar month (UTC). In the cloud, a function is stopped by a reserved concurrency of 0."));
    advice->setWordWrap(true);
    advice->setProperty("muted", true);
    m_problem->setObjectName(u"budgetProblem"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    setTone(m_problem, Token::Bad);
    QPushButton *save = m_buttons->addButton(tr("Save budget"), QDialogButtonBox::AcceptRole);
    save->setObjectName(u"budgetSave"_s);
    save->setProperty("primary", true);
    m_buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *form = new QFormLayout;
    form->addRow(tr("Project, USD a month"), m_project);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addLayout(form);
    column->addWidget(m_functions, 1);
    column->addWidget(m_fuse);
    column->addWidget(advice);
    column->addWidget(m_problem);
    column->addWidget(m_buttons);
    resize(440, 380);
    connect(m_project, &QLineEdit::textChanged, this, &BudgetDialog::check);
    connect(m_functions, &QTableWidget::itemChanged, this, &BudgetDialog::check);
}

void BudgetDialog::check()
{
    QString problem;
    const auto look = [&problem](const QString &text) {
        if (const auto amount = cost::parseMoney(text.trimmed()); !text.trimmed().isEmpty() && !amount)
            problem = amount.error().message;
    };
    look(m_project->text());
    for (int row = 0; row < m_functions->rowCount(); ++row)
        look(m_functions->item(row, 1)->text());
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_buttons->buttons().constFirst()->setEnabled(problem.isEmpty());
}

cost::Budget BudgetDialog::budget() const
{
    cost::Budget budget;
    if (const auto amount = cost::parseMoney(m_project->text().trimmed()))
        budget.project = *amount;
    for (int row = 0; row < m_functions->rowCount(); ++row) {
        if (const auto amount = cost::parseMoney(m_functions->item(row, 1)->text().trimmed()))
            budget.functions.insert(m_functions->item(row, 0)->text(), *amount);
    }
    budget.fuse = m_fuse->isChecked();
    return budget;
}

} // namespace eph::ui
