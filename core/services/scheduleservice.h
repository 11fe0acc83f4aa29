// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/projectschedules.h"
#include "core/cost/lambdacost.h"
#include "core/project/templateedit.h"
#include "core/services/schedulesimulation.h"

namespace eph::services {

/// A schedule as it is to stand in the template, below the events of a function.
struct ScheduleDraft {
    QString event; ///< Its name within the function.
    schedule::Dialect dialect = schedule::Dialect::EventBridgeScheduler; ///< One of the two of EventBridge.
    QString text;
    QString zone;  ///< Empty: UTC.
    QString start; ///< ISO in UTC, or empty.
    QString end;
    int flexibleMinutes = 0;
    bool enabled = true;
    QString input; ///< JSON, or empty.
};

/// A draft of what is there.
[[nodiscard]] ScheduleDraft draftOf(const cloud::ProjectSchedule &schedule);

/// What would be refused about it: an expression, a zone or an input that cannot be read, a name that something else has.
[[nodiscard]] Result<void> checkSchedule(const project::Function &function, const ScheduleDraft &draft);
/// The edit of a template's text that makes a function's event be that schedule: in place where there is one. Fails with
/// Invalid where the expression, the zone or the input cannot be read.
[[nodiscard]] Result<project::TextEdit> scheduleEdit(const QByteArray &text, const project::Function &function, const ScheduleDraft &draft);
/// The edit that changes what a schedule of the template says, wherever it is declared.
[[nodiscard]] Result<project::TextEdit> scheduleExpressionEdit(const QByteArray &text, const project::Project &project, const cloud::ProjectSchedule &schedule, const QString &expression);
/// The edit that spreads the runs of a schedule of EventBridge Scheduler over some minutes after its time.
[[nodiscard]] Result<project::TextEdit> scheduleWindowEdit(const QByteArray &text, const project::Project &project, const cloud::ProjectSchedule &schedule, int flexibleMinutes);
[[nodiscard]] Result<project::TextEdit> scheduleEnabledEdit(const QByteArray &text, const project::Project &project, const cloud::ProjectSchedule &schedule, bool enabled);
[[nodiscard]] Result<project::TextEdit> scheduleRemovalEdit(const QByteArray &text, const project::Project &project, const cloud::ProjectSchedule &schedule);

/// The same, written into the template's file.
[[nodiscard]] Result<void> setScheduleEnabled(const project::Project &project, const cloud::ProjectSchedule &schedule, bool enabled);
[[nodiscard]] Result<void> removeSchedule(const project::Project &project, const cloud::ProjectSchedule &schedule);
[[nodiscard]] Result<void> writeSchedule(const project::Function &function, const ScheduleDraft &draft);

/// By its id. NotFound says which there are.
[[nodiscard]] Result<cloud::ProjectSchedule> findSchedule(const project::Project &project, const QString &id);

/// Several schedules whose runs overlap again and again.
struct Collision {
    QStringList schedules; ///< Ids, in the template's order.
    schedule::Instant first;
    qint64 count = 0; ///< How often within the time that was looked at.
    int concurrency = 0; ///< The most runs at once.
    QString moved;       ///< Id of the one that could make room; empty where none can.
    QString suggested;   ///< Its expression then; empty where no other minute is free.
    int flexibleMinutes = 0; ///< Where none is: over how many minutes its runs may be spread. 0: it cannot be done.
};

/// Runs that overlap, most frequent first. `request` says the time and the durations.
/// Ends early, with nothing, when `cancelled` says so.
[[nodiscard]] QList<Collision> collisionsOf(const SimulationRequest &request, const cost::PriceBook &prices, const std::function<bool()> &cancelled = {});

/// What a schedule costs a month, by its runs from a moment on and the duration of each; 30 days, without free tier.
struct MonthlyCost {
    qint64 runs = 0;
    Money cost;
};
[[nodiscard]] MonthlyCost monthlyCost(const schedule::FireTimes &times, schedule::Instant from, const cost::Usage &usage, const cost::PriceBook &prices);

} // namespace eph::services
