// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logview/logview.h"

#include "core/logs/logarchive.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int Padding = 8;
/// A longer line is cut when painted; copying gives all of it.
constexpr int MaxPaintedCharacters = 2000;
constexpr int TimeCharacters = 13;
/// The window has its thread back after this long.
constexpr qint64 FilterMs = 8;
constexpr qint64 FilterLines = 500;

Token tokenFor(const logs::Line &line)
{
    const logs::LineFields fields = logs::fieldsOf(line.text);
    if (fields.level >= logs::Level::Error || line.text.contains("\tStatus: error") || line.text.contains("\tStatus: timeout"))
        return Token::Bad;
    if (fields.level == logs::Level::Warn)
        return Token::Warning;
    if (line.source == logs::Source::Platform)
        return fields.kind == logs::LineKind::InitStart ? Token::Cold : Token::Muted;
    return Token::Text;
}

} // namespace

LogView::LogView(QWidget *parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Log lines"));
    viewport()->setCursor(Qt::IBeamCursor);
    m_poll.setInterval(50ms);
    connect(&m_poll, &QTimer::timeout, this, &LogView::refresh);
    m_goOn.setSingleShot(true);
    m_goOn.setInterval(0);
    connect(&m_goOn, &QTimer::timeout, this, &LogView::refresh);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        const bool atEnd = value >= verticalScrollBar()->maximum();
        if (atEnd != m_following)
            setFollowing(atEnd);
        viewport()->update();
    });
    connect(&theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void LogView::setSource(const logs::LogSource *source)
{
    m_source = source;
    m_poll.start();
    reset();
}

void LogView::setFilter(const QString &function, const logs::LogQuery &query)
{
    m_function = function;
    m_query = query;
    m_scratch = std::make_unique<logs::LogQuery::Scratch>(m_query);
    reset();
}

void LogView::reset()
{
    m_matching.clear();
    m_filteredUpTo = 0;
    m_range = {};
    m_anchor = -1;
    m_caret = -1;
    updateScrollBars();
    refresh();
    viewport()->update();
}

void LogView::setFollowing(bool following)
{
    if (std::exchange(m_following, following) != following)
        Q_EMIT followingChanged(following);
    if (following)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

bool LogView::matches(const logs::Line &line) const
{
    if (!m_function.isEmpty() && line.function != m_function)
        return false;
    if (m_query.isEmpty())
        return true;
    // As it is kept, so that the same query finds the same line among all runs.
    QByteArray kept;
    logs::appendArchiveLine(kept, line);
    kept.chop(1);
    return m_query.wants(kept, logs::fieldsOf(kept), *m_scratch);
}

bool LogView::filterSome(logs::LogSource::Range now)
{
    QElapsedTimer timer;
    timer.start();
    m_filteredUpTo = std::max(m_filteredUpTo, now.first);
    while (m_filteredUpTo < now.end && !timer.hasExpired(FilterMs)) {
        const qint64 next = std::min(m_filteredUpTo + FilterLines, now.end);
        m_matching += m_source->find({m_filteredUpTo, next}, [this](const logs::Line &line) { return matches(line); });
        m_filteredUpTo = next;
    }
    return m_filteredUpTo >= now.end;
}

void LogView::refresh()
{
    if (!m_source)
        return;
    const logs::LogSource::Range now = m_source->range();
    const bool filtered = isFiltered();
    if (now.first == m_range.first && now.end == m_range.end && (!filtered || m_filteredUpTo >= now.end))
        return;
    if (filtered) {
        if (!filterSome(now))
            m_goOn.start();
        const auto gone = std::lower_bound(m_matching.begin(), m_matching.end(), now.first);
        m_matching.erase(m_matching.begin(), gone);
    }
    // Who reads keeps the lines in view while older ones are dropped.
    const qint64 dropped = filtered || m_following ? 0 : now.first - m_range.first;
    m_range = now;
    updateScrollBars();
    if (dropped > 0) {
        const QSignalBlocker quiet(verticalScrollBar());
        verticalScrollBar()->setValue(int(std::max<qint64>(0, verticalScrollBar()->value() - dropped)));
    }
    viewport()->update();
    Q_EMIT contentChanged();
}

qint64 LogView::shownLines() const
{
    return isFiltered() ? m_matching.size() : m_range.end - m_range.first;
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
    verticalScrollBar()->setRange(0, int(std::max<qint64>(0, shownLines() - page)));
    if (follow)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(QFontMetrics(Theme::codeFont()).averageCharWidth() * 4);
    horizontalScrollBar()->setRange(0, std::max(0, m_widest - viewport()->width()));
}

qint64 LogView::numberAt(qint64 row) const
{
    if (isFiltered())
        return row >= 0 && row < m_matching.size() ? m_matching.at(row) : -1;
    return row >= 0 && m_range.first + row < m_range.end ? m_range.first + row : -1;
}

qint64 LogView::rowAt(int y) const
{
    return verticalScrollBar()->value() + y / rowHeight();
}

QList<logs::Line> LogView::visibleLines() const
{
    const qint64 first = verticalScrollBar()->value();
    const qint64 count = viewport()->height() / rowHeight() + 1;
    if (!isFiltered())
        return m_source->lines(m_range.first + first, count);
    QList<logs::Line> lines;
    for (qint64 row = first; row < std::min<qint64>(first + count, m_matching.size()); ++row)
        lines << m_source->lines(m_matching.at(row), 1);
    return lines;
}

void LogView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme().color(Token::Surface));
    if (!m_source)
        return;
    const QFont font = Theme::codeFont();
    const QFontMetrics metrics(font);
    painter.setFont(font);
    const int height = rowHeight();
    const int timeWidth = metrics.horizontalAdvance(QString(TimeCharacters, u'0'));
    const QList<logs::Line> lines = visibleLines();
    const qint64 firstRow = verticalScrollBar()->value();
    int functionWidth = 0;
    for (const logs::Line &line : lines)
        functionWidth = std::max(functionWidth, metrics.horizontalAdvance(line.function.left(24)));
    const int textLeft = Padding + timeWidth + functionWidth + 2 * Padding;
    const int scrolled = horizontalScrollBar()->value();
    int widest = m_widest;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const logs::Line &line = lines.at(i);
        const int top = int(i) * height;
        const qint64 number = numberAt(firstRow + i);
        if (number >= std::min(m_anchor, m_caret) && number <= std::max(m_anchor, m_caret) && m_anchor >= 0)
            painter.fillRect(0, top, viewport()->width(), height, theme().color(Token::Selection));
        const int base = top + metrics.ascent() + 1;
        painter.setPen(theme().color(Token::Muted));
        if (line.epochMs >= 0)
            painter.drawText(Padding - scrolled, base, QDateTime::fromMSecsSinceEpoch(line.epochMs).toString(u"HH:mm:ss.zzz"_s));
        painter.drawText(Padding + timeWidth - scrolled, base, line.function.left(24));
        painter.setPen(theme().color(tokenFor(line)));
        QString text = QString::fromUtf8(line.text.left(MaxPaintedCharacters));
        text.replace(u'\t', "  "_L1).replace(u'\r', u' ').replace(u'\v', u' ');
        painter.drawText(textLeft - scrolled, base, text);
        int right = textLeft + metrics.horizontalAdvance(text) + Padding;
        if (const QString said = remark ? remark(line) : QString(); !said.isEmpty()) {
            painter.setPen(theme().color(Token::Accent));
            painter.drawText(right - scrolled, base, said);
            right += metrics.horizontalAdvance(said) + Padding;
        }
        widest = std::max(widest, right);
    }
    if (std::exchange(m_widest, widest) != widest)
        QMetaObject::invokeMethod(this, &LogView::updateScrollBars, Qt::QueuedConnection);
}

void LogView::resizeEvent(QResizeEvent *)
{
    updateScrollBars();
}

void LogView::mousePressEvent(QMouseEvent *event)
{
    const qint64 number = numberAt(rowAt(int(event->position().y())));
    m_caret = number;
    if (!event->modifiers().testFlag(Qt::ShiftModifier) || m_anchor < 0)
        m_anchor = number;
    viewport()->update();
}

void LogView::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton))
        return;
    if (const qint64 number = numberAt(rowAt(int(event->position().y()))); number >= 0)
        m_caret = number;
    viewport()->update();
}

void LogView::mouseDoubleClickEvent(QMouseEvent *event)
{
    activate(numberAt(rowAt(int(event->position().y()))));
}

void LogView::activate(qint64 number)
{
    const QList<logs::Line> line = number >= 0 ? m_source->lines(number, 1) : QList<logs::Line>();
    if (!line.isEmpty())
        Q_EMIT lineActivated(QString::fromUtf8(line.first().text));
}

qint64 LogView::rowOf(qint64 number) const
{
    if (!isFiltered())
        return number - m_range.first;
    return std::lower_bound(m_matching.cbegin(), m_matching.cend(), number) - m_matching.cbegin();
}

void LogView::moveCaret(qint64 rows, bool extend)
{
    if (shownLines() == 0)
        return;
    QScrollBar *bar = verticalScrollBar();
    const qint64 from = m_caret >= 0 ? rowOf(m_caret) : bar->value() - (rows > 0 ? 1 : -bar->pageStep());
    const qint64 row = std::clamp<qint64>(from + rows, 0, shownLines() - 1);
    m_caret = numberAt(row);
    if (!extend || m_anchor < 0)
        m_anchor = m_caret;
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
        m_anchor = numberAt(0);
        m_caret = numberAt(shownLines() - 1);
        return viewport()->update();
    }
    QScrollBar *sideways = horizontalScrollBar();
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
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

void LogView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Mouse) {
        m_caret = numberAt(rowAt(event->pos().y()));
        if (m_caret < std::min(m_anchor, m_caret) || m_anchor < 0)
            m_anchor = m_caret;
        viewport()->update();
    }
    const QList<logs::Line> line = m_caret >= 0 ? m_source->lines(m_caret, 1) : QList<logs::Line>();
    auto *menu = new QMenu(this);
    menu->setObjectName(u"logMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto choose = [&](const QString &text, const QString &query) {
        menu->addAction(text, this, [this, query] { Q_EMIT queryChosen(query); });
    };
    if (!line.isEmpty() && !line.first().requestId.isEmpty())
        choose(tr("Only this request"), u"request:"_s + QString::fromLatin1(line.first().requestId));
    if (!line.isEmpty() && !line.first().function.isEmpty())
        choose(tr("Only “%1”").arg(line.first().function), u"function:"_s + line.first().function);
    if (!line.isEmpty() && !line.first().environment.isEmpty())
        choose(tr("Only this environment"), u"stream:"_s + line.first().environment);
    if (!menu->isEmpty())
        menu->addSeparator();
    menu->addAction(tr("Copy"), QKeySequence::Copy, this, &LogView::copy)->setEnabled(!selectedText().isEmpty());
    menu->popup(event->globalPos());
}

QString LogView::selectedText() const
{
    QStringList all;
    if (m_anchor < 0 || m_caret < 0)
        return {};
    const qint64 from = std::min(m_anchor, m_caret);
    const qint64 to = std::max(m_anchor, m_caret);
    const QList<logs::Line> lines = m_source->lines(from, to - from + 1);
    for (const logs::Line &line : lines) {
        if (!isFiltered() || matches(line))
            all << QString::fromUtf8(line.text);
    }
    return all.join(u'\n');
}

void LogView::copy() const
{
    if (const QString text = selectedText(); !text.isEmpty())
        QApplication::clipboard()->setText(text);
}

} // namespace eph::ui
