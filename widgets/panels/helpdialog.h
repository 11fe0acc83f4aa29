// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace eph::ui {

/// The help that comes with the program, a page at a time.
class HelpDialog : public QDialog
{
    Q_OBJECT
public:
    /// @param folder holds the pages as Markdown; `first` is the name of the one to begin with, without its ending.
    HelpDialog(const QString &folder, const QString &first, QWidget *parent = nullptr);
};

} // namespace eph::ui
