// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/explain.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTreeWidget;

namespace eph::ui {

/// The next runs of a schedule, in UTC and on its own clock, what they cost, and what may surprise.
class NextRuns : public QWidget
{
    Q_OBJECT
public:
    explicit NextRuns(QWidget *parent = nullptr);

    void show(const schedule::FireTimes &times, schedule::Instant now, const QString &cost);
    void clear();

private:
    void fill();
    void fillRemarks();

    std::optional<schedule::FireTimes> m_times;
    schedule::Instant m_now;
    QComboBox *m_count;
    QTreeWidget *m_list;
    QLabel *m_cost;
    QLabel *m_remarks;
};

} // namespace eph::ui
