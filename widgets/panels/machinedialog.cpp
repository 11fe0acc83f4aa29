// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/machinedialog.h"

#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

QIcon iconFor(services::Check::State state)
{
    switch (state) {
    case services::Check::State::Good: return theme().icon(u"good"_s, Token::Good);
    case services::Check::State::Degraded: return theme().icon(u"warning"_s, Token::Warning);
    case services::Check::State::Missing: return theme().icon(u"error"_s, Token::Bad);
    }
    return {};
}

} // namespace

MachineDialog::MachineDialog(QWidget *parent)
    : QDialog(parent)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_tree(new QTreeWidget)
{
    setObjectName(u"machineDialog"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("This machine"));
    m_tree->setObjectName(u"machineChecks"_s);
    m_tree->setAccessibleName(tr("What Ephemera uses on this machine"));
    m_tree->setHeaderHidden(true);
    m_tree->setColumnCount(2);
    m_tree->setRootIsDecorated(false);
    m_tree->setItemsExpandable(false);
    m_tree->setIndentation(0);
    m_tree->setWordWrap(true);
    m_tree->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_tree);
    auto *copyButton = new QPushButton(tr("&Copy"));
    copyButton->setObjectName(u"machineCopy"_s);
    auto *again = new QPushButton(tr("&Look again"));
    again->setObjectName(u"machineAgain"_s);
    auto *closeButton = new QPushButton(tr("Close"));
    closeButton->setObjectName(u"machineClose"_s);
    closeButton->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(copyButton);
    buttons->addWidget(again);
    buttons->addStretch();
    buttons->addWidget(closeButton);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(m_stack, 1);
    layout->addLayout(buttons);
    constexpr QSize Size(760, 400);
    resize(Size);
    connect(copyButton, &QPushButton::clicked, this, &MachineDialog::copy);
    connect(again, &QPushButton::clicked, this, &MachineDialog::examine);
    connect(closeButton, &QPushButton::clicked, this, &QDialog::accept);
    closeButton->setFocus();
    examine();
}

void MachineDialog::examine()
{
    m_state->showLoading(tr("Looking at what is installed"));
    m_stack->setCurrentWidget(m_state);
    m_jobs.run([] { return services::examineMachine(sys::Interpreters()); }, [this](const QList<services::Check> &checks) { show(checks); });
}

void MachineDialog::show(const QList<services::Check> &checks)
{
    m_checks = checks;
    m_tree->clear();
    for (const services::Check &check : checks) {
        const QString text = check.hint.isEmpty() ? check.detail : QString(check.detail + u'\n' + check.hint);
        auto *item = new QTreeWidgetItem(m_tree, {check.name, text});
        item->setIcon(0, iconFor(check.state));
        item->setData(0, Qt::AccessibleTextRole, QString(check.name + u": "_s + services::stateName(check.state)));
    }
    m_tree->setCurrentItem(m_tree->topLevelItem(0));
    m_stack->setCurrentWidget(m_tree);
}

void MachineDialog::copy() const
{
    QString text;
    for (const services::Check &check : m_checks)
        text += services::stateName(check.state) + u'\t' + check.name + u'\t' + check.detail + (check.hint.isEmpty() ? QString() : QString(u' ' + check.hint)) + u'\n';
    QGuiApplication::clipboard()->setText(text);
}

} // namespace eph::ui
