// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/meterstore.h"

#include <QFile>
#include <algorithm>
#include <map>

namespace eph::cost {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 HourMs = 3600 * 1000;
constexpr size_t MaxRunsOfPiece = 1000;

constexpr char Schema[] =
    "CREATE TABLE IF NOT EXISTS usage(hour INTEGER NOT NULL, function TEXT NOT NULL, trigger TEXT NOT NULL, origin TEXT NOT NULL, requests INTEGER NOT NULL, throttles INTEGER NOT NULL, failures INTEGER NOT NULL,"
    " coldStarts INTEGER NOT NULL, durationUs INTEGER NOT NULL, initUs INTEGER NOT NULL, x86MibMs INTEGER NOT NULL, armMibMs INTEGER NOT NULL, provisionedX86MibMs INTEGER NOT NULL, provisionedArmMibMs INTEGER NOT NULL,"
    " ephemeralMibMs INTEGER NOT NULL, streamedBytes INTEGER NOT NULL, logBytes INTEGER NOT NULL, gatewayUnits INTEGER NOT NULL, PRIMARY KEY(hour, function, trigger, origin)) WITHOUT ROWID;"
    // What came before the pieces, a row for each run.
    "DROP TABLE IF EXISTS sample;"
    // The number of a piece is that of its last run, of all that ever were.
    "CREATE TABLE IF NOT EXISTS runs(last INTEGER PRIMARY KEY, count INTEGER NOT NULL, function TEXT NOT NULL, piece BLOB NOT NULL);";

/// What a batch adds, by hour, function and reason.
using Key = std::tuple<qint64, QString, Trigger, QString>;

} // namespace

Result<std::unique_ptr<MeterStore>> MeterStore::open(const QString &path)
{
    auto database = sys::Database::open(path, Schema);
    if (!database)
        return tl::unexpected(database.error());
    return std::unique_ptr<MeterStore>(new MeterStore(*std::move(database)));
}

Result<std::unique_ptr<MeterStore>> MeterStore::ofProject(const QString &projectFolder)
{
    const QString path = pathIn(projectFolder);
    return open(QFile::exists(path) ? path : QString());
}

QString MeterStore::pathIn(const QString &projectFolder)
{
    return projectFolder + "/.ephemera/costs.sqlite"_L1;
}

Result<void> MeterStore::add(const std::vector<Metered> &metered)
{
    std::map<Key, Totals> sums;
    for (const Metered &one : metered)
        sums[{one.atMs / HourMs, one.function, one.trigger, one.origin}].add(one);
    sys::Database::Transaction transaction(*m_database);
    for (const auto &[key, sum] : sums) {
        const auto &[hour, function, trigger, origin] = key;
        m_database->run("INSERT INTO usage VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,"
                        " throttles = throttles + excluded.throttles, failures = failures + excluded.failures, coldStarts = coldStarts + excluded.coldStarts, durationUs = durationUs + excluded.durationUs,"
                        " initUs = initUs + excluded.initUs, x86MibMs = x86MibMs + excluded.x86MibMs, armMibMs = armMibMs + excluded.armMibMs, provisionedX86MibMs = provisionedX86MibMs + excluded.provisionedX86MibMs,"
                        " provisionedArmMibMs = provisionedArmMibMs + excluded.provisionedArmMibMs, ephemeralMibMs = ephemeralMibMs + excluded.ephemeralMibMs, streamedBytes = streamedBytes + excluded.streamedBytes,"
                        " logBytes = logBytes + excluded.logBytes, gatewayUnits = gatewayUnits + excluded.gatewayUnits",
                        hour, function, triggerName(trigger), origin, sum.requests, sum.throttles, sum.failures, sum.coldStarts, sum.durationUs, sum.initUs, qint64(sum.usage.x86MibMs), qint64(sum.usage.armMibMs), qint64(sum.usage.provisionedX86MibMs),
                        qint64(sum.usage.provisionedArmMibMs), qint64(sum.usage.ephemeralMibMs), sum.usage.streamedBytes, sum.usage.logBytes, sum.gatewayUnits);
    }
    std::map<QString, std::vector<RunSample>> pieces;
    const auto keep = [this](const QString &function, std::vector<RunSample> &runs) {
        m_database->run("INSERT INTO runs SELECT coalesce(max(last), 0) + ?1, ?1, ?2, ?3 FROM runs", qint64(runs.size()), function, packed(runs));
        runs.clear();
    };
    for (const Metered &one : metered) {
        if (one.throttled)
            continue;
        std::vector<RunSample> &runs = pieces[one.function];
        runs.push_back({one.atMs, one.durationUs, one.initUs, one.usage.logBytes, one.usage.memoryMiB, one.usage.arm});
        if (runs.size() == MaxRunsOfPiece)
            keep(one.function, runs);
    }
    for (auto &[function, runs] : pieces) {
        if (!runs.empty())
            keep(function, runs);
    }
    m_sincePruned += int(metered.size());
    prune();
    return transaction.commit();
}

void MeterStore::prune()
{
    constexpr int Every = 5'000;
    if (m_sincePruned < Every)
        return;
    m_sincePruned = 0;
    m_database->run("DELETE FROM runs WHERE last - count < (SELECT max(last) FROM runs) - ?1", MaxSamples);
}

QList<UsageRow> MeterStore::usage(qint64 fromMs, qint64 untilMs)
{
    QList<UsageRow> all;
    sys::Statement rows = m_database->query("SELECT hour, function, trigger, origin, requests, throttles, failures, coldStarts, durationUs, initUs, x86MibMs, armMibMs, provisionedX86MibMs, provisionedArmMibMs, ephemeralMibMs,"
                                            " streamedBytes, logBytes, gatewayUnits FROM usage WHERE hour >= ?1 AND hour <= ?2 ORDER BY hour, function, trigger, origin");
    rows.bind(fromMs / HourMs).bind(untilMs / HourMs);
    while (rows.step()) {
        int column = 0;
        UsageRow row;
        row.hour = rows.integer(column++);
        row.function = rows.text(column++);
        row.trigger = triggerOf(rows.text(column++));
        row.origin = rows.text(column++);
        Totals &sum = row.totals;
        LambdaUsage &usage = sum.usage;
        for (qint64 *target : {&sum.requests, &sum.throttles, &sum.failures, &sum.coldStarts, &sum.durationUs, &sum.initUs})
            *target = rows.integer(column++);
        for (Wide *target : {&usage.x86MibMs, &usage.armMibMs, &usage.provisionedX86MibMs, &usage.provisionedArmMibMs, &usage.ephemeralMibMs})
            *target = rows.integer(column++);
        for (qint64 *target : {&usage.streamedBytes, &usage.logBytes, &sum.gatewayUnits})
            *target = rows.integer(column++);
        usage.requests = sum.requests;
        all.append(std::move(row));
    }
    return all;
}

qint64 MeterStore::firstMs()
{
    sys::Statement row = m_database->query("SELECT min(hour) FROM usage HAVING min(hour) IS NOT NULL");
    return row.step() ? row.integer(0) * HourMs : -1;
}

std::vector<MeterStore::FunctionRun> MeterStore::runs(const QString &function)
{
    std::vector<FunctionRun> all;
    sys::Statement pieces = m_database->query("SELECT function, piece FROM runs WHERE ?1 = '' OR function = ?1 ORDER BY last");
    pieces.bind(function);
    while (pieces.step()) {
        const QString name = pieces.text(0);
        for (const RunSample &sample : unpacked(pieces.bytes(1)))
            all.push_back({name, sample});
    }
    return all;
}

Trace MeterStore::trace(const QString &function)
{
    std::vector<FunctionRun> all = runs(function);
    std::stable_sort(all.begin(), all.end(), [](const FunctionRun &left, const FunctionRun &right) { return left.sample.atMs < right.sample.atMs; });
    Trace trace;
    QHash<QString, qint32> known;
    std::vector<std::vector<qint64>> inits;
    std::vector<std::vector<qint64>> durations;
    for (const auto &[name, sample] : all) {
        const auto found = known.constFind(name);
        const qint32 index = found == known.cend() ? *known.insert(name, qint32(trace.functions.size())) : *found;
        if (index == qint32(trace.functions.size())) {
            trace.functions.emplace_back().name = name;
            trace.knowsMemory.append(true);
            inits.emplace_back();
            durations.emplace_back();
        }
        // The newest configuration is the one that counts.
        SimulatedFunction &simulated = trace.functions[size_t(index)];
        simulated.memoryMiB = sample.memoryMiB;
        simulated.arm = sample.arm;
        simulated.logBytes = sample.logBytes;
        durations[size_t(index)].push_back(sample.durationUs);
        if (sample.initUs > 0)
            inits[size_t(index)].push_back(sample.initUs);
        trace.arrivals.push_back({(sample.atMs - all.front().sample.atMs) * 1000, index, sample.durationUs});
    }
    for (size_t i = 0; i < trace.functions.size(); ++i) {
        trace.functions[i].duration = Distribution::measured(std::move(durations[i]));
        trace.functions[i].init = Distribution::measured(std::move(inits[i]));
    }
    return trace;
}

QHash<QString, qint64> MeterStore::medianUs()
{
    constexpr size_t Latest = 1000;
    QHash<QString, std::vector<qint64>> all;
    const std::vector<FunctionRun> known = runs({});
    for (auto run = known.crbegin(); run != known.crend(); ++run) {
        if (std::vector<qint64> &durations = all[run->function]; durations.size() < Latest)
            durations.push_back(run->sample.durationUs);
    }
    QHash<QString, qint64> medians;
    for (auto it = all.begin(); it != all.end(); ++it) {
        const auto middle = it->begin() + qsizetype(it->size() / 2);
        std::nth_element(it->begin(), middle, it->end());
        medians.insert(it.key(), *middle);
    }
    return medians;
}

} // namespace eph::cost
