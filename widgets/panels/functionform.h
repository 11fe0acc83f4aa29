// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/services/templateservice.h"

#include <QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;
class QTableWidget;

namespace eph::ui {

/// The settings of one function. A change goes into the template's text; nothing else there changes.
class FunctionForm : public QWidget
{
    Q_OBJECT
public:
    explicit FunctionForm(QWidget *parent = nullptr);

    void setFunction(const project::Function *function);

Q_SIGNALS:
    void changed(const eph::project::Function &function, const eph::services::PropertyChange &change);
    /// It is to be kept warm every so many minutes; 0: not.
    void warmUpChosen(const eph::project::Function &function, int minutes);
    void removed(const eph::project::Function &function, const QStringList &path);
    void placeRequested(const QString &file, int line);
    /// Undo or redo was asked for in a field: what changed is the template.
    void undoRequested(bool redo);

private:
    void emitChange(const QStringList &path, const QString &value);
    void fillVariables();
    void fillWarmUp();
    void variableEdited(int row, int column);
    bool eventFilter(QObject *watched, QEvent *event) override;

    project::Function m_function;
    bool m_filling = false;
    QLabel *m_title;
    QLineEdit *m_handler;
    QLineEdit *m_runtime;
    QSpinBox *m_memory;
    QSpinBox *m_timeout;
    QSpinBox *m_reserved; ///< -1: no limit.
    QComboBox *m_warmUp;
    QTableWidget *m_variables;
};

} // namespace eph::ui
