// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/workbench.h"

#include "core/base/text.h"
#include "core/cost/meterstore.h"

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// Gives it memory, architecture, storage and concurrency of a function of the template.
void configure(cost::SimulatedFunction &simulated, const project::Function &function)
{
    simulated.memoryMiB = function.memoryMiB;
    simulated.arm = function.architecture == "arm64"_L1;
    simulated.ephemeralMiB = function.ephemeralStorageMiB;
    simulated.reservedConcurrency = function.reservedConcurrency;
    simulated.provisionedConcurrency = function.provisionedConcurrency;
}

constexpr qint64 HourUs = 3'600'000'000;

/// Empty where nothing was recorded.
Result<cost::Trace> recordedIn(const project::Project &project, const QString &function)
{
    const auto store = cost::MeterStore::ofProject(project.folder);
    if (!store)
        return tl::unexpected(store.error());
    return (*store)->trace(function);
}

} // namespace

qint64 Workbench::traceUs() const
{
    return trace.empty() ? 0 : trace.back().atUs - trace.front().atUs;
}

bool Workbench::standsForAnHour() const
{
    return !shape && traceUs() < HourUs;
}

Result<Workbench> recordedBench(const project::Project &project, const QString &function)
{
    auto recorded = recordedIn(project, function);
    if (!recorded)
        return tl::unexpected(recorded.error());
    if (recorded->arrivals.empty())
        return failure(ErrorCode::NotFound, Core::tr("Nothing has been recorded yet."), Core::tr("Invoke a function, or choose a shape of traffic."));
    Workbench bench;
    bench.functions = std::move(recorded->functions);
    bench.trace = std::move(recorded->arrivals);
    for (cost::SimulatedFunction &one : bench.functions) {
        if (const project::Function *declared = project.function(one.name))
            configure(one, *declared);
    }
    return bench;
}

Result<Workbench> shapedBench(const cost::Shape &shape, const project::Project &project, const project::Function &function)
{
    const auto recorded = recordedIn(project, function.name);
    if (!recorded)
        return tl::unexpected(recorded.error());
    Workbench bench = shapedBench(shape);
    cost::SimulatedFunction &simulated = bench.functions.front();
    bench.isMeasured = !recorded->functions.empty();
    if (bench.isMeasured)
        simulated = recorded->functions.front();
    simulated.name = function.name;
    configure(simulated, function);
    return bench;
}

Workbench shapedBench(const cost::Shape &shape)
{
    cost::SimulatedFunction simulated;
    simulated.name = u"function"_s;
    Workbench bench;
    bench.functions = {simulated};
    bench.shape = shape;
    bench.isMeasured = false;
    return bench;
}

Result<Workbench> tracedBench(const QString &file, std::uint64_t seed, const project::Function *lender)
{
    auto trace = cost::loadTrace(file, seed);
    if (!trace)
        return tl::unexpected(trace.error());
    Workbench bench;
    bench.functions = std::move(trace->functions);
    bench.trace = std::move(trace->arrivals);
    for (size_t i = 0; lender && i < bench.functions.size(); ++i) {
        const int memory = bench.functions[i].memoryMiB;
        configure(bench.functions[i], *lender);
        if (trace->knowsMemory.at(qsizetype(i)))
            bench.functions[i].memoryMiB = memory;
    }
    return bench;
}

} // namespace eph::services
