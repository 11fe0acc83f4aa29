// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/theme.h"

#include <QWidget>
#include <vector>

class QCPAxisRect;
class QCustomPlot;
class QLabel;
class QStackedWidget;
class QTableWidget;

namespace eph::ui {

/// What a chart draws: points, and how.
struct ChartSeries {
    enum class Style { Line, Steps, Bars, Points };

    QString name;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> margin = {}; ///< Of each point, up and down; empty: none.
    Style style = Style::Line;
    Token colour = Token::Accent;
    bool right = false; ///< Measured by the axis at the right.
};

/// A line across the chart, such as a budget.
struct ChartLimit {
    QString name;
    double y = 0;
    Token colour = Token::Bad;
};

/// A chart in the theme's colours. With the keyboard one walks from point to point and hears its values; behind it is a table with
/// all of them, and it can be written as a picture.
class Chart : public QWidget
{
    Q_OBJECT
public:
    using Format = std::function<QString(double)>;

    explicit Chart(const QString &title, QWidget *parent = nullptr);

    /// How the numbers of an axis are written, and its name.
    void setXAxis(const QString &name, Format format);
    void setYAxis(const QString &name, Format format);
    void setRightAxis(const QString &name, Format format);
    void setSeries(std::vector<ChartSeries> series);
    void setLimit(const std::optional<ChartLimit> &limit);
    /// The marks of the x axis are just these.
    void setXTicks(const std::vector<double> &ticks);

    /// All points, with a heading; the x values are in the first column.
    [[nodiscard]] QList<QStringList> table() const;
    void setTableShown(bool shown);
    [[nodiscard]] bool isTableShown() const;
    /// False where it cannot be written.
    [[nodiscard]] bool savePng(const QString &file);
    [[nodiscard]] QSize sizeHint() const override { return {360, 180}; }

private:
    void restyle();
    /// In a row of its own: over the values it would hide some.
    void placeKey();
    /// Not more on the upright axes than there is room for.
    void fitMarks();
    void redraw();
    void updateTable();
    void moveTo(int index);
    bool eventFilter(QObject *object, QEvent *event) override;
    [[nodiscard]] std::vector<double> places() const;
    [[nodiscard]] QString told(double x) const;

    QString m_title;
    QStackedWidget *m_stack;
    QCustomPlot *m_plot;
    QTableWidget *m_table;
    QLabel *m_values;
    std::vector<ChartSeries> m_series;
    std::optional<ChartLimit> m_limit;
    std::vector<double> m_ticks;
    QString m_xName;
    Format m_xFormat;
    Format m_yFormat;
    Format m_rightFormat;
    int m_at = -1; ///< The point that is told, among places().
};

} // namespace eph::ui
