// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <functional>

class QWidget;

namespace eph::ui {

/// A command on the right button of a widget, and on a key of its own while the widget has the focus.
void addContextAction(QWidget *widget, const QString &objectName, const QString &text, const std::function<void()> &run, const QKeySequence &key = {});
/// A line between commands.
void addContextSeparator(QWidget *widget);

} // namespace eph::ui
