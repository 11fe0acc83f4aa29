// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/burst.h"

#include <QWidget>

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

    QList<services::HistogramBar> m_bars;
    int m_most = 1;
};

} // namespace eph::ui
