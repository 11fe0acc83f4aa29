// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/expression.h"

#include <QWidget>

class QGridLayout;
class QLineEdit;

namespace eph::ui {

class ToggleRow;

/// The fields of a cron expression, one by one, and its months and weekdays to click on.
class CronFields : public QWidget
{
    Q_OBJECT
public:
    explicit CronFields(QWidget *parent = nullptr);

    /// The fields that a dialect has.
    void setDialect(schedule::Dialect dialect);
    /// Shows what an expression says; its fields stay as they are written.
    void show(const QString &text, const schedule::CronSpec &spec);

Q_SIGNALS:
    /// By hand: the whole expression, whether it can be read or not.
    void edited(const QString &text);

private:
    void fieldEdited(schedule::Field field);
    void setField(schedule::Field field, const QString &text);
    [[nodiscard]] QString field(schedule::Field field) const;
    void emitText();

    schedule::Dialect m_dialect = schedule::Dialect::EventBridgeScheduler;
    QList<std::pair<schedule::Field, QLineEdit *>> m_fields; ///< In the expression's order.
    QGridLayout *m_grid;
    ToggleRow *m_months;
    ToggleRow *m_weekdays; ///< Monday first.
};

} // namespace eph::ui
