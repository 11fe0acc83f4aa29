// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

class QToolButton;

namespace eph::ui {

/// Several values side by side, each on or off: the days of a week, the months of a year.
class ToggleRow : public QWidget
{
    Q_OBJECT
public:
    struct Value {
        QString text; ///< Short, such as `Mo`.
        QString name; ///< In full, for tool tips and screen readers.
    };
    ToggleRow(const QString &name, const QList<Value> &values, QWidget *parent = nullptr);

    /// Bit n is the n-th value.
    void setBits(quint32 bits);
    [[nodiscard]] quint32 bits() const;

Q_SIGNALS:
    /// By mouse or key, not by setBits().
    void edited(quint32 bits);

private:
    QList<QToolButton *> m_buttons;
};

} // namespace eph::ui
