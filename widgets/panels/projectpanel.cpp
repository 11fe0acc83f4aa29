// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/projectpanel.h"

#include "widgets/common/contextactions.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/panels/filetree.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
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

QPushButton *link(const QString &name, const QString &text)
{
    auto *button = new QPushButton(text);
    button->setObjectName(name);
    button->setProperty("link", true);
    return button;
}

QWidget *section(const QString &title, QPushButton *add, QWidget *content)
{
    auto *whole = new QWidget;
    auto *top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 4, 0);
    top->addWidget(heading(title));
    top->addStretch();
    top->addWidget(add);
    auto *column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(content, 1);
    return whole;
}

} // namespace

ProjectPanel::ProjectPanel(QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_functions(new QTreeWidget)
    , m_files(new FileTree)
{
    setFocusProxy(m_functions);
    m_functions->setObjectName(u"functionTree"_s);
    m_functions->setAccessibleName(tr("Functions and triggers"));
    m_functions->setHeaderHidden(true);
    m_functions->setIndentation(14);
    addFunctionActions();

    auto *newFunction = link(u"newFunction"_s, tr("New function"));
    auto *newFile = link(u"newFile"_s, tr("New file"));
    connect(newFunction, &QPushButton::clicked, this, &ProjectPanel::newFunctionRequested);
    connect(newFile, &QPushButton::clicked, m_files, &FileTree::askForFile);
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(section(tr("Functions"), newFunction, m_functions));
    splitter->addWidget(section(tr("Files"), newFile, m_files));
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
    connect(m_files, &FileTree::openRequested, this, [this](const QString &path) { Q_EMIT placeRequested(path, 0); });
    connect(&theme(), &Theme::changed, this, [this] { fillFunctions(); });
    setProject(nullptr);
}

void ProjectPanel::addFunctionActions()
{
    // Choosing by the right button selects, as by the left one.
    const auto add = [this](const QString &name, const QString &text, const std::function<void(QTreeWidgetItem *)> &run) {
        addContextAction(m_functions, name, text, [this, run] {
            if (QTreeWidgetItem *item = m_functions->currentItem())
                run(item);
        });
    };
    const auto function = [](QTreeWidgetItem *item) { return item->parent() ? item->parent() : item; };
    add(u"functionInvoke"_s, tr("Invoke"), [this](QTreeWidgetItem *) { Q_EMIT invokeRequested(); });
    addContextSeparator(m_functions);
    add(u"functionCode"_s, tr("Go to the code"), [this, function](QTreeWidgetItem *item) { activate(function(item)); });
    add(u"functionTemplate"_s, tr("Go to the template"), [this, function](QTreeWidgetItem *item) {
        const project::Function *declared = m_project ? m_project->function(function(item)->data(0, NameRole).toString()) : nullptr;
        if (item->parent())
            activate(item);
        else if (declared)
            Q_EMIT placeRequested(declared->location.file, declared->location.line);
    });
    addContextSeparator(m_functions);
    add(u"functionSchedule"_s, tr("New schedule…"), [this](QTreeWidgetItem *) { Q_EMIT scheduleRequested(); });
    add(u"functionPackage"_s, tr("Package…"), [this](QTreeWidgetItem *) { Q_EMIT packageRequested(); });
    addContextSeparator(m_functions);
    add(u"functionCopyName"_s, tr("Copy the name"), [](QTreeWidgetItem *item) { QGuiApplication::clipboard()->setText(item->data(0, NameRole).toString()); });
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
        m_files->setFolder(m_project->folder);
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
        item->setToolTip(0, tr("%1 · %2 · %3 MB · %4 s").arg(function.runtime, function.handler).arg(function.memoryMiB).arg(function.timeoutSeconds));
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
