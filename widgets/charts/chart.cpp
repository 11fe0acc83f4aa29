// SPDX-License-Identifier: GPL-3.0-or-later
#include <qcustomplot.h>

#include "widgets/charts/chart.h"

#include "widgets/common/elidedlabel.h"

#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostMarks = 5;

/// Writes the marks of an axis as people of that quantity do.
class Ticker : public QCPAxisTicker
{
public:
    explicit Ticker(Chart::Format format, std::vector<double> fixed = {})
        : m_format(std::move(format))
        , m_fixed(std::move(fixed))
    {
        setTickCount(MostMarks);
    }

private:
    QString getTickLabel(double tick, const QLocale &locale, QChar, int) override { return m_format ? m_format(tick) : locale.toString(tick); }
    QVector<double> createTickVector(double step, const QCPRange &range) override
    {
        if (m_fixed.empty())
            return QCPAxisTicker::createTickVector(step, range);
        return QVector<double>(m_fixed.begin(), m_fixed.end());
    }

    Chart::Format m_format;
    std::vector<double> m_fixed;
};

QVector<double> vectorOf(const std::vector<double> &values)
{
    return QVector<double>(values.begin(), values.end());
}

constexpr int MaxTableRows = 2000;

} // namespace

Chart::Chart(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_title(title)
    , m_stack(new QStackedWidget)
    , m_plot(new QCustomPlot)
    , m_table(new QTableWidget)
    , m_values(new ElidedLabel)
{
    m_plot->setObjectName(u"chartPlot"_s);
    m_plot->setAccessibleName(title);
    m_plot->setFocusPolicy(Qt::StrongFocus);
    m_plot->setMinimumSize(120, 90);
    m_plot->setMouseTracking(true);
    m_plot->installEventFilter(this);
    m_plot->plotLayout()->setRowSpacing(0);
    placeKey();
    m_plot->axisRect()->setAutoMargins(QCP::msAll);
    m_plot->axisRect()->setMinimumMargins(QMargins(4, 4, 8, 4));
    m_table->setObjectName(u"chartTable"_s);
    m_table->setAccessibleName(tr("%1: the values").arg(title));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_values->setObjectName(u"chartValues"_s);
    m_values->setFont(Theme::smallFont());
    m_values->setProperty("muted", true);
    m_values->setContentsMargins(8, 0, 8, 0);
    m_values->setText(title);
    m_stack->addWidget(m_plot);
    m_stack->addWidget(m_table);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_values);
    column->addWidget(m_stack, 1);
    setFocusProxy(m_plot);
    connect(&theme(), &Theme::changed, this, &Chart::restyle);
    connect(m_plot, &QCustomPlot::beforeReplot, this, &Chart::fitMarks);
    restyle();
}

void Chart::placeKey()
{
    QCPLegend *key = m_plot->legend;
    m_plot->axisRect()->insetLayout()->take(key);
    auto *row = new QCPLayoutGrid;
    row->addElement(0, 0, new QCPLayoutElement(m_plot));
    row->addElement(0, 1, key);
    row->setColumnStretchFactor(1, 0.001);
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, row);
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    key->setFillOrder(QCPLegend::foColumnsFirst);
    key->setMargins(QMargins(8, 2, 8, 0));
    key->setColumnSpacing(12);
    key->setBrush(Qt::NoBrush);
    key->setBorderPen(Qt::NoPen);
}

void Chart::fitMarks()
{
    // The library makes up to twice as many as it is told.
    const int line = QFontMetrics(Theme::smallFont()).height();
    const int around = m_plot->legend->itemCount() > 0 ? 3 : 2;
    const int marks = std::clamp((m_plot->height() - around * line) / (2 * line), 1, MostMarks);
    for (QCPAxis *axis : {m_plot->yAxis, m_plot->yAxis2})
        axis->ticker()->setTickCount(marks);
}

void Chart::setXAxis(const QString &name, Format format)
{
    m_xName = name;
    m_xFormat = std::move(format);
    m_plot->xAxis->setTicker(QSharedPointer<Ticker>::create(m_xFormat, m_ticks));
}

void Chart::setYAxis(const QString &name, Format format)
{
    m_yFormat = std::move(format);
    m_plot->yAxis->setLabel(name);
    m_plot->yAxis->setTicker(QSharedPointer<Ticker>::create(m_yFormat));
}

void Chart::setRightAxis(const QString &name, Format format)
{
    m_rightFormat = std::move(format);
    m_plot->yAxis2->setLabel(name);
    m_plot->yAxis2->setTicker(QSharedPointer<Ticker>::create(m_rightFormat));
    m_plot->yAxis2->setVisible(true);
}

void Chart::setXTicks(const std::vector<double> &ticks)
{
    m_ticks = ticks;
    m_plot->xAxis->setTicker(QSharedPointer<Ticker>::create(m_xFormat, m_ticks));
}

void Chart::setSeries(std::vector<ChartSeries> series)
{
    const size_t before = places().size();
    m_series = std::move(series);
    const std::vector<double> now = places();
    // Whoever stands on a point stays there, and hears its new value.
    if (m_at >= 0 && now.size() == before && m_values->text() != m_title) {
        m_values->setText(told(now[size_t(m_at)]));
    } else {
        m_at = -1;
        m_values->setText(m_title);
    }
    redraw();
    if (isTableShown())
        updateTable();
}

void Chart::setLimit(const std::optional<ChartLimit> &limit)
{
    m_limit = limit;
    redraw();
}

void Chart::restyle()
{
    m_plot->setBackground(theme().color(Token::Surface));
    for (QCPAxis *axis : {m_plot->xAxis, m_plot->yAxis, m_plot->yAxis2}) {
        axis->setBasePen(QPen(theme().color(Token::Border)));
        axis->setTickPen(QPen(theme().color(Token::Border)));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(theme().color(Token::Muted));
        axis->setLabelColor(theme().color(Token::Muted));
        axis->setTickLabelFont(Theme::smallFont());
        axis->setLabelFont(Theme::smallFont());
        axis->setTickLength(0, 3);
        axis->grid()->setPen(QPen(theme().color(Token::Border), 0.5));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    m_plot->xAxis->grid()->setVisible(false);
    redraw();
}

void Chart::redraw()
{
    m_plot->clearPlottables();
    m_plot->clearItems();
    double least = 0;
    double most = 0;
    double rightMost = 0;
    double from = std::numeric_limits<double>::max();
    double to = std::numeric_limits<double>::lowest();
    qsizetype named = 0;
    for (const ChartSeries &series : m_series) {
        const QColor colour = theme().color(series.colour);
        QCPAxis *yAxis = series.right ? m_plot->yAxis2 : m_plot->yAxis;
        for (size_t i = 0; i < series.x.size(); ++i) {
            from = std::min(from, series.x[i]);
            to = std::max(to, series.x[i]);
            const double margin = series.margin.empty() ? 0 : series.margin[i];
            double &highest = series.right ? rightMost : most;
            highest = std::max(highest, series.y[i] + margin);
            least = series.right ? least : std::min(least, series.y[i]);
        }
        named += !series.name.isEmpty();
        if (series.style == ChartSeries::Style::Bars) {
            auto *bars = new QCPBars(m_plot->xAxis, yAxis);
            bars->setData(vectorOf(series.x), vectorOf(series.y), true);
            bars->setPen(Qt::NoPen);
            bars->setBrush(colour);
            bars->setName(series.name);
            bars->setWidth(series.x.size() > 1 ? (series.x[1] - series.x[0]) * 0.8 : 1);
            continue;
        }
        QCPGraph *graph = m_plot->addGraph(m_plot->xAxis, yAxis);
        graph->setData(vectorOf(series.x), vectorOf(series.y), true);
        graph->setName(series.name);
        graph->setPen(QPen(colour, 1.5, series.right ? Qt::DashLine : Qt::SolidLine));
        graph->setAdaptiveSampling(true);
        if (series.style == ChartSeries::Style::Steps) {
            graph->setLineStyle(QCPGraph::lsStepLeft);
            QColor area = colour;
            area.setAlphaF(0.15F);
            graph->setBrush(area);
        } else if (series.style == ChartSeries::Style::Points) {
            graph->setScatterStyle(QCPScatterStyle(series.right ? QCPScatterStyle::ssSquare : QCPScatterStyle::ssDisc, colour, theme().color(Token::Surface), 7));
        }
        if (!series.margin.empty()) {
            auto *margins = new QCPErrorBars(m_plot->xAxis, yAxis);
            margins->setDataPlottable(graph);
            margins->setData(vectorOf(series.margin));
            margins->setPen(QPen(colour));
            margins->setName(QString());
            margins->removeFromLegend();
        }
    }
    if (m_limit) {
        most = std::max(most, m_limit->y);
        auto *line = new QCPItemStraightLine(m_plot);
        line->point1->setCoords(0, m_limit->y);
        line->point2->setCoords(1, m_limit->y);
        line->setPen(QPen(theme().color(m_limit->colour), 1, Qt::DashLine));
        auto *label = new QCPItemText(m_plot);
        label->position->setType(QCPItemPosition::ptPlotCoords);
        label->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
        label->position->setCoords(0.01, m_limit->y);
        label->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
        label->setText(m_limit->name);
        label->setColor(theme().color(m_limit->colour));
        label->setFont(Theme::smallFont());
    }
    if (from <= to) {
        const double room = from == to ? 1 : (to - from) * 0.02;
        m_plot->xAxis->setRange(from - room, to + room);
    }
    constexpr double Head = 1.15;
    m_plot->yAxis->setRange(least, most > least ? most * Head : least + 1);
    m_plot->yAxis2->setRange(0, rightMost > 0 ? rightMost * Head : 1);
    if (named <= 1)
        m_plot->legend->clearItems();
    m_plot->legend->setVisible(named > 1);
    m_plot->legend->setTextColor(theme().color(Token::Text));
    m_plot->legend->setFont(Theme::smallFont());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

std::vector<double> Chart::places() const
{
    std::vector<double> all;
    for (const ChartSeries &series : m_series)
        all.insert(all.end(), series.x.begin(), series.x.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

QString Chart::told(double x) const
{
    QStringList parts{m_xFormat ? m_xFormat(x) : QString::number(x)};
    for (const ChartSeries &series : m_series) {
        const auto found = std::find(series.x.begin(), series.x.end(), x);
        if (found == series.x.end())
            continue;
        const auto index = size_t(found - series.x.begin());
        const Format &format = series.right ? m_rightFormat : m_yFormat;
        QString value = format ? format(series.y[index]) : QString::number(series.y[index]);
        if (!series.margin.empty())
            value += u" ± "_s + (format ? format(series.margin[index]) : QString::number(series.margin[index]));
        parts << (series.name.isEmpty() ? value : QString(series.name + u' ' + value));
    }
    return parts.join(u" · "_s);
}

QList<QStringList> Chart::table() const
{
    QStringList heading{m_xName};
    for (const ChartSeries &series : m_series)
        heading << (series.name.isEmpty() ? m_title : series.name);
    QList<QStringList> rows{heading};
    for (const double x : places()) {
        QStringList row{m_xFormat ? m_xFormat(x) : QString::number(x)};
        for (const ChartSeries &series : m_series) {
            const auto found = std::find(series.x.begin(), series.x.end(), x);
            const Format &format = series.right ? m_rightFormat : m_yFormat;
            row << (found == series.x.end() ? QString() : format ? format(series.y[size_t(found - series.x.begin())]) : QString::number(series.y[size_t(found - series.x.begin())]));
        }
        rows << row;
    }
    return rows;
}

void Chart::updateTable()
{
    const QList<QStringList> rows = table();
    m_table->setColumnCount(int(rows.first().size()));
    m_table->setHorizontalHeaderLabels(rows.first());
    const int count = int(std::min<qsizetype>(rows.size() - 1, MaxTableRows));
    m_table->setRowCount(count);
    for (int row = 0; row < count; ++row) {
        for (int column = 0; column < rows.at(row + 1).size(); ++column) {
            QTableWidgetItem *item = m_table->item(row, column);
            if (!item) {
                item = new QTableWidgetItem;
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
                m_table->setItem(row, column, item);
            }
            item->setText(rows.at(row + 1).at(column));
        }
    }
}

void Chart::setTableShown(bool shown)
{
    if (shown)
        updateTable();
    m_stack->setCurrentIndex(shown ? 1 : 0);
    setFocusProxy(shown ? static_cast<QWidget *>(m_table) : m_plot);
}

bool Chart::isTableShown() const
{
    return m_stack->currentIndex() == 1;
}

bool Chart::savePng(const QString &file)
{
    constexpr int Width = 1200;
    constexpr int Height = 600;
    constexpr double Sharpness = 2;
    return m_plot->savePng(file, Width, Height, Sharpness);
}

void Chart::moveTo(int index)
{
    const std::vector<double> all = places();
    if (all.empty())
        return;
    m_at = std::clamp(index, 0, int(all.size()) - 1);
    const QString text = told(all[size_t(m_at)]);
    m_values->setText(text);
    m_values->setToolTip(text);
    m_plot->setAccessibleDescription(text);
    QAccessibleEvent event(m_plot, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

bool Chart::eventFilter(QObject *object, QEvent *event)
{
    if (object != m_plot)
        return QWidget::eventFilter(object, event);
    if (event->type() == QEvent::KeyPress) {
        const int last = int(places().size()) - 1;
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Left: moveTo(m_at < 0 ? last : m_at - 1); return true;
        case Qt::Key_Right: moveTo(m_at + 1); return true;
        case Qt::Key_Home: moveTo(0); return true;
        case Qt::Key_End: moveTo(last); return true;
        default: return false;
        }
    }
    if (event->type() == QEvent::MouseMove) {
        const std::vector<double> all = places();
        const double x = m_plot->xAxis->pixelToCoord(static_cast<QMouseEvent *>(event)->position().x());
        const auto above = std::lower_bound(all.begin(), all.end(), x);
        if (!all.empty()) {
            auto nearest = above == all.end() ? above - 1 : above;
            if (nearest != all.begin() && std::abs(*(nearest - 1) - x) < std::abs(*nearest - x))
                --nearest;
            moveTo(int(nearest - all.begin()));
        }
    } else if (event->type() == QEvent::Leave) {
        m_values->setText(m_title);
    }
    return false;
}

} // namespace eph::ui
