// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/searchpanel.h"

#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int LineRole = Qt::UserRole;
constexpr int ColumnRole = Qt::UserRole + 1;
constexpr int MaxExpandedFiles = 50;
} // namespace

SearchPanel::SearchPanel(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLineEdit)
    , m_regularExpression(new QCheckBox(tr("Regular expression")))
    , m_matchCase(new QCheckBox(tr("Match case")))
    , m_count(new QLabel)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_hits(new QTreeWidget)
{
    m_text->setObjectName(u"searchText"_s);
    m_text->setAccessibleName(tr("Text to find in all files"));
    m_text->setPlaceholderText(tr("Find in all files"));
    m_text->setClearButtonEnabled(true);
    m_regularExpression->setObjectName(u"searchRegularExpression"_s);
    m_matchCase->setObjectName(u"searchMatchCase"_s);
    m_count->setObjectName(u"searchCount"_s);
    setTone(m_count, Token::Muted);
    auto *find = new QPushButton(tr("Find"));
    find->setObjectName(u"searchButton"_s);
    m_hits->setObjectName(u"searchHits"_s);
    m_hits->setAccessibleName(tr("Places found; Enter goes there"));
    m_hits->setHeaderHidden(true);
    m_hits->setUniformRowHeights(true);
    m_hits->setColumnCount(1);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_hits);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    row->addWidget(m_text, 1);
    row->addWidget(find);
    row->addWidget(m_matchCase);
    row->addWidget(m_regularExpression);
    row->addWidget(m_count);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(m_stack, 1);
    setFocusProxy(m_text);
    connect(m_text, &QLineEdit::returnPressed, this, &SearchPanel::search);
    connect(find, &QPushButton::clicked, this, &SearchPanel::search);
    connect(m_hits, &QTreeWidget::itemClicked, this, &SearchPanel::activate);
    connect(m_hits, &QTreeWidget::itemActivated, this, &SearchPanel::activate);
    setFolder({});
}

void SearchPanel::setFolder(const QString &folder)
{
    if (folder == m_folder && !folder.isEmpty())
        return;
    m_folder = folder;
    ++m_generation;
    m_hits->clear();
    m_count->clear();
    m_text->setEnabled(!folder.isEmpty());
    m_state->showEmpty(folder.isEmpty() ? tr("Open a project to look through its files.") : tr("Places where a text occurs in the project are listed here."));
    m_stack->setCurrentIndex(0);
}

void SearchPanel::begin(const QString &text)
{
    if (!text.isEmpty())
        m_text->setText(text);
    m_text->selectAll();
    m_text->setFocus();
}

void SearchPanel::search()
{
    if (m_folder.isEmpty() || m_text->text().isEmpty())
        return;
    const QHash<QString, QByteArray> typed = unsaved ? unsaved() : QHash<QString, QByteArray>();
    const quint64 generation = ++m_generation;
    m_count->setText(tr("Searching"));
    m_jobs.run([request = services::SearchRequest{m_folder, m_text->text(), m_regularExpression->isChecked(), m_matchCase->isChecked(), typed}] { return services::searchFiles(request); },
               [this, generation](const Result<services::SearchResult> &found) {
                   if (generation == m_generation)
                       show(found);
               });
}

void SearchPanel::show(const Result<services::SearchResult> &found)
{
    m_hits->clear();
    m_count->clear();
    if (!found || found->hits.isEmpty()) {
        if (found)
            m_state->showEmpty(tr("“%1” is in no file of this project.").arg(m_text->text()));
        else
            m_state->showError(found.error());
        return m_stack->setCurrentIndex(0);
    }
    QTreeWidgetItem *file = nullptr;
    for (const services::SearchHit &hit : found->hits) {
        if (!file || file->text(0) != hit.file) {
            file = new QTreeWidgetItem(m_hits, {hit.file});
            file->setFirstColumnSpanned(true);
        }
        auto *item = new QTreeWidgetItem(file, {QString(QString::number(hit.line).rightJustified(5) + u"  "_s + hit.text)});
        item->setFont(0, Theme::codeFont());
        item->setData(0, LineRole, hit.line);
        item->setData(0, ColumnRole, hit.column);
    }
    for (int i = 0; i < std::min(MaxExpandedFiles, m_hits->topLevelItemCount()); ++i)
        m_hits->topLevelItem(i)->setExpanded(true);
    const QString places = found->cut ? tr("more than %1 places").arg(found->hits.size()) : found->hits.size() == 1 ? tr("1 place") : tr("%1 places").arg(found->hits.size());
    m_count->setText(found->files == 1 ? tr("%1 in 1 file").arg(places) : tr("%1 in %2 files").arg(places).arg(found->files));
    m_stack->setCurrentIndex(1);
}

void SearchPanel::activate(QTreeWidgetItem *item)
{
    if (const QTreeWidgetItem *file = item->parent())
        Q_EMIT placeRequested(m_folder + u'/' + file->text(0), item->data(0, LineRole).toInt(), item->data(0, ColumnRole).toInt());
}

} // namespace eph::ui
