// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "core/events/inputtransformer.h"
#include "core/project/model.h"
#include "core/schedule/agenda.h"

namespace eph::cloud {

/// Source: EventBridge Scheduler, MaximumWindowInMinutes.
inline constexpr int LongestFlexibleMinutes = 1440;

/// A schedule that the template declares, mostly for one of its functions.
struct ProjectSchedule {
    QString id;       ///< `Digest/Daily`: the function's logical id and the event's; a resource of its own has its logical id alone.
    QString name;     ///< As it is called on the service.
    QString function; ///< By its name; with a qualifier where a call says so.
    QString target = {}; ///< ARN of what is not a function: a queue or a topic.
    QString messageGroup; ///< Of what goes into a FIFO queue.
    QString group = QStringLiteral("default");
    bool called = false; ///< Made by a call, not by the template.
    bool endsItself = false; ///< It is deleted once it has run for the last time.
    schedule::Dialect dialect = schedule::Dialect::EventBridgeRules;
    QString text;
    QString zoneName = QStringLiteral("UTC");
    std::optional<schedule::Instant> start;
    std::optional<schedule::Instant> end;
    std::chrono::seconds flexibleWindow{};
    int maxRetries = 185; ///< Of an event that cannot be handed to the function.
    std::chrono::seconds maxAge{86'400};
    QString deadLetter; ///< ARN of the queue that gets an event which is given up; empty: none.
    bool enabled = true;
    bool keepsWarm = false; ///< It does nothing else.
    bool ownResource = false;
    QByteArray input; ///< What the template gives; empty: the service's own event.
    events::InputTransformer transform = {}; ///< What a rule makes of that event.
    project::Location location;

    /// Why it cannot run, as words for people; empty when it can.
    QString problem;
    QString hint;
    std::optional<schedule::Expression> expression; ///< When it could be read.
    std::shared_ptr<const schedule::Zone> zone;     ///< When it is known.

    [[nodiscard]] bool isValid() const { return expression && zone && problem.isEmpty(); }
    /// Only for a valid one. `created` is where a rate without a start begins.
    [[nodiscard]] schedule::FireTimes times(schedule::Instant created) const;
    [[nodiscard]] QString arn(const QString &region) const;
};

/// In the template's order.
[[nodiscard]] QList<ProjectSchedule> schedulesOf(const project::Project &project);
[[nodiscard]] QList<ProjectSchedule> schedulesOf(const project::Function &function);

/// Why a function cannot take that input, in which placeholders of the Scheduler may stand where JSON has a value; empty where it can.
[[nodiscard]] QString inputProblem(const QString &input);

/// One that runs something else than a function.
[[nodiscard]] ProjectSchedule readSchedule(const QString &targetArn, const project::Trigger &trigger);

/// One of them as it is declared, for a function of that name.
[[nodiscard]] ProjectSchedule readSchedule(const project::Function &function, const project::Trigger &trigger);

/// What is wrong with them, for the list of problems.
[[nodiscard]] Findings scheduleFindings(const project::Project &project, schedule::Instant now);

/// What the function gets when a schedule fires. Deterministic: ids follow from the schedule and its time.
[[nodiscard]] QByteArray scheduleEvent(const ProjectSchedule &schedule, const QString &region, schedule::Instant scheduled, int attempt = 1);

/// Of a date and time in a template: `2026-01-01T00:00:00Z`; UTC where it names no offset. Invalid when it is none.
[[nodiscard]] Result<schedule::Instant> instantOf(const QString &iso);

} // namespace eph::cloud
