// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/problemspanel.h"

#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QDir>
#include <QHeaderView>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

QIcon iconFor(Severity severity)
{
    switch (severity) {
    case Severity::Error: return theme().icon(u"error"_s, Token::Bad);
    case Severity::Warning: return theme().icon(u"warning"_s, Token::Warning);
    case Severity::Note: return theme().icon(u"note"_s, Token::Muted);
    }
    return {};
}

} // namespace

ProblemsPanel::ProblemsPanel(QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget)
    , m_list(new QTreeWidget)
    , m_state(new StatePage)
{
    m_list->setObjectName(u"problemsList"_s);
    m_list->setAccessibleName(tr("Problems"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setHeaderLabels({tr("What"), tr("Where"), tr("Key")});
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_list);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    setFocusProxy(m_list);
    connect(&theme(), &Theme::changed, this, &ProblemsPanel::refreshIcons);
    setFindings({}, {});
    connect(m_list, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) { activate(m_list->indexOfTopLevelItem(item)); });
    connect(m_list, &QTreeWidget::itemClicked, this, [this](QTreeWidgetItem *item) { activate(m_list->indexOfTopLevelItem(item)); });
}

void ProblemsPanel::setFindings(const Findings &findings, const QString &projectFolder)
{
    m_findings = findings;
    std::stable_sort(m_findings.begin(), m_findings.end(), [](const Finding &a, const Finding &b) { return a.severity > b.severity; });
    m_list->clear();
    const QDir folder(projectFolder);
    for (const Finding &finding : std::as_const(m_findings)) {
        QString place = folder.relativeFilePath(finding.file);
        if (finding.line > 0)
            place += u':' + QString::number(finding.line);
        auto *item = new QTreeWidgetItem(m_list, {finding.hint.isEmpty() ? finding.message : QString(finding.message + u' ' + finding.hint), place, finding.key});
        item->setToolTip(0, finding.hint.isEmpty() ? finding.message : QString(finding.message + u'\n' + finding.hint));
        item->setData(0, Qt::AccessibleTextRole, QString(severityName(finding.severity) + ": "_L1 + finding.message));
    }
    refreshIcons();
    m_state->showEmpty(projectFolder.isEmpty() ? tr("What is wrong with a project is listed here once one is open.") : tr("Nothing is wrong with this project."));
    m_stack->setCurrentIndex(m_findings.isEmpty() ? 0 : 1);
}

void ProblemsPanel::refreshIcons()
{
    for (qsizetype i = 0; i < m_findings.size(); ++i)
        m_list->topLevelItem(int(i))->setIcon(0, iconFor(m_findings.at(i).severity));
}

void ProblemsPanel::activate(int index)
{
    if (index < 0 || index >= m_findings.size())
        return;
    const Finding &finding = m_findings.at(index);
    Q_EMIT placeRequested(finding.file, finding.line, finding.column);
}

void ProblemsPanel::goToNext()
{
    if (m_findings.isEmpty())
        return;
    const int next = (m_list->indexOfTopLevelItem(m_list->currentItem()) + 1) % int(m_findings.size());
    m_list->setCurrentItem(m_list->topLevelItem(next));
    activate(next);
}

} // namespace eph::ui
