// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/firetimes.h"

#include <QWidget>

namespace eph::ui {

/// The runs of one day, or of one hour of it, a row a schedule. Times that clocks skip or show twice are marked.
class DayView : public QWidget
{
    Q_OBJECT
public:
    struct Row {
        QString name;
        QList<schedule::Instant> runs;
        std::chrono::milliseconds duration{};
        /// What a clock change of that day does to it; empty: nothing.
        QString change;
        schedule::Instant changeAt; ///< Where that is marked.
    };
    explicit DayView(QWidget *parent = nullptr);

    /// All rows' runs lie between the two moments.
    void setDay(std::shared_ptr<const schedule::Zone> zone, schedule::Instant from, schedule::Instant until, QList<Row> rows);
    /// Shows the hour that begins at that time on the wall; the whole day where clocks skip it.
    void zoomToHour(int hour);
    [[nodiscard]] bool isZoomed() const { return m_from != m_dayFrom || m_until != m_dayUntil; }
    [[nodiscard]] QSize sizeHint() const override { return {420, 130}; }

Q_SIGNALS:
    void left(); ///< By Escape, from the whole day.

private:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;
    void paintHours(QPainter &painter);
    void paintRow(QPainter &painter, int index);
    void zoomAt(schedule::Instant at);
    void zoomOut();
    [[nodiscard]] double xOf(double seconds) const;
    [[nodiscard]] schedule::Instant momentAt(double x) const;
    [[nodiscard]] double labelWidth() const;
    [[nodiscard]] double rowHeight() const;
    [[nodiscard]] double top() const;

    std::shared_ptr<const schedule::Zone> m_zone;
    schedule::Instant m_dayFrom;
    schedule::Instant m_dayUntil;
    schedule::Instant m_from;
    schedule::Instant m_until;
    QList<Row> m_rows;
};

} // namespace eph::ui
