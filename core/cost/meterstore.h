// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/metering.h"
#include "core/cost/runsample.h"
#include "core/cost/trace.h"
#include "core/sys/database.h"

#include <vector>

namespace eph::cost {

/// What was used in one hour, by one function and for one reason.
struct UsageRow {
    qint64 hour = 0; ///< Hours of the epoch.
    QString function;
    Trigger trigger = Trigger::Direct;
    QString origin;
    Totals totals;
};

/// What a project's functions used, on the disk: hourly sums for ever, and single invocations of late for the simulation. Used by
/// one thread at a time; several processes may have it open.
class MeterStore
{
public:
    static constexpr int MaxSamples = 100'000;

    /// An empty path is a store in memory.
    [[nodiscard]] static Result<std::unique_ptr<MeterStore>> open(const QString &path);
    /// To read what a project has; an empty one in memory where it has none.
    [[nodiscard]] static Result<std::unique_ptr<MeterStore>> ofProject(const QString &projectFolder);
    /// `.ephemera/costs.sqlite` in it.
    [[nodiscard]] static QString pathIn(const QString &projectFolder);

    /// All of them or none.
    [[nodiscard]] Result<void> add(const std::vector<Metered> &metered);
    /// Whole hours that overlap with that time, oldest first; milliseconds of the epoch.
    [[nodiscard]] QList<UsageRow> usage(qint64 fromMs, qint64 untilMs);
    /// When the first one was; -1 without any.
    [[nodiscard]] qint64 firstMs();

    /// Invocations as they came, and what is known of their functions; of one function alone where it is named.
    [[nodiscard]] Trace trace(const QString &function = {});
    /// The median duration of each function's latest thousand invocations, in microseconds.
    [[nodiscard]] QHash<QString, qint64> medianUs();

private:
    explicit MeterStore(std::unique_ptr<sys::Database> database) : m_database(std::move(database)) {}
    struct FunctionRun {
        QString function;
        RunSample sample;
    };
    /// In the order in which they were added; of all functions where none is named.
    [[nodiscard]] std::vector<FunctionRun> runs(const QString &function);
    void prune();

    std::unique_ptr<sys::Database> m_database;
    int m_sincePruned = 0;
};

} // namespace eph::cost
