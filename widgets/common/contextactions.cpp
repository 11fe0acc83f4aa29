// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/contextactions.h"

#include <QAction>
#include <QWidget>

namespace eph::ui {

void addContextAction(QWidget *widget, const QString &objectName, const QString &text, const std::function<void()> &run, const QKeySequence &key)
{
    auto *action = new QAction(text, widget);
    action->setObjectName(objectName);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(action, &QAction::triggered, widget, run);
    widget->setContextMenuPolicy(Qt::ActionsContextMenu);
    widget->addAction(action);
}

void addContextSeparator(QWidget *widget)
{
    auto *line = new QAction(widget);
    line->setSeparator(true);
    widget->addAction(line);
}

} // namespace eph::ui
