// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/costmeter.h"

#include "core/project/privatefolder.h"
#include "core/services/costreport.h"

#include <QFile>
#include <QDateTime>
#include <QFileInfo>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

constexpr auto DrainEvery = std::chrono::milliseconds(250);
/// The month may be over, and other programs spend and set budgets, too.
constexpr auto LookEvery = std::chrono::seconds(5);

cost::Trigger triggerOf(runtime::OriginKind kind)
{
    return cost::triggerOf(runtime::originKindName(kind));
}

/// Of a file; empty when there is none.
QString stampOf(const QString &path)
{
    const QFileInfo file(path);
    return file.exists() ? QString::number(file.lastModified().toMSecsSinceEpoch()) + u' ' + QString::number(file.size()) : QString();
}

cost::Metered meteredOf(const runtime::EndedInvocation &ended)
{
    cost::Metered metered;
    metered.function = ended.config.name;
    metered.trigger = triggerOf(ended.origin.kind);
    metered.origin = ended.origin.name;
    metered.atMs = ended.startedEpochMs;
    metered.durationUs = std::llround(ended.report.durationMs * 1000);
    metered.initUs = std::llround(ended.report.initMs.value_or(0) * 1000);
    metered.requestBytes = ended.requestBytes;
    metered.responseBytes = ended.responseBytes;
    metered.usage = {ended.report.memoryMiB, ended.report.billedMs, ended.config.arm, ended.provisioned, ended.config.ephemeralStorageMiB, ended.streamed ? ended.responseBytes : 0, ended.logBytes};
    metered.coldStart = ended.report.coldStart;
    metered.throttled = runtime::neverRan(ended.outcome);
    metered.failed = !metered.throttled && ended.outcome != runtime::Outcome::Answered;
    return metered;
}

} // namespace

CostMeter::CostMeter(cost::PriceBook prices, const sys::Clock &clock, QObject *parent)
    : QObject(parent)
    , m_allPrices(std::move(prices))
    , m_prices(m_allPrices)
    , m_clock(clock)
{
    m_writer.setMaxThreadCount(1);
    m_drain.setSingleShot(true);
    m_drain.setInterval(DrainEvery);
    connect(&m_drain, &QTimer::timeout, this, &CostMeter::drain);
    m_look.setInterval(LookEvery);
    connect(&m_look, &QTimer::timeout, this, &CostMeter::lookAround);
}

void CostMeter::watch(LocalCloud &cloud)
{
    cloud.setOnEnded([this](runtime::EndedInvocation ended) { take(std::move(ended)); });
    connect(this, &CostMeter::fuseChanged, &cloud, &LocalCloud::setFuseBlown);
}

CostMeter::~CostMeter()
{
    drain();
    m_writer.waitForDone();
}

void CostMeter::take(runtime::EndedInvocation ended)
{
    if (ended.origin.kind == runtime::OriginKind::Trial)
        return;
    cost::Metered metered = meteredOf(ended);
    bool first = false;
    {
        const std::lock_guard lock(m_mutex);
        first = m_pending.empty();
        m_pending.push_back(std::move(metered));
    }
    if (first)
        QMetaObject::invokeMethod(this, [this] { m_drain.start(); }, Qt::QueuedConnection);
}

void CostMeter::setProject(const QString &folder, const QString &region)
{
    if (folder == m_folder && region == m_prices.region())
        return;
    flush();
    m_folder = folder;
    m_prices = m_allPrices.forRegion(region.isEmpty() ? m_allPrices.region() : region);
    m_history.clear();
    m_states.clear();
    m_month.clear();
    m_told.clear();
    ++m_reads;
    {
        const std::lock_guard lock(m_store->mutex);
        m_store->store.reset();
        m_store->folder = folder;
    }
    m_budget = {};
    m_budgetStamp.clear();
    if (std::exchange(m_fuseBlown, false))
        Q_EMIT fuseChanged(false);
    (void)readBudget();
    readMonth();
    folder.isEmpty() ? m_look.stop() : m_look.start();
    Q_EMIT changed();
}

bool CostMeter::readBudget()
{
    if (m_folder.isEmpty())
        return false;
    if (const QString stamp = stampOf(cost::budgetPathIn(m_folder)); std::exchange(m_budgetStamp, stamp) == stamp)
        return false;
    const auto budget = cost::loadBudget(m_folder);
    if (!budget) {
        // What was in force stays: a budget must not go because somebody mistypes it.
        tell(budget.error());
        return false;
    }
    m_budget = *budget;
    m_states.clear();
    return true;
}

QString CostMeter::pathToRead() const
{
    // Only who watches a budget has to know what other programs have used.
    const QString path = cost::MeterStore::pathIn(m_folder);
    return m_folder.isEmpty() || m_budget.isEmpty() || !QFile::exists(path) ? QString() : path;
}

CostMeter::Month CostMeter::monthIn(const QString &path, qint64 nowMs)
{
    const auto store = cost::MeterStore::open(path);
    if (!store)
        return {{}, store.error()};
    Month month;
    const QList<cost::UsageRow> rows = (*store)->usage(monthBeginMs(nowMs), nowMs);
    for (const cost::UsageRow &row : rows)
        month.totals[{row.function, row.trigger}] += row.totals;
    return month;
}

void CostMeter::readMonth()
{
    const quint64 reads = ++m_reads;
    m_sinceRead.clear();
    const QString path = pathToRead();
    if (path.isEmpty())
        return judge();
    // After what is to be written already, and so with it.
    m_writer.start([this, reads, path, now = m_clock.epochMs()] {
        QMetaObject::invokeMethod(this, [this, reads, month = monthIn(path, now)] {
            if (reads == m_reads)
                takeMonth(month);
        });
    });
}

void CostMeter::takeMonth(const Month &month)
{
    if (month.error)
        return tell(*month.error);
    m_month = month.totals;
    for (const auto &[key, totals] : m_sinceRead)
        m_month[key] += totals;
    judge();
    Q_EMIT changed();
}

void CostMeter::lookAround()
{
    if (readBudget() || !m_budget.isEmpty())
        readMonth();
}

void CostMeter::tell(const Error &error)
{
    if (std::exchange(m_told, error.message) != error.message)
        Q_EMIT failed(error);
}

void CostMeter::drain()
{
    std::vector<cost::Metered> metered;
    {
        const std::lock_guard lock(m_mutex);
        metered.swap(m_pending);
    }
    if (metered.empty())
        return;
    // Priced by the second and the trigger: a bill for each of ten thousand would be felt.
    std::map<std::pair<qint64, cost::Trigger>, cost::Totals> sums;
    for (const cost::Metered &one : metered) {
        const auto tookMs = qint64(double(one.durationUs + one.initUs) / 1000);
        sums[{(one.atMs + tookMs) / 1000, one.trigger}].add(one);
        m_month[{one.function, one.trigger}].add(one);
        m_sinceRead[{one.function, one.trigger}].add(one);
    }
    for (const auto &[key, sum] : sums) {
        const auto &[second, trigger] = key;
        auto at = std::find_if(m_history.rbegin(), m_history.rend(), [second = second](const SpendSecond &known) { return known.second <= second; });
        if (at == m_history.rend() || at->second != second)
            at = std::make_reverse_iterator(m_history.insert(at.base(), SpendSecond{second, {}, 0}) + 1);
        at->spent += cost::billOf(m_prices, cost::linesOf(sum, trigger), cost::FreeTier::None).total;
        at->requests += int(sum.requests + sum.throttles);
    }
    const qint64 oldest = m_clock.epochMs() / 1000 - HistorySeconds;
    while (!m_history.empty() && m_history.front().second < oldest)
        m_history.pop_front();
    write(std::move(metered));
    judge();
    Q_EMIT changed();
}

void CostMeter::write(std::vector<cost::Metered> metered)
{
    if (m_folder.isEmpty())
        return;
    // Waited for before this goes.
    m_writer.start([this, store = m_store, metered = std::move(metered)] {
        const auto tellLater = [this](const Error &error) { QMetaObject::invokeMethod(this, [this, error] { tell(error); }); };
        const std::lock_guard lock(store->mutex);
        if (!store->store && !store->folder.isEmpty()) {
            project::privateFolder(store->folder);
            auto opened = cost::MeterStore::open(cost::MeterStore::pathIn(store->folder));
            if (!opened)
                return tellLater(opened.error());
            store->store = *std::move(opened);
        }
        if (!store->store)
            return;
        if (const auto written = store->store->add(metered); !written)
            tellLater(written.error());
    });
}

void CostMeter::flush()
{
    drain();
    m_writer.waitForDone();
    const QString path = pathToRead();
    if (path.isEmpty())
        return;
    ++m_reads;
    m_sinceRead.clear();
    takeMonth(monthIn(path, m_clock.epochMs()));
}

CostMeter::Rate CostMeter::rate() const
{
    constexpr int Minute = 60;
    Rate rate;
    const qint64 from = m_clock.epochMs() / 1000 - Minute;
    int requests = 0;
    for (auto second = m_history.rbegin(); second != m_history.rend() && second->second > from; ++second) {
        rate.lastMinute += second->spent;
        requests += second->requests;
    }
    rate.hourly = rate.lastMinute.times(60);
    rate.monthly = rate.hourly.times(730);
    rate.requestsPerSecond = double(requests) / Minute;
    return rate;
}

Result<void> CostMeter::setBudget(const cost::Budget &budget)
{
    if (!m_folder.isEmpty()) {
        project::privateFolder(m_folder);
        if (const auto saved = cost::saveBudget(m_folder, budget); !saved)
            return saved;
    }
    m_budget = budget;
    m_budgetStamp = stampOf(cost::budgetPathIn(m_folder));
    m_states.clear();
    drain();
    readMonth();
    Q_EMIT changed();
    return {};
}

Money CostMeter::spentBy(const QString &function) const
{
    Money spent;
    for (const auto &[key, totals] : m_month) {
        if (function.isEmpty() || key.first == function)
            spent += cost::billOf(m_prices, cost::linesOf(totals, key.second), cost::FreeTier::None).total;
    }
    return spent;
}

QList<BudgetStanding> CostMeter::standings() const
{
    QList<BudgetStanding> all;
    const auto add = [&](const QString &function, Money limit) {
        const Money spent = spentBy(function);
        all.append({function, spent, limit, cost::stateOf(spent, limit)});
    };
    if (m_budget.project)
        add({}, *m_budget.project);
    for (auto it = m_budget.functions.begin(); it != m_budget.functions.end(); ++it)
        add(it.key(), it.value());
    return all;
}

void CostMeter::judge()
{
    bool over = false;
    for (const BudgetStanding &standing : standings()) {
        over = over || standing.state == cost::BudgetState::Over;
        if (std::exchange(m_states[standing.function], standing.state) < standing.state)
            Q_EMIT budgetReached(standing);
    }
    const bool blown = over && m_budget.fuse;
    if (std::exchange(m_fuseBlown, blown) == blown)
        return;
    Q_EMIT fuseChanged(blown);
}

} // namespace eph::services
