// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/lanestore.h"
#include "widgets/common/theme.h"

#include <QAbstractScrollArea>
#include <QTimer>

namespace eph::ui {

/// The lives of environments along a line of time: a row each, a bar for each thing that it did. Paints what is seen only.
/// Ctrl and the wheel, + and - change the scale; dragging or the arrow keys leave the present, End goes back to it.
class LanesView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit LanesView(const runtime::LaneStore &store, QWidget *parent = nullptr);

    /// How much time fits into the view, seconds.
    [[nodiscard]] double seconds() const { return m_seconds; }
    void setSeconds(double seconds);
    /// Stands still with the last so many seconds in view, until something runs again.
    void hold(double seconds);
    /// Goes with the present.
    void follow();
    /// Brings an invocation into view, and frames it. False where its lane is forgotten.
    bool showRequest(const QByteArray &requestId);
    [[nodiscard]] bool follows() const { return m_follows; }
    [[nodiscard]] QString summary() const;
    /// What such a span is painted in.
    [[nodiscard]] static Token colorOf(runtime::LanePhase phase, bool failed = false);

Q_SIGNALS:
    void changed();
    void followsChanged(bool follows);

private:
    void refresh();
    void updateScrollBar();
    void zoom(double factor);
    void setEnd(double endMs, bool follows);
    /// Whether something has begun to run after that.
    [[nodiscard]] bool runsSince(double ms) const;
    /// Arriving at the present is going with it.
    void scrollBy(double ms);
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int labelWidth() const;
    [[nodiscard]] double nowMs() const;
    [[nodiscard]] double endMs() const { return m_follows ? nowMs() : m_endMs; }
    [[nodiscard]] double xOf(double ms) const;
    void paintAxis(QPainter &painter) const;
    void paintLane(QPainter &painter, const runtime::Lane &lane, const QRect &row) const;
    void paintSpan(QPainter &painter, const runtime::LaneSpan &span, const QRectF &bar) const;
    [[nodiscard]] QString tipAt(const QPoint &point) const;

    bool event(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

    const runtime::LaneStore &m_store;
    QList<runtime::Lane> m_lanes; ///< Newest first.
    quint64 m_revision = 0;
    QTimer m_tick;
    double m_seconds = 10;
    bool m_follows = true;
    double m_endMs = 0; ///< At the right edge, unless it follows the present.
    double m_secondsBefore = 10; ///< It was told to hold.
    double m_heldAtMs = -1; ///< When it was told to hold, and nobody has moved it since.
    QPoint m_dragFrom;
    QByteArray m_framed; ///< The request that somebody asked for.
};

} // namespace eph::ui
