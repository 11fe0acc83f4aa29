// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/logview/logrows.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QSet>
#include <QTimer>

class QMenu;
class QPainter;

namespace eph::ui {

class LogMinimap;

/// What can be seen of a line before its text.
enum class LogColumn { Time, Function, Request, Level, Duration, Cost };

/// The lines of a log, painted by itself: only what is visible is fetched, however many there are. Follows the end until
/// one scrolls away from it.
class LogView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit LogView(QWidget *parent = nullptr);

    /// It must outlive the view, or be replaced before it goes.
    void setSource(const logs::LogSource *source);
    void setFilter(const LogFilter &filter);
    /// The source begins anew: what is shown of it is forgotten.
    void reset();
    /// In this order.
    void setColumns(const QList<LogColumn> &columns);
    [[nodiscard]] const QList<LogColumn> &columns() const { return m_columns; }
    /// What a line cost; asked for lines that are seen. Null: nothing. Where the column is not shown it stands after the text.
    std::function<QString(const logs::Line &)> cost;
    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_following; }
    [[nodiscard]] qint64 shownLines() const { return m_rows.lineCount(); }
    [[nodiscard]] const logs::LogOverview &overview() const { return m_rows.overview(); }
    [[nodiscard]] QString selectedText() const;
    /// Of the live log, which is bounded.
    [[nodiscard]] QList<logs::Line> allLines() const;
    void copy() const;
    /// Opens the chosen line, or closes it: its JSON, or the lines that it has.
    void toggleOpen();
    void toggleBookmark();
    enum class Direction { Forwards, Backwards };
    /// To the next one from the chosen line on; at the end it begins anew.
    void goToBookmark(Direction direction);
    void goToTrouble(Direction direction);

Q_SIGNALS:
    void followingChanged(bool following);
    void contentChanged();
    /// What a person chose from a line's menu to see alone, as a query.
    void queryChosen(const QString &query);
    /// A line that names a place in code was clicked twice.
    void lineActivated(const QString &text);
    void requestChosen(const QByteArray &requestId);

private:
    /// Where the columns are, in pixels from the left.
    struct Layout {
        QList<int> lefts;
        QList<int> widths;
        int text = 0;
    };
    void refresh();
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] qint64 rowAt(int y) const;
    [[nodiscard]] QList<logs::Line> visibleLines(qint64 first, qint64 count) const;
    [[nodiscard]] Layout layoutFor(const QList<logs::Line> &lines) const;
    [[nodiscard]] QString columnText(LogColumn column, const logs::Line &line, const logs::LineFields &fields) const;
    /// Gives the width that was painted.
    [[nodiscard]] int paintLine(QPainter &painter, const logs::Line &line, qint64 number, int top, const Layout &layout) const;
    [[nodiscard]] int paintPart(QPainter &painter, const QString &part, int top, const Layout &layout) const;
    void updateScrollBars();
    void updateMinimap();
    /// Moves the caret by lines; brings it into view.
    void moveCaret(qint64 lines, bool extend);
    void showLine(qint64 number);
    void activate(qint64 number);
    [[nodiscard]] std::optional<logs::Line> lineOf(qint64 number) const;
    void addFilters(QMenu &menu, const logs::Line &line);

    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

    LogRows m_rows;
    QList<LogColumn> m_columns{LogColumn::Time, LogColumn::Request, LogColumn::Function};
    Layout m_layout; ///< As it was painted last.
    LogMinimap *m_minimap;
    bool m_following = true;
    qint64 m_anchor = -1; ///< Line numbers of the selection.
    qint64 m_caret = -1;
    QSet<qint64> m_bookmarks;
    int m_widest = 0; ///< Pixels of the widest line seen since the last reset.
    QElapsedTimer m_sinceReset;
    QTimer m_poll;
    QTimer m_goOn; ///< Looks at more lines once the window has done what waits.
};

} // namespace eph::ui
