// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/projectschedules.h"
#include "core/cost/lambdacost.h"
#include "core/runtime/lanestore.h"

#include <QHash>
#include <functional>
#include <memory>

namespace eph::services {

/// A stretch of time in which a project's schedules are to run on a clock that is turned, not waited for.
struct SimulationRequest {
    const project::Project *project = nullptr;
    schedule::Instant from;
    std::chrono::seconds length{};
    /// By the function's name; measured ones make the picture true.
    QHash<QString, std::chrono::milliseconds> durations;
    std::chrono::milliseconds standardDuration{1000};
    /// How long an idle environment is kept. The service does not say; this is modelled.
    std::chrono::seconds idleLife{std::chrono::minutes(10)};
};

/// One run on the turned clock.
struct SimulatedRun {
    const cloud::ProjectSchedule *schedule = nullptr;
    schedule::Instant scheduled;
    schedule::Instant at;
    std::chrono::milliseconds duration{};
    int concurrency = 0; ///< Runs of all functions at that moment, this one included.
    bool cold = false;   ///< No environment of its function was free.
    Money cost;          ///< Without the time of a cold start, and without free tier.
};

struct SimulationSummary {
    qint64 runs = 0;
    qint64 coldStarts = 0;
    int peakConcurrency = 0;
    std::optional<schedule::Instant> peakAt; ///< The first moment of the peak.
    Money cost;
    QHash<QString, qint64> runsOf; ///< By the schedule's id.
};

/// A project's schedules on a clock that one turns: from firing to firing. The same request gives the same runs. Disabled
/// schedules and those that cannot be read take no part.
class ScheduleSimulation
{
public:
    ScheduleSimulation(const SimulationRequest &request, const cost::PriceBook &prices);
    ~ScheduleSimulation();

    /// The next firing, and with it the clock moves there; null when the stretch of time is over. Valid as long as this lives.
    [[nodiscard]] std::optional<SimulatedRun> next();
    [[nodiscard]] const SimulationSummary &summary() const { return m_summary; }
    /// Of the request, at most the end of its time.
    [[nodiscard]] schedule::Instant now() const { return m_now; }

private:
    struct State;
    std::unique_ptr<State> m_state;
    SimulationSummary m_summary;
    schedule::Instant m_now;
};

/// All that a project says about when its schedules run and what that costs; two projects with the same have the same runs.
[[nodiscard]] QStringList signatureOf(const project::Project *project);

/// The median duration of each function's invocations that have ended, by its name.
[[nodiscard]] QHash<QString, std::chrono::milliseconds> measuredDurations(const runtime::LaneStore &lanes);

/// Runs one to its end, calling `run` for each firing until that returns false.
SimulationSummary simulate(const SimulationRequest &request, const cost::PriceBook &prices, const std::function<bool(const SimulatedRun &)> &run);

} // namespace eph::services
