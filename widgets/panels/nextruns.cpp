// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/nextruns.h"

#include "widgets/common/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

constexpr int RunsWidth = 340; ///< Both columns.

[[nodiscard]] QString dayAndTime(LocalTime time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return weekdayName(int(std::chrono::weekday(day).c_encoding())).left(3) + u' ' + dateTimeText(time);
}

} // namespace

NextRuns::NextRuns(QWidget *parent)
    : QWidget(parent)
    , m_count(new QComboBox)
    , m_list(new QTreeWidget)
    , m_cost(new QLabel)
    , m_remarks(new QLabel)
{
    auto *title = new QLabel(tr("Next runs"));
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    for (const int count : {10, 100, 1000})
        m_count->addItem(QString::number(count), count);
    m_count->setObjectName(u"builderRunCount"_s);
    m_count->setAccessibleName(tr("How many runs are shown"));
    m_list->setObjectName(u"builderRuns"_s);
    m_list->setAccessibleName(tr("Next runs"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_cost->setObjectName(u"builderCost"_s);
    m_cost->setWordWrap(true);
    m_remarks->setObjectName(u"builderRemarks"_s);
    m_remarks->setWordWrap(true);
    auto *row = new QHBoxLayout;
    row->addWidget(title);
    row->addStretch();
    row->addWidget(m_count);
    auto *column = new QVBoxLayout(this);
    setMinimumWidth(RunsWidth);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(row);
    column->addWidget(m_list, 1);
    column->addWidget(m_cost);
    column->addWidget(m_remarks);
    connect(m_count, &QComboBox::activated, this, &NextRuns::fill);
    connect(&theme(), &Theme::changed, this, &NextRuns::fillRemarks);
}

void NextRuns::show(const FireTimes &times, Instant now, const QString &cost)
{
    m_times = times;
    m_now = now;
    m_cost->setText(cost);
    fill();
    fillRemarks();
}

void NextRuns::clear()
{
    m_times.reset();
    m_list->clear();
    m_cost->clear();
    m_remarks->clear();
}

void NextRuns::fill()
{
    m_list->clear();
    if (!m_times)
        return;
    const Zone &zone = *m_times->frame().zone;
    const bool utc = zone.isUtc();
    m_list->setHeaderLabels(utc ? QStringList{tr("UTC")} : QStringList{zone.name(), tr("UTC")});
    QList<QTreeWidgetItem *> items;
    const int count = m_count->currentData().toInt();
    std::chrono::seconds offset = zone.at(m_now).offset;
    for (auto at = m_times->next(m_now); at && items.size() < count; at = m_times->next(*at)) {
        const Zone::Stretch &stretch = zone.at(*at);
        const LocalTime inUtc(at->time_since_epoch());
        auto *item = new QTreeWidgetItem(utc ? QStringList{dayAndTime(inUtc)} : QStringList{dayAndTime(zone.toLocal(*at)) + u' ' + zone.abbreviation(stretch), dateTimeText(inUtc)});
        if (stretch.offset != offset) {
            item->setToolTip(0, tr("Clocks have changed since the run before: %1").arg(offsetText(stretch.offset)));
            item->setForeground(0, theme().color(Token::Warning));
        }
        offset = stretch.offset;
        items << item;
    }
    if (items.isEmpty())
        items << new QTreeWidgetItem({tr("None")});
    m_list->addTopLevelItems(items);
}

void NextRuns::fillRemarks()
{
    if (!m_times)
        return;
    QStringList lines;
    for (const Remark &remark : remarksOn(*m_times, m_now)) {
        const QColor color = theme().color(remark.severity == Severity::Error ? Token::Bad : remark.severity == Severity::Warning ? Token::Warning : Token::Muted);
        lines << u"<span style='color:%1'>%2</span> %3"_s.arg(color.name(), remark.message.toHtmlEscaped(), remark.hint.toHtmlEscaped());
    }
    m_remarks->setText(lines.join(u"<br>"_s));
    m_remarks->setVisible(!lines.isEmpty());
}

} // namespace eph::ui
