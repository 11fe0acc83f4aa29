// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/burst.h"

#include <QWidget>

class QPainter;

namespace eph::ui {

/// How long the invocations of a burst took, warm and cold ones apart.
class HistogramView : public QWidget
{
    Q_OBJECT
public:
    explicit HistogramView(QWidget *parent = nullptr);

    void setResult(const services::BurstResult &result);
    [[nodiscard]] QSize sizeHint() const override { return {260, 120}; }

private:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    [[nodiscard]] QRectF barRect(qsizetype index) const;
    /// Of a latency, along the bars.
    [[nodiscard]] double placeOf(double ms) const;
    void drawAxis(QPainter &painter) const;
    void drawMarks(QPainter &painter) const;

    QList<services::HistogramBar> m_bars;
    double m_half = 0; ///< Half of them within so many ms.
    double m_most95 = 0; ///< 95 % of them.
    int m_most = 1;
};

} // namespace eph::ui
