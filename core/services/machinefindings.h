// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/schedule/instant.h"
#include "core/sys/interpreters.h"

namespace eph::services {

/// A project's own findings and what this machine adds to them: runtimes that have no way to run here, and interpreters of
/// another version than the template asks for, schedules that will surprise from `now` on, and queues and streams that
/// cannot feed their functions.
[[nodiscard]] Findings allFindings(const project::Project &project, const sys::Interpreters &interpreters, schedule::Instant now);

} // namespace eph::services
