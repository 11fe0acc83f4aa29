// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/bill.h"

namespace eph::cost {

/// A month of invocations of one kind, for comparing providers: each rounds their time in its own way.
struct Workload {
    qint64 requests = 0;
    qint64 ms = 0;        ///< Sum of the times, each rounded up to 1 ms.
    qint64 ms100 = 0;     ///< Each rounded up to 100 ms.
    qint64 msAtLeast100 = 0;  ///< Each at least 100 ms, then rounded up to 1 ms.
    qint64 msAtLeast1000 = 0; ///< Each at least 1,000 ms, then rounded up to 100 ms.
    int memoryMiB = 128;

    /// So many of the same duration.
    void add(qint64 durationUs, qint64 times = 1);
};

/// Functions on Cloud Run, billed by request. One request at a time in an instance; `milliCpu` is a thousandth of a vCPU.
[[nodiscard]] QList<Line> cloudRunLines(const Workload &workload, int milliCpu);
/// The processor share that a function of that memory gets there unless it is set.
[[nodiscard]] int cloudRunMilliCpu(int memoryMiB);

/// Cloud Functions, first generation: processor speed goes with the memory.
[[nodiscard]] QList<Line> gcfLines(const Workload &workload);

/// Azure Functions, Consumption: memory counts in steps of 128 MB up to 1,536.
[[nodiscard]] QList<Line> azureConsumptionLines(const Workload &workload);
/// Flex Consumption: instances of 512, 2,048 or 4,096 MB. One at a time in an instance.
[[nodiscard]] QList<Line> azureFlexLines(const Workload &workload);

/// Cloudflare Workers, paid plan; bills processor time only.
[[nodiscard]] QList<Line> workersLines(qint64 requests, qint64 cpuMs);

} // namespace eph::cost
