// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/othercloudcost.h"

#include "core/cost/priceids.h"

namespace eph::cost {

namespace {

QString id(const char16_t *name)
{
    return QStringView(name).toString();
}

qint64 roundedUp(qint64 us, qint64 stepMs)
{
    return (us + stepMs * 1000 - 1) / (stepMs * 1000) * stepMs;
}

struct CpuStep {
    int upToMiB;
    int cpu;
};

int stepFor(std::initializer_list<CpuStep> steps, int memoryMiB)
{
    for (const CpuStep &step : steps) {
        if (memoryMiB <= step.upToMiB)
            return step.cpu;
    }
    return (steps.end() - 1)->cpu;
}

} // namespace

void Workload::add(qint64 durationUs, qint64 times)
{
    requests += times;
    ms += std::max<qint64>(1, roundedUp(durationUs, 1)) * times;
    ms100 += std::max<qint64>(100, roundedUp(durationUs, 100)) * times;
    msAtLeast100 += std::max<qint64>(100, roundedUp(durationUs, 1)) * times;
    msAtLeast1000 += std::max<qint64>(1000, roundedUp(durationUs, 100)) * times;
}

// Source: Google Cloud, default processor of functions by memory, November 2026.
int cloudRunMilliCpu(int memoryMiB)
{
    return stepFor({{128, 83}, {256, 167}, {512, 333}, {1024, 583}, {2048, 1000}, {8192, 2000}, {16384, 4000}, {32768, 8000}}, memoryMiB);
}

QList<Line> cloudRunLines(const Workload &workload, int milliCpu)
{
    return {{id(ids::RunRequest), {workload.requests, 1}}, {id(ids::RunCpu), {Wide(workload.ms100) * milliCpu, 1000 * 1000}}, {id(ids::RunMemory), gbSeconds(Wide(workload.ms100) * workload.memoryMiB)}};
}

QList<Line> gcfLines(const Workload &workload)
{
    const int megahertz = stepFor({{128, 200}, {256, 400}, {512, 800}, {1024, 1400}, {2048, 2400}, {4096, 4800}}, workload.memoryMiB);
    return {{id(ids::GcfRequest), {workload.requests, 1}}, {id(ids::GcfMemory), gbSeconds(Wide(workload.ms100) * workload.memoryMiB)}, {id(ids::GcfCpu), {Wide(workload.ms100) * megahertz, 1000 * 1000}}};
}

QList<Line> azureConsumptionLines(const Workload &workload)
{
    constexpr int StepMiB = 128;
    constexpr int MaxMiB = 1536;
    const int memory = std::min(MaxMiB, (workload.memoryMiB + StepMiB - 1) / StepMiB * StepMiB);
    return {{id(ids::ConsumptionRequest), {workload.requests, 1}}, {id(ids::ConsumptionDuration), gbSeconds(Wide(workload.msAtLeast100) * memory)}};
}

QList<Line> azureFlexLines(const Workload &workload)
{
    const int memory = workload.memoryMiB <= 512 ? 512 : workload.memoryMiB <= 2048 ? 2048 : 4096;
    return {{id(ids::FlexRequest), {workload.requests, 1}}, {id(ids::FlexDuration), gbSeconds(Wide(workload.msAtLeast1000) * memory)}};
}

QList<Line> workersLines(qint64 requests, qint64 cpuMs)
{
    return {{id(ids::WorkersPlan), {1, 1}}, {id(ids::WorkersRequest), {requests, 1}}, {id(ids::WorkersCpu), {cpuMs, 1}}};
}

} // namespace eph::cost
