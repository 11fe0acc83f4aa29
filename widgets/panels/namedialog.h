// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QDialog>
#include <functional>

class QLabel;
class QLineEdit;

namespace eph::ui {

/// Asks for a name, and stays until something could be made of it. Deletes itself when it is closed.
class NameDialog : public QDialog
{
    Q_OBJECT
public:
    struct Question {
        QString title;
        QString label;
        QString action; ///< On the button.
        QString name;   ///< To begin with; its suffix is not selected.
    };
    using Use = std::function<Result<void>(const QString &name)>;

    NameDialog(const Question &question, Use use, QWidget *parent = nullptr);

private:
    void tryName();

    Use m_use;
    QLineEdit *m_name;
    QLabel *m_message;
};

} // namespace eph::ui
