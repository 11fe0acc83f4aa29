// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/projectpanel.h"

#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QFileInfo>
#include <QFileSystemModel>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

enum ItemRole { NameRole = Qt::UserRole, FileRole, LineRole };

QString triggerIcon(const QString &type)
{
    if (type == "Api"_L1 || type == "HttpApi"_L1 || type == "FunctionUrl"_L1 || type == "WebSocket"_L1 || type == "LoadBalancer"_L1)
        return u"route"_s;
    if (type.startsWith("Schedule"_L1))
        return u"clock"_s;
    return u"queue"_s;
}

QLabel *heading(const QString &text)
{
    auto *label = new QLabel(text);
    label->setProperty("muted", true);
    label->setFont(Theme::smallFont());
    label->setContentsMargins(8, 6, 8, 4);
    return label;
}

} // namespace

ProjectPanel::ProjectPanel(QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_functions(new QTreeWidget)
    , m_files(new QTreeView)
{
    setFocusProxy(m_functions);
    m_functions->setObjectName(u"functionTree"_s);
    m_functions->setAccessibleName(tr("Functions and triggers"));
    m_functions->setHeaderHidden(true);
    m_functions->setIndentation(14);
    m_files->setObjectName(u"fileTree"_s);
    m_files->setAccessibleName(tr("Files of the project"));
    m_files->setHeaderHidden(true);
    m_files->setIndentation(14);

    auto *add = new QPushButton(tr("New function"));
    add->setObjectName(u"newFunction"_s);
    add->setProperty("link", true);
    connect(add, &QPushButton::clicked, this, &ProjectPanel::newFunctionRequested);
    auto *top = new QWidget;
    auto *topHeading = new QHBoxLayout;
    topHeading->setContentsMargins(0, 0, 4, 0);
    topHeading->addWidget(heading(tr("Functions")));
    topHeading->addStretch();
    topHeading->addWidget(add);
    auto *topLayout = new QVBoxLayout(top);
    topLayout->setContentsMargins(0, 0, 0, 0);
    topLayout->setSpacing(0);
    topLayout->addLayout(topHeading);
    topLayout->addWidget(m_functions, 1);
    auto *bottom = new QWidget;
    auto *bottomLayout = new QVBoxLayout(bottom);
    bottomLayout->setContentsMargins(0, 0, 0, 0);
    bottomLayout->setSpacing(0);
    bottomLayout->addWidget(heading(tr("Files")));
    bottomLayout->addWidget(m_files, 1);
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(top);
    splitter->addWidget(bottom);
    splitter->setChildrenCollapsible(false);

    m_stack->addWidget(m_state);
    m_stack->addWidget(splitter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_state, &StatePage::actionTriggered, this, &ProjectPanel::openRequested);
    connect(m_functions, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem *item) {
        if (item)
            Q_EMIT functionSelected(item->data(0, NameRole).toString());
    });
    connect(m_functions, &QTreeWidget::itemActivated, this, &ProjectPanel::activate);
    connect(m_files, &QTreeView::activated, this, [this](const QModelIndex &index) {
        if (!m_fileModel->isDir(index))
            Q_EMIT placeRequested(m_fileModel->filePath(index), 0);
    });
    connect(m_files, &QTreeView::clicked, this, [this](const QModelIndex &index) {
        if (!m_fileModel->isDir(index))
            Q_EMIT placeRequested(m_fileModel->filePath(index), 0);
    });
    connect(&theme(), &Theme::changed, this, [this] { fillFunctions(); });
    setProject(nullptr);
}

void ProjectPanel::setLoading(const QString &path)
{
    if (m_project)
        return; // What is shown stays until the new one is there.
    m_state->showLoading(tr("Opening %1").arg(path));
    m_stack->setCurrentIndex(0);
}

void ProjectPanel::setProject(std::shared_ptr<const project::Project> project)
{
    const QString before = m_project ? m_project->folder : QString();
    m_project = std::move(project);
    if (!m_project) {
        m_state->showEmpty(tr("No project is open."), tr("Open a folder"));
        m_stack->setCurrentIndex(0);
        return;
    }
    fillFunctions();
    if (m_project->folder != before)
        fillFiles();
    m_stack->setCurrentIndex(1);
}

void ProjectPanel::fillFunctions()
{
    if (!m_project)
        return;
    const QString selected = m_functions->currentItem() ? m_functions->currentItem()->data(0, NameRole).toString() : QString();
    const QSignalBlocker quiet(m_functions);
    m_functions->clear();
    for (const project::Function &function : m_project->functions) {
        auto *item = new QTreeWidgetItem(m_functions, {function.name});
        item->setIcon(0, theme().icon(u"function"_s, Token::Accent));
        item->setData(0, NameRole, function.name);
        const QString handlerFile = function.handlerFile();
        item->setData(0, FileRole, handlerFile.isEmpty() ? function.location.file : handlerFile);
        item->setData(0, LineRole, handlerFile.isEmpty() ? function.location.line : 0);
        item->setToolTip(0, tr("%1 · %2 · %3 MiB · %4 s").arg(function.runtime, function.handler).arg(function.memoryMiB).arg(function.timeoutSeconds));
        for (const project::Trigger &trigger : function.triggers) {
            auto *child = new QTreeWidgetItem(item, {trigger.summary()});
            child->setIcon(0, theme().icon(triggerIcon(trigger.type), Token::Muted));
            child->setData(0, NameRole, function.name);
            child->setData(0, FileRole, trigger.location.file);
            child->setData(0, LineRole, trigger.location.line);
            child->setToolTip(0, trigger.type + u' ' + trigger.name);
        }
        item->setExpanded(true);
    }
    selectFunction(selected);
}

void ProjectPanel::fillFiles()
{
    delete std::exchange(m_fileModel, new QFileSystemModel(this));
    m_fileModel->setFilter(QDir::AllEntries | QDir::NoDotAndDotDot);
    m_fileModel->setOption(QFileSystemModel::DontUseCustomDirectoryIcons);
    m_files->setModel(m_fileModel);
    m_files->setRootIndex(m_fileModel->setRootPath(m_project->folder));
    for (int column = 1; column < m_fileModel->columnCount(); ++column)
        m_files->hideColumn(column);
}

void ProjectPanel::selectFunction(const QString &name)
{
    // One of its triggers may be what people are at.
    if (const QTreeWidgetItem *current = m_functions->currentItem(); current && current->data(0, NameRole).toString() == name)
        return;
    for (int i = 0; i < m_functions->topLevelItemCount(); ++i) {
        QTreeWidgetItem *item = m_functions->topLevelItem(i);
        if (item->data(0, NameRole).toString() == name) {
            const QSignalBlocker quiet(m_functions);
            m_functions->setCurrentItem(item);
            return;
        }
    }
}

void ProjectPanel::activate(QTreeWidgetItem *item)
{
    Q_EMIT placeRequested(item->data(0, FileRole).toString(), item->data(0, LineRole).toInt());
}

} // namespace eph::ui
