// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/sparkline.h"

#include "widgets/common/theme.h"

#include <QPainter>

namespace eph::ui {

void SparklineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const QVariantList values = index.data(ValuesRole).toList();
    double most = 0;
    for (const QVariant &value : values)
        most = std::max(most, value.toDouble());
    if (values.isEmpty() || most <= 0)
        return;
    constexpr int Margin = 4;
    const QRectF space = QRectF(option.rect).adjusted(Margin, Margin, -Margin, -Margin);
    const double width = space.width() / double(values.size());
    const QColor colour = theme().color(Token::Accent);
    for (qsizetype i = 0; i < values.size(); ++i) {
        const double share = values.at(i).toDouble() / most;
        // What is little is still seen.
        const double height = share > 0 ? std::max(1.0, share * space.height()) : 0;
        painter->fillRect(QRectF(space.left() + double(i) * width, space.bottom() - height, std::max(1.0, width - 1), height), colour);
    }
}

} // namespace eph::ui
