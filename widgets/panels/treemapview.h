// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace eph::ui {

/// Names with sizes as areas, the largest first; the arrow keys go from one to the next.
class TreemapView : public QWidget
{
    Q_OBJECT
public:
    struct Item {
        QString name;
        double size = 0;
        QString told; ///< In words, for tool tip and screen reader.
    };

    explicit TreemapView(QWidget *parent = nullptr);

    /// Sorted by size, the largest first.
    void setItems(const QList<Item> &items);
    [[nodiscard]] QSize sizeHint() const override { return {420, 200}; }

Q_SIGNALS:
    void currentChanged(int index);

private:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;
    void arrange();
    void choose(int index);
    [[nodiscard]] int at(const QPointF &place) const;

    QList<Item> m_items;
    QList<QRectF> m_places;
    int m_current = -1;
};

} // namespace eph::ui
