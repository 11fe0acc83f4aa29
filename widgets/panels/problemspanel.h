// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"

#include <QWidget>

class QStackedWidget;
class QTreeWidget;

namespace eph::ui {

class StatePage;

/// Everything wrong that can be pointed at.
class ProblemsPanel : public QWidget
{
    Q_OBJECT
public:
    explicit ProblemsPanel(QWidget *parent = nullptr);

    void setFindings(const Findings &findings, const QString &projectFolder);
    /// Selects the next one and asks for its place.
    void goToNext();
    [[nodiscard]] int count() const { return int(m_findings.size()); }

Q_SIGNALS:
    void placeRequested(const QString &file, int line, int column);

private:
    void activate(int index);
    void refreshIcons();

    Findings m_findings;
    QStackedWidget *m_stack;
    QTreeWidget *m_list;
    StatePage *m_state;
};

} // namespace eph::ui
