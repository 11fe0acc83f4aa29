// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace eph::ui {

/// Draws a row of numbers as small bars, the largest as high as the cell.
class SparklineDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    static constexpr int ValuesRole = Qt::UserRole + 10; ///< A list of numbers.

    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace eph::ui
