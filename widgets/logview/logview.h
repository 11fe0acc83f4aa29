// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logquery.h"
#include "core/logs/logsource.h"

#include <QAbstractScrollArea>
#include <QTimer>

namespace eph::ui {

/// The lines of a log, painted by itself: only what is visible is fetched, however many there are. Follows the end until
/// one scrolls away from it.
class LogView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit LogView(QWidget *parent = nullptr);

    /// It must outlive the view, or be replaced before it goes.
    void setSource(const logs::LogSource *source);
    /// Shows lines of this function that the query wants; an empty name and an empty query show all.
    void setFilter(const QString &function, const logs::LogQuery &query);
    /// The source begins anew: what is shown of it is forgotten.
    void reset();
    /// What is to be said after a line, such as its price; asked for lines that are seen. Null: nothing.
    std::function<QString(const logs::Line &)> remark;
    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_following; }
    [[nodiscard]] qint64 shownLines() const;
    [[nodiscard]] QString selectedText() const;
    void copy() const;

Q_SIGNALS:
    void followingChanged(bool following);
    void contentChanged();
    /// What a person chose from a line's menu to see alone, as a query.
    void queryChosen(const QString &query);
    /// A line that names a place in code was clicked twice.
    void lineActivated(const QString &text);

private:
    void refresh();
    /// Looks at lines for a few milliseconds; false when there are more.
    [[nodiscard]] bool filterSome(logs::LogSource::Range now);
    [[nodiscard]] QList<logs::Line> visibleLines() const;
    [[nodiscard]] qint64 numberAt(qint64 row) const;
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] qint64 rowAt(int y) const;
    [[nodiscard]] bool isFiltered() const { return !m_function.isEmpty() || !m_query.isEmpty(); }
    [[nodiscard]] bool matches(const logs::Line &line) const;
    void updateScrollBars();
    /// Moves the caret by rows; brings it into view.
    void moveCaret(qint64 rows, bool extend);
    void activate(qint64 number);
    [[nodiscard]] qint64 rowOf(qint64 number) const;

    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

    const logs::LogSource *m_source = nullptr;
    logs::LogSource::Range m_range;
    QList<qint64> m_matching; ///< Line numbers, when filtered.
    qint64 m_filteredUpTo = 0;
    QString m_function;
    logs::LogQuery m_query;
    std::unique_ptr<logs::LogQuery::Scratch> m_scratch;
    bool m_following = true;
    qint64 m_anchor = -1; ///< Line numbers of the selection.
    qint64 m_caret = -1;
    int m_widest = 0; ///< Pixels of the widest line seen so far.
    QTimer m_poll;
    QTimer m_goOn; ///< Looks at more lines once the window has done what waits.
};

} // namespace eph::ui
