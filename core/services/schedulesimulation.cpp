// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/schedulesimulation.h"

#include <cmath>
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

struct ScheduleSimulation::State {
    QList<cloud::ProjectSchedule> schedules;
    QHash<QString, std::shared_ptr<Environments>> environments;
    std::vector<Standing> standing; ///< Of each schedule.
    std::optional<schedule::Agenda> agenda;
    std::priority_queue<Moment, std::vector<Moment>, std::greater<>> busy; ///< When each run ends.
    schedule::Instant end;
    milliseconds idleLife{};
};

ScheduleSimulation::ScheduleSimulation(const SimulationRequest &request, const cost::PriceBook &prices)
    : m_state(std::make_unique<State>())
    , m_now(request.from)
{
    m_state->end = request.from + request.length;
    m_state->idleLife = request.idleLife;
    for (cloud::ProjectSchedule &schedule : cloud::schedulesOf(*request.project)) {
        // What runs no function takes no environment and costs nothing of one.
        if (schedule.enabled && schedule.isValid() && schedule.target.isEmpty())
            m_state->schedules << std::move(schedule);
    }
    std::vector<schedule::AgendaEntry> entries;
    for (const cloud::ProjectSchedule &schedule : std::as_const(m_state->schedules)) {
        const project::Function *function = request.project->function(schedule.function);
        const milliseconds limit = seconds(function ? function->timeoutSeconds : 900);
        const milliseconds duration = std::min(limit, request.durations.value(schedule.function, request.standardDuration));
        auto &own = m_state->environments[schedule.function];
        if (!own)
            own = std::make_shared<Environments>();
        const cost::Usage usage{function ? function->memoryMiB : 128, duration.count(), function && function->architecture == QLatin1String("arm64")};
        m_state->standing.push_back({duration, cost::invocationCost(prices, usage), own.get()});
        entries.push_back({schedule.id, schedule.times(request.from), schedule.flexibleWindow});
        m_summary.runsOf.insert(schedule.id, 0);
    }
    m_state->agenda.emplace(std::move(entries), request.from - seconds(1));
}

ScheduleSimulation::~ScheduleSimulation() = default;

std::optional<SimulatedRun> ScheduleSimulation::next()
{
    State &state = *m_state;
    const schedule::Firing *due = state.agenda->peek();
    if (!due || due->at >= state.end) {
        m_now = state.end;
        return std::nullopt;
    }
    const schedule::Firing firing = state.agenda->take();
    const Standing &standing = state.standing[std::size_t(firing.entry)];
    const Moment at(firing.at.time_since_epoch());
    m_now = firing.at;
    while (!state.busy.empty() && state.busy.top() <= at)
        state.busy.pop();
    state.busy.push(at + standing.duration);
    const SimulatedRun run{&state.schedules.at(firing.entry), firing.scheduled, firing.at, standing.duration, int(state.busy.size()), standing.environments->begin(at, standing.duration, state.idleLife), standing.cost};
    ++m_summary.runs;
    ++m_summary.runsOf[run.schedule->id];
    m_summary.coldStarts += run.cold;
    m_summary.cost += run.cost;
    if (run.concurrency > m_summary.peakConcurrency) {
        m_summary.peakConcurrency = run.concurrency;
        m_summary.peakAt = firing.at;
    }
    return run;
}

QStringList signatureOf(const project::Project *project)
{
    if (!project)
        return {};
    QStringList parts{project->folder};
    const auto bound = [](std::optional<schedule::Instant> at) { return at ? schedule::toIso(*at) : QString(); };
    for (const cloud::ProjectSchedule &schedule : cloud::schedulesOf(*project))
        parts << schedule.id << schedule.function << schedule::dialectId(schedule.dialect) << schedule.text << schedule.zoneName << QString::number(schedule.enabled) << QString::fromUtf8(schedule.input)
              << QString::number(schedule.flexibleWindow.count()) << bound(schedule.start) << bound(schedule.end) << schedule.problem;
    for (const project::Function &function : project->functions)
        parts << function.name << QString::number(function.timeoutSeconds) << QString::number(function.memoryMiB) << function.architecture;
    return parts;
}

QHash<QString, milliseconds> measuredDurations(const runtime::LaneStore &lanes)
{
    QHash<QString, QList<double>> measured;
    for (const runtime::Lane &lane : lanes.lanes()) {
        for (const runtime::LaneSpan &span : lane.spans) {
            if (span.phase == runtime::LanePhase::Invoke && span.toMs)
                measured[lane.function] << *span.toMs - span.fromMs;
        }
    }
    QHash<QString, milliseconds> medians;
    for (auto it = measured.begin(); it != measured.end(); ++it) {
        const auto middle = it->begin() + it->size() / 2;
        std::nth_element(it->begin(), middle, it->end());
        medians.insert(it.key(), std::max(milliseconds(1), milliseconds(qint64(std::ceil(*middle)))));
    }
    return medians;
}

SimulationSummary simulate(const SimulationRequest &request, const cost::PriceBook &prices, const std::function<bool(const SimulatedRun &)> &run)
{
    ScheduleSimulation simulation(request, prices);
    for (auto next = simulation.next(); next; next = simulation.next()) {
        if (!run(*next))
            break;
    }
    return simulation.summary();
}

} // namespace eph::services
