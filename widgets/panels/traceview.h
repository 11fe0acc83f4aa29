// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/requeststory.h"

#include <QWidget>

namespace eph::ui {

/// Invocations that one thing caused, each as a bar in their common time.
class TraceView : public QWidget
{
    Q_OBJECT
public:
    explicit TraceView(QWidget *parent = nullptr);

    /// `current` is the one that is told about.
    void setTrace(const QList<services::TraceSpan> &spans, const QByteArray &current);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

Q_SIGNALS:
    void requestChosen(const QByteArray &requestId);

private:
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] qsizetype spanAt(int y) const;

    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

    QList<services::TraceSpan> m_spans;
    QByteArray m_current;
};

} // namespace eph::ui
