// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/documentstore.h"
#include "core/cloud/projectschedules.h"

namespace eph::cloud {

/// What belongs to the Scheduler among the account's documents.
namespace kinds {
inline const QString Schedule = QStringLiteral("schedule");       ///< Owned by its group.
inline const QString ScheduleGroup = QStringLiteral("schedule-group"); ///< Owned by nobody.
}

/// The schedules that calls have made: one for each target of a rule, and those of the Scheduler.
[[nodiscard]] QList<ProjectSchedule> deployedSchedules(const account::DocumentStore &documents);

/// One of the Scheduler's, by its document.
[[nodiscard]] ProjectSchedule deployedSchedule(const QString &group, const QJsonObject &document);

} // namespace eph::cloud
