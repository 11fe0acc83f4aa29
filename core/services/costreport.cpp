// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/costreport.h"

#include <QDateTime>
#include <QJsonArray>
#include <algorithm>
#include <map>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 HourMs = 3600 * 1000;
constexpr int DayHours = 24;
constexpr qint64 MonthHours = 730;
using cost::Wide;

Money costOf(const cost::PriceBook &prices, const cost::Totals &totals, cost::Trigger trigger)
{
    return cost::billOf(prices, cost::linesOf(totals, trigger), cost::FreeTier::None).total;
}

Money scaled(Money money, qint64 part, qint64 whole)
{
    return whole <= 0 ? Money() : Money{qint64(std::min<Wide>(Wide(money.pico) * part / whole, std::numeric_limits<qint64>::max()))};
}

QString iso(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODate);
}

QJsonObject rowJson(const CostRow &row)
{
    return {{u"requests"_s, row.totals.requests},   {u"throttles"_s, row.totals.throttles},           {u"errors"_s, row.totals.failures},           {u"coldStarts"_s, row.totals.coldStarts},
            {u"meanMs"_s, row.meanMs()},            {u"usd"_s, row.cost.exact()},                     {u"usdPerInvocation"_s, row.perInvocation().exact()}, {u"lastDayUsd"_s, row.lastDay.exact()},
            {u"dayBeforeUsd"_s, row.dayBefore.exact()}};
}

QByteArray csvCell(const QString &text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n'))
        return text.toUtf8();
    return '"' + QString(text).replace(u'"', u"\"\""_s).toUtf8() + '"';
}

} // namespace

Money CostRow::perInvocation() const
{
    const qint64 asked = totals.requests + totals.throttles;
    return asked > 0 ? Money{cost.pico / asked} : Money();
}

double CostRow::meanMs() const
{
    return totals.requests > 0 ? double(totals.durationUs) / double(totals.requests) / 1000 : 0;
}

qint64 monthBeginMs(qint64 nowMs)
{
    const QDate day = QDateTime::fromMSecsSinceEpoch(nowMs, Qt::UTC).date();
    return QDateTime(QDate(day.year(), day.month(), 1), QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
}

Result<CostReport> reportCosts(const CostReportRequest &request, const cost::PriceBook &prices)
{
    CostReport report;
    const qint64 month = monthBeginMs(request.nowMs);
    report.fromMs = request.fromMs < 0 ? month : request.fromMs / HourMs * HourMs;
    report.untilMs = request.nowMs;
    report.region = prices.region();
    report.priceDate = prices.date();
    report.warning = prices.warning(QDateTime::fromMSecsSinceEpoch(request.nowMs, Qt::UTC).date());
    const auto store = cost::MeterStore::ofProject(request.projectFolder);
    if (!store)
        return tl::unexpected(store.error());

    const QList<cost::UsageRow> rows = (*store)->usage(report.fromMs, report.untilMs);
    const qint64 thisHour = report.untilMs / HourMs;
    std::map<QString, CostRow> byFunction;
    std::map<std::tuple<cost::Trigger, QString, QString>, CostRow> byTrigger;
    std::map<cost::Trigger, cost::Totals> sums;
    qint64 firstMs = report.untilMs;
    for (const cost::UsageRow &row : rows) {
        firstMs = std::min(firstMs, std::max(report.fromMs, row.hour * HourMs));
        sums[row.trigger] += row.totals;
        CostRow &function = byFunction[row.function];
        function.function = row.function;
        CostRow &trigger = byTrigger[{row.trigger, row.origin, row.function}];
        trigger.function = row.function;
        trigger.trigger = row.trigger;
        trigger.origin = row.origin;
        const Money spent = costOf(prices, row.totals, row.trigger);
        for (CostRow *each : {&function, &trigger}) {
            each->totals += row.totals;
            each->cost += spent;
            each->hourly.resize(DayHours);
        }
    }
    // The trend is of two days, whatever is reported.
    for (const cost::UsageRow &row : (*store)->usage(report.untilMs - (2 * DayHours - 1) * HourMs, report.untilMs)) {
        const Money spent = costOf(prices, row.totals, row.trigger);
        const auto function = byFunction.find(row.function);
        const auto trigger = byTrigger.find({row.trigger, row.origin, row.function});
        const qint64 ago = thisHour - row.hour;
        for (CostRow *each : {function == byFunction.end() ? nullptr : &function->second, trigger == byTrigger.end() ? nullptr : &trigger->second}) {
            if (!each || ago < 0)
                continue;
            if (ago < DayHours) {
                each->hourly[DayHours - 1 - ago] += spent;
                each->lastDay += spent;
            } else {
                each->dayBefore += spent;
            }
        }
    }
    QList<cost::Line> lines;
    for (const auto &[trigger, totals] : sums)
        cost::addLines(lines, cost::linesOf(totals, trigger));
    report.bill = cost::billOf(prices, lines, cost::FreeTier::None);
    report.withFreeTier = cost::billOf(prices, lines, cost::FreeTier::Applied).total;
    const auto list = [](auto &from, QList<CostRow> &to) {
        for (auto &[key, row] : from)
            to.append(std::move(row));
        std::stable_sort(to.begin(), to.end(), [](const CostRow &a, const CostRow &b) { return a.cost > b.cost; });
    };
    list(byFunction, report.functions);
    list(byTrigger, report.triggers);
    // Less than an hour says too little about a month.
    const qint64 measuredMs = std::max(HourMs, report.untilMs - firstMs);
    report.monthly = scaled(report.bill.total, MonthHours * HourMs, measuredMs);
    const QDate begin = QDateTime::fromMSecsSinceEpoch(month, Qt::UTC).date();
    const qint64 endMs = month + qint64(begin.daysInMonth()) * DayHours * HourMs;
    Money spentThisMonth;
    for (const cost::UsageRow &row : (*store)->usage(month, report.untilMs))
        spentThisMonth += costOf(prices, row.totals, row.trigger);
    report.forecast = spentThisMonth + scaled(report.bill.total, endMs - report.untilMs, measuredMs);
    return report;
}

QJsonObject toJson(const CostReport &report, const cost::PriceBook &prices)
{
    QJsonArray functions;
    for (const CostRow &row : report.functions) {
        QJsonObject json = rowJson(row);
        json.insert(u"function"_s, row.function);
        functions.append(json);
    }
    QJsonArray triggers;
    for (const CostRow &row : report.triggers) {
        QJsonObject json = rowJson(row);
        json.insert(u"function"_s, row.function);
        json.insert(u"trigger"_s, cost::triggerName(row.trigger));
        json.insert(u"origin"_s, row.origin);
        triggers.append(json);
    }
    QJsonObject json = cost::toJson(report.bill, prices);
    json.insert(u"from"_s, iso(report.fromMs));
    json.insert(u"to"_s, iso(report.untilMs));
    json.insert(u"region"_s, report.region);
    json.insert(u"pricesOf"_s, report.priceDate.toString(Qt::ISODate));
    json.insert(u"usdWithFreeTier"_s, report.withFreeTier.exact());
    json.insert(u"monthlyUsd"_s, report.monthly.exact());
    json.insert(u"forecastUsd"_s, report.forecast.exact());
    json.insert(u"functions"_s, functions);
    json.insert(u"triggers"_s, triggers);
    if (!report.warning.isEmpty())
        json.insert(u"warning"_s, report.warning);
    return json;
}

QByteArray toCsv(const CostReport &report)
{
    QByteArray csv = "function,trigger,origin,requests,throttles,errors,coldStarts,meanMs,usd\n";
    for (const CostRow &row : report.triggers) {
        csv += csvCell(row.function) + ',' + cost::triggerName(row.trigger).toLatin1() + ',' + csvCell(row.origin) + ',' + QByteArray::number(row.totals.requests) + ',' + QByteArray::number(row.totals.throttles) + ','
            + QByteArray::number(row.totals.failures) + ',' + QByteArray::number(row.totals.coldStarts) + ',' + QByteArray::number(row.meanMs(), 'f', 3) + ',' + row.cost.exact().toLatin1() + '\n';
    }
    return csv;
}

} // namespace eph::services
