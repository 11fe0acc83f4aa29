// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logview/logview.h"

#include "widgets/common/theme.h"
#include "widgets/logview/logminimap.h"
#include "widgets/logview/logtext.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int Gutter = 16;
constexpr int Padding = 8;
constexpr qsizetype FunctionCharacters = 24;
constexpr qsizetype RequestCharacters = 8;
/// So many lines are looked at for the next error before it is enough for one key.
constexpr qint64 MostSoughtLines = 400'000;

/// Whether there may be something to open, at a glance.
[[nodiscard]] bool mayOpen(const logs::Line &line)
{
    return line.text.contains('\v') || line.text.contains('\n') || (line.text.endsWith('}') && line.text.contains('{'));
}

} // namespace

LogView::LogView(QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_minimap(new LogMinimap(this))
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Log lines"));
    setViewportMargins(0, 0, LogMinimap::Width, 0);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setMouseTracking(true);
    // Each paint fills all of it; nobody need do that before.
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    m_minimap->setObjectName(u"logMinimap"_s);
    m_poll.setInterval(50ms);
    connect(&m_poll, &QTimer::timeout, this, &LogView::refresh);
    m_goOn.setSingleShot(true);
    m_goOn.setInterval(0);
    connect(&m_goOn, &QTimer::timeout, this, &LogView::refresh);
    connect(m_minimap, &LogMinimap::jumped, this, [this](double share) { verticalScrollBar()->setValue(int(share * double(m_rows.rowCount())) - verticalScrollBar()->pageStep() / 2); });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        const bool atEnd = value >= verticalScrollBar()->maximum();
        if (atEnd != m_following)
            setFollowing(atEnd);
        updateMinimap();
        viewport()->update();
    });
    connect(&theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    connect(&theme(), &Theme::changed, m_minimap, qOverload<>(&QWidget::update));
}

void LogView::setSource(const logs::LogSource *source)
{
    m_rows.setSource(source);
    m_poll.start();
    reset();
}

void LogView::setFilter(const LogFilter &filter)
{
    m_rows.setFilter(filter);
    reset();
}

void LogView::reset()
{
    m_rows.reset();
    // The first lines are to be there at once.
    m_poll.setInterval(5ms);
    m_sinceReset.start();
    m_anchor = -1;
    m_caret = -1;
    m_bookmarks.clear();
    m_widest = 0;
    updateScrollBars();
    refresh();
    updateMinimap();
    viewport()->update();
}

void LogView::setColumns(const QList<LogColumn> &columns)
{
    m_columns = columns;
    viewport()->update();
}

void LogView::setFollowing(bool following)
{
    if (std::exchange(m_following, following) != following)
        Q_EMIT followingChanged(following);
    if (following)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void LogView::refresh()
{
    constexpr qint64 EagerMs = 2000;
    if (m_poll.intervalAsDuration() != 50ms && (shownLines() > 0 || m_sinceReset.hasExpired(EagerMs)))
        m_poll.setInterval(50ms);
    const LogRows::Change change = m_rows.update();
    if (!change.any)
        return;
    if (change.more)
        m_goOn.start();
    updateScrollBars();
    // Who reads keeps the lines in view while older ones are dropped.
    if (change.droppedRows > 0 && !m_following) {
        const QSignalBlocker quiet(verticalScrollBar());
        verticalScrollBar()->setValue(int(std::max<qint64>(0, verticalScrollBar()->value() - change.droppedRows)));
    }
    m_minimap->setOverview(m_rows.overview(), m_rows.goneLines());
    updateMinimap();
    viewport()->update();
    Q_EMIT contentChanged();
}

int LogView::rowHeight() const
{
    return QFontMetrics(Theme::codeFont()).height() + 2;
}

void LogView::updateScrollBars()
{
    const qint64 page = std::max(1, viewport()->height() / rowHeight());
    const bool follow = m_following;
    const QSignalBlocker quiet(verticalScrollBar());
    verticalScrollBar()->setPageStep(int(page));
    verticalScrollBar()->setRange(0, int(std::max<qint64>(0, m_rows.rowCount() - page)));
    if (follow)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(QFontMetrics(Theme::codeFont()).averageCharWidth() * 4);
    horizontalScrollBar()->setRange(0, std::max(0, m_widest - viewport()->width()));
}

void LogView::updateMinimap()
{
    const double rows = std::max(1.0, double(m_rows.rowCount()));
    m_minimap->setSeen(verticalScrollBar()->value() / rows, std::min(1.0, (verticalScrollBar()->value() + verticalScrollBar()->pageStep()) / rows));
    QList<double> shares;
    for (const qint64 number : std::as_const(m_bookmarks))
        shares << double(m_rows.rowOf(number)) / rows;
    m_minimap->setBookmarks(shares);
}

qint64 LogView::rowAt(int y) const
{
    return verticalScrollBar()->value() + y / rowHeight();
}

QList<logs::Line> LogView::visibleLines(qint64 first, qint64 count) const
{
    // Lines that follow each other are fetched together.
    QList<logs::Line> lines;
    qint64 begin = -1;
    qint64 end = -1;
    const auto fetch = [&] {
        if (begin >= 0)
            lines += m_rows.source()->lines(begin, end - begin);
    };
    for (qint64 row = first; row < first + count; ++row) {
        const LogRows::Row at = m_rows.at(row);
        if (at.number < 0)
            break;
        if (at.number == end - 1)
            continue;
        if (at.number != end) {
            fetch();
            begin = at.number;
        }
        end = at.number + 1;
    }
    fetch();
    return lines;
}

QString LogView::columnText(LogColumn column, const logs::Line &line, const logs::LineFields &fields) const
{
    switch (column) {
    case LogColumn::Time: return line.epochMs < 0 ? QString() : clockText(line.epochMs);
    case LogColumn::Function: return line.function.left(FunctionCharacters);
    case LogColumn::Request: return QString::fromLatin1(line.requestId.left(RequestCharacters));
    case LogColumn::Level: return fields.level == logs::Level::None ? QString() : logs::levelName(fields.level);
    case LogColumn::Duration: return fields.durationMs < 0 ? QString() : QLocale().toString(fields.durationMs, 'f', 1) + " ms"_L1;
    case LogColumn::Cost: return cost ? cost(line) : QString();
    }
    return {};
}

LogView::Layout LogView::layoutFor(const QList<logs::Line> &lines) const
{
    const QFontMetrics metrics(Theme::codeFont());
    Layout layout;
    int left = Gutter;
    for (const LogColumn column : m_columns) {
        int width = 0;
        if (column == LogColumn::Time)
            width = metrics.horizontalAdvance(u"00:00:00.000"_s);
        else if (column == LogColumn::Request)
            width = metrics.horizontalAdvance(QString(RequestCharacters, u'0'));
        else {
            for (const logs::Line &line : lines)
                width = std::max(width, widthOf(columnText(column, line, column == LogColumn::Function || column == LogColumn::Cost ? logs::LineFields() : logs::fieldsOf(line.text)), metrics));
        }
        layout.lefts << left;
        layout.widths << width;
        left += width > 0 ? width + Padding : 0;
    }
    layout.text = left;
    return layout;
}

int LogView::paintLine(QPainter &painter, const logs::Line &line, qint64 number, int top, const Layout &layout) const
{
    const QFontMetrics metrics(painter.font());
    const int height = rowHeight();
    const int scrolled = horizontalScrollBar()->value();
    const int base = top + metrics.ascent() + 1;
    const logs::LineFields fields = logs::fieldsOf(line.text);
    if (!line.requestId.isEmpty())
        painter.fillRect(-scrolled, top, 3, height, theme().tint(qHash(line.requestId)));
    if (m_bookmarks.contains(number))
        painter.fillRect(QRect(4 - scrolled, top + 2, 4, height - 4), theme().color(Token::Accent));
    if (mayOpen(line)) {
        painter.setPen(theme().color(Token::Muted));
        painter.drawText(8 - scrolled, base, m_rows.isOpen(number) ? u"▾"_s : u"▸"_s);
    }
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        const LogColumn column = m_columns.at(i);
        const QString text = columnText(column, line, fields);
        const int x = layout.lefts.at(i) - scrolled;
        painter.setPen(theme().color(column == LogColumn::Request || column == LogColumn::Cost ? Token::Accent : Token::Muted));
        const bool isNumber = column == LogColumn::Duration || column == LogColumn::Cost;
        drawPlainOrShaped(painter, isNumber ? x + layout.widths.at(i) - widthOf(text, metrics) : x, base, text);
    }
    painter.setPen(theme().color(tokenFor(line, fields)));
    const QString text = rowText(line, fields, {m_columns.contains(LogColumn::Time) && isOfToday(line.epochMs), m_columns.contains(LogColumn::Request), m_columns.contains(LogColumn::Level)});
    drawPlainOrShaped(painter, layout.text - scrolled, base, text);
    int right = layout.text + widthOf(text, metrics) + Padding;
    const QString money = !m_columns.contains(LogColumn::Cost) && cost ? cost(line) : QString();
    if (!money.isEmpty()) {
        painter.setPen(theme().color(Token::Accent));
        drawPlainOrShaped(painter, right - scrolled, base, money);
        right += widthOf(money, metrics) + Padding;
    }
    return right;
}

int LogView::paintPart(QPainter &painter, const QString &part, int top, const Layout &layout) const
{
    const QFontMetrics metrics(painter.font());
    const int base = top + metrics.ascent() + 1;
    int x = layout.text + 2 * Padding - horizontalScrollBar()->value();
    const QString text = part.left(MaxPaintedCharacters);
    const qsizetype key = text.trimmed().startsWith(u'"') ? text.indexOf("\": "_L1) + 1 : 0;
    if (key > 0) {
        painter.setPen(theme().color(Token::Accent));
        drawPlainOrShaped(painter, x, base, text.left(key));
        x += metrics.horizontalAdvance(text.left(key));
    }
    painter.setPen(theme().color(Token::Text));
    drawPlainOrShaped(painter, x, base, text.mid(key));
    return layout.text + 3 * Padding + metrics.horizontalAdvance(text);
}

void LogView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme().color(Token::Surface));
    if (!m_rows.source())
        return;
    painter.setFont(Theme::codeFont());
    const int height = rowHeight();
    const qint64 first = verticalScrollBar()->value();
    const qint64 count = viewport()->height() / height + 1;
    const QList<logs::Line> lines = visibleLines(first, count);
    m_layout = layoutFor(lines);
    int widest = m_widest;
    qsizetype next = -1; // Of the lines.
    qint64 before = -1;
    for (qint64 row = first; row < first + count; ++row) {
        const LogRows::Row at = m_rows.at(row);
        if (at.number < 0)
            break;
        if (std::exchange(before, at.number) != at.number)
            ++next;
        if (next >= lines.size())
            break;
        const int top = int(row - first) * height;
        if (m_anchor >= 0 && at.number >= std::min(m_anchor, m_caret) && at.number <= std::max(m_anchor, m_caret))
            painter.fillRect(0, top, viewport()->width(), height, theme().color(Token::Selection));
        widest = std::max(widest, at.part < 0 ? paintLine(painter, lines.at(next), at.number, top, m_layout) : paintPart(painter, m_rows.part(at), top, m_layout));
    }
    if (std::exchange(m_widest, widest) != widest)
        QMetaObject::invokeMethod(this, &LogView::updateScrollBars, Qt::QueuedConnection);
}

void LogView::resizeEvent(QResizeEvent *)
{
    const QRect inner = viewport()->geometry();
    m_minimap->setGeometry(inner.right() + 1, inner.top(), LogMinimap::Width, inner.height());
    updateScrollBars();
    updateMinimap();
}

std::optional<logs::Line> LogView::lineOf(qint64 number) const
{
    const QList<logs::Line> found = m_rows.line(number);
    return found.isEmpty() ? std::nullopt : std::optional(found.first());
}

void LogView::mousePressEvent(QMouseEvent *event)
{
    const qint64 number = m_rows.at(rowAt(int(event->position().y()))).number;
    m_caret = number;
    if (!event->modifiers().testFlag(Qt::ShiftModifier) || m_anchor < 0)
        m_anchor = number;
    viewport()->update();
}

void LogView::mouseMoveEvent(QMouseEvent *event)
{
    const int x = int(event->position().x()) + horizontalScrollBar()->value();
    const qsizetype request = m_columns.indexOf(LogColumn::Request);
    const bool onRequest = request >= 0 && request < m_layout.lefts.size() && x >= m_layout.lefts.at(request) && x < m_layout.lefts.at(request) + m_layout.widths.at(request);
    viewport()->setCursor(onRequest || x < Gutter ? Qt::PointingHandCursor : Qt::IBeamCursor);
    if (!(event->buttons() & Qt::LeftButton))
        return;
    if (const qint64 number = m_rows.at(rowAt(int(event->position().y()))).number; number >= 0)
        m_caret = number;
    viewport()->update();
}

void LogView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_anchor != m_caret || viewport()->cursor().shape() != Qt::PointingHandCursor)
        return;
    if (event->position().x() + horizontalScrollBar()->value() < Gutter)
        return toggleOpen();
    if (const auto line = lineOf(m_caret); line && !line->requestId.isEmpty())
        Q_EMIT requestChosen(line->requestId);
}

void LogView::mouseDoubleClickEvent(QMouseEvent *event)
{
    activate(m_rows.at(rowAt(int(event->position().y()))).number);
}

void LogView::activate(qint64 number)
{
    if (const auto line = lineOf(number))
        Q_EMIT lineActivated(QString::fromUtf8(line->text));
}

void LogView::toggleOpen()
{
    if (m_caret < 0 || !m_rows.toggle(m_caret))
        return;
    // What was opened at the end is to be seen.
    if (m_following)
        setFollowing(false);
    updateScrollBars();
    if (m_rows.isOpen(m_caret)) {
        // All of it, and where it is too long its beginning.
        QScrollBar *bar = verticalScrollBar();
        const qint64 row = m_rows.rowOf(m_caret);
        const qint64 end = row + 1 + m_rows.partCount(m_caret);
        if (end > bar->value() + bar->pageStep())
            bar->setValue(int(std::min(row, end - bar->pageStep())));
    }
    updateMinimap();
    viewport()->update();
}

void LogView::toggleBookmark()
{
    if (m_caret < 0)
        return;
    if (!m_bookmarks.remove(m_caret))
        m_bookmarks.insert(m_caret);
    updateMinimap();
    viewport()->update();
}

void LogView::goToBookmark(Direction direction)
{
    QList<qint64> numbers = m_bookmarks.values();
    std::sort(numbers.begin(), numbers.end());
    if (numbers.isEmpty())
        return;
    if (direction == Direction::Forwards) {
        const auto next = std::upper_bound(numbers.cbegin(), numbers.cend(), m_caret);
        return showLine(next == numbers.cend() ? numbers.first() : *next);
    }
    const auto here = std::lower_bound(numbers.cbegin(), numbers.cend(), m_caret);
    showLine(here == numbers.cbegin() ? numbers.last() : *std::prev(here));
}

void LogView::goToTrouble(Direction direction)
{
    const qint64 count = shownLines();
    const qint64 step = direction == Direction::Forwards ? 1 : -1;
    qint64 index = m_caret >= 0 ? m_rows.indexOf(m_caret) : direction == Direction::Forwards ? -1 : count;
    for (qint64 looked = 0; looked < std::min(count, MostSoughtLines); ++looked) {
        index = (index + step + count) % count;
        const auto line = lineOf(m_rows.numberAt(index));
        if (line && logs::gravityOf(logs::fieldsOf(line->text), line->text) == logs::Gravity::Bad)
            return showLine(m_rows.numberAt(index));
    }
}

void LogView::showLine(qint64 number)
{
    m_caret = m_anchor = number;
    setFollowing(false);
    const qint64 row = m_rows.rowOf(number);
    QScrollBar *bar = verticalScrollBar();
    if (row < bar->value() || row >= bar->value() + bar->pageStep())
        bar->setValue(int(row) - bar->pageStep() / 2);
    viewport()->update();
}

void LogView::moveCaret(qint64 lines, bool extend)
{
    if (shownLines() == 0)
        return;
    QScrollBar *bar = verticalScrollBar();
    const qint64 seen = m_rows.indexOf(m_rows.at(bar->value() + (lines > 0 ? 0 : bar->pageStep() - 1)).number);
    const qint64 from = m_caret >= 0 ? m_rows.indexOf(m_caret) : seen - (lines > 0 ? 1 : -1);
    m_caret = m_rows.numberAt(std::clamp<qint64>(from + lines, 0, shownLines() - 1));
    if (!extend || m_anchor < 0)
        m_anchor = m_caret;
    const qint64 row = m_rows.rowOf(m_caret);
    if (row < bar->value())
        bar->setValue(int(row));
    else if (row >= bar->value() + bar->pageStep())
        bar->setValue(int(row) - bar->pageStep() + 1);
    viewport()->update();
}

void LogView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        return copy();
    if (event->matches(QKeySequence::SelectAll)) {
        m_anchor = m_rows.numberAt(0);
        m_caret = m_rows.numberAt(shownLines() - 1);
        return viewport()->update();
    }
    QScrollBar *sideways = horizontalScrollBar();
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    const Direction direction = extend ? Direction::Backwards : Direction::Forwards;
    const qint64 page = verticalScrollBar()->pageStep();
    switch (event->key()) {
    case Qt::Key_Up: return moveCaret(-1, extend);
    case Qt::Key_Down: return moveCaret(1, extend);
    case Qt::Key_PageUp: return moveCaret(-page, extend);
    case Qt::Key_PageDown: return moveCaret(page, extend);
    case Qt::Key_Home: return moveCaret(-shownLines(), extend);
    case Qt::Key_End: return setFollowing(true);
    case Qt::Key_Left: return sideways->setValue(sideways->value() - sideways->singleStep());
    case Qt::Key_Right: return sideways->setValue(sideways->value() + sideways->singleStep());
    case Qt::Key_Return:
    case Qt::Key_Enter: return activate(m_caret);
    case Qt::Key_Space: return toggleOpen();
    case Qt::Key_B: return toggleBookmark();
    case Qt::Key_N: return goToBookmark(direction);
    case Qt::Key_E: return goToTrouble(direction);
    case Qt::Key_R:
        if (const auto line = lineOf(m_caret); line && !line->requestId.isEmpty())
            Q_EMIT requestChosen(line->requestId);
        return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void LogView::wheelEvent(QWheelEvent *event)
{
    constexpr int AnglePerRow = 40;
    const QPoint angle = event->modifiers().testFlag(Qt::ShiftModifier) ? event->angleDelta().transposed() : event->angleDelta();
    verticalScrollBar()->setValue(verticalScrollBar()->value() - angle.y() / AnglePerRow);
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - angle.x());
}

void LogView::addFilters(QMenu &menu, const logs::Line &line)
{
    const auto choose = [&](const QString &text, const QString &query) {
        menu.addAction(text, this, [this, query] { Q_EMIT queryChosen(query); });
    };
    if (!line.requestId.isEmpty())
        choose(tr("Only this request"), u"request:"_s + QString::fromLatin1(line.requestId));
    if (!line.function.isEmpty())
        choose(tr("Only “%1”").arg(line.function), u"function:"_s + line.function);
    if (!line.environment.isEmpty())
        choose(tr("Only this environment"), u"stream:"_s + line.environment);
    if (!line.requestId.isEmpty())
        menu.addAction(tr("Story of this request"), QKeySequence(Qt::Key_R), this, [this, id = line.requestId] { Q_EMIT requestChosen(id); });
}

void LogView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Mouse) {
        m_caret = m_rows.at(rowAt(event->pos().y())).number;
        if (m_caret < std::min(m_anchor, m_caret) || m_anchor < 0)
            m_anchor = m_caret;
        viewport()->update();
    }
    const auto line = lineOf(m_caret);
    auto *menu = new QMenu(this);
    menu->setObjectName(u"logMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (line)
        addFilters(*menu, *line);
    if (!menu->isEmpty())
        menu->addSeparator();
    menu->addAction(m_rows.isOpen(m_caret) ? tr("Close what it holds") : tr("Open what it holds"), QKeySequence(Qt::Key_Space), this, &LogView::toggleOpen)->setEnabled(line && mayOpen(*line));
    menu->addAction(m_bookmarks.contains(m_caret) ? tr("Remove the bookmark") : tr("Bookmark"), QKeySequence(Qt::Key_B), this, &LogView::toggleBookmark)->setEnabled(line.has_value());
    menu->addAction(tr("Next bookmark"), QKeySequence(Qt::Key_N), this, [this] { goToBookmark(Direction::Forwards); })->setEnabled(!m_bookmarks.isEmpty());
    menu->addAction(tr("Next error"), QKeySequence(Qt::Key_E), this, [this] { goToTrouble(Direction::Forwards); });
    menu->addSeparator();
    menu->addAction(tr("Copy"), QKeySequence::Copy, this, &LogView::copy)->setEnabled(!selectedText().isEmpty());
    menu->popup(event->globalPos());
}

QString LogView::selectedText() const
{
    QStringList all;
    if (m_anchor < 0 || m_caret < 0 || !m_rows.source())
        return {};
    const qint64 from = std::min(m_anchor, m_caret);
    const qint64 to = std::max(m_anchor, m_caret);
    const QList<logs::Line> lines = m_rows.source()->lines(from, to - from + 1);
    for (const logs::Line &line : lines) {
        if (m_rows.wants(line))
            all << QString::fromUtf8(line.text).replace(u'\v', u'\n');
    }
    return all.join(u'\n');
}

QList<logs::Line> LogView::allLines() const
{
    QList<logs::Line> lines = m_rows.source() && shownLines() > 0 ? m_rows.source()->lines(m_rows.numberAt(0), m_rows.numberAt(shownLines() - 1) - m_rows.numberAt(0) + 1) : QList<logs::Line>();
    lines.removeIf([this](const logs::Line &line) { return !m_rows.wants(line); });
    return lines;
}

void LogView::copy() const
{
    if (const QString text = selectedText(); !text.isEmpty())
        QApplication::clipboard()->setText(text);
}

} // namespace eph::ui
