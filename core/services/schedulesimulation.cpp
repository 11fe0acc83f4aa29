// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/schedulesimulation.h"

#include <queue>

namespace eph::services {

using namespace std::chrono;

namespace {

using Moment = time_point<system_clock, milliseconds>;

/// The environments of one function: those that run, and those that wait for the next run.
class Environments
{
public:
    /// True when a new one had to be started. The one that was used last is used again.
    bool begin(Moment at, milliseconds duration, milliseconds idleLife)
    {
        while (!m_busy.empty() && m_busy.top() <= at) {
            m_idle.push_back(m_busy.top());
            m_busy.pop();
        }
        // Kept in the order in which they became free: the oldest are reclaimed.
        std::size_t gone = 0;
        while (gone < m_idle.size() && m_idle[gone] + idleLife < at)
            ++gone;
        m_idle.erase(m_idle.begin(), m_idle.begin() + std::ptrdiff_t(gone));
        const bool cold = m_idle.empty();
        if (!cold)
            m_idle.pop_back();
        m_busy.push(at + duration);
        return cold;
    }

private:
    std::priority_queue<Moment, std::vector<Moment>, std::greater<>> m_busy; ///< When each ends.
    std::vector<Moment> m_idle;                                             ///< Since when.
};

/// What is the same in each run of a schedule.
struct Standing {
    milliseconds duration{};
    Money cost;
    Environments *environments = nullptr;
};

} // namespace

SimulationSummary simulate(const SimulationRequest &request, const cost::PriceBook &prices, const std::function<bool(const SimulatedRun &)> &run)
{
    SimulationSummary summary;
    QList<cloud::ProjectSchedule> schedules;
    for (cloud::ProjectSchedule &schedule : cloud::schedulesOf(*request.project)) {
        if (schedule.enabled && schedule.isValid())
            schedules << std::move(schedule);
    }
    QHash<QString, std::shared_ptr<Environments>> environments;
    std::vector<schedule::AgendaEntry> entries;
    std::vector<Standing> standing;
    for (const cloud::ProjectSchedule &schedule : std::as_const(schedules)) {
        const project::Function *function = request.project->function(schedule.function);
        const milliseconds limit = seconds(function ? function->timeoutSeconds : 900);
        const milliseconds duration = std::min(limit, request.durations.value(schedule.function, request.standardDuration));
        auto &own = environments[schedule.function];
        if (!own)
            own = std::make_shared<Environments>();
        const cost::Usage usage{function ? function->memoryMiB : 128, duration.count(), function && function->architecture == QLatin1String("arm64")};
        standing.push_back({duration, cost::invocationCost(prices, usage), own.get()});
        entries.push_back({schedule.id, schedule.times(request.from), schedule.flexibleWindow});
    }
    schedule::Agenda agenda(std::move(entries), request.from - seconds(1));
    std::priority_queue<Moment, std::vector<Moment>, std::greater<>> busy;
    std::vector<qint64> counts(std::size_t(schedules.size()));
    const schedule::Instant end = request.from + request.length;
    for (const schedule::Firing *next = agenda.peek(); next && next->at < end; next = agenda.peek()) {
        const schedule::Firing firing = agenda.take();
        const auto index = std::size_t(firing.entry);
        const Moment at(firing.at.time_since_epoch());
        while (!busy.empty() && busy.top() <= at)
            busy.pop();
        busy.push(at + standing[index].duration);
        const int concurrency = int(busy.size());
        const SimulatedRun simulated{&schedules.at(firing.entry), firing.scheduled, firing.at, standing[index].duration, concurrency, standing[index].environments->begin(at, standing[index].duration, request.idleLife), standing[index].cost};
        ++summary.runs;
        ++counts[index];
        summary.coldStarts += simulated.cold;
        summary.cost += simulated.cost;
        if (concurrency > summary.peakConcurrency) {
            summary.peakConcurrency = concurrency;
            summary.peakAt = firing.at;
        }
        if (!run(simulated))
            break;
    }
    for (std::size_t i = 0; i < counts.size(); ++i)
        summary.runsOf.insert(schedules.at(qsizetype(i)).id, counts[i]);
    return summary;
}

} // namespace eph::services
