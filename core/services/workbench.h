// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/shape.h"
#include "core/cost/trace.h"
#include "core/project/model.h"

namespace eph::services {

/// Traffic, and the functions that it comes to.
struct Workbench {
    std::vector<cost::SimulatedFunction> functions;
    std::optional<cost::Shape> shape; ///< Either that, to the first function,
    std::vector<cost::Arrival> trace; ///< or this.
    bool isMeasured = true; ///< Durations are those of a function that ran; otherwise they are assumed.

    /// From the first request of the trace to the last; 0 for a shape.
    [[nodiscard]] qint64 traceUs() const;
    /// What was written down in less than an hour says too little about a month: it is taken for what comes in an hour.
    [[nodiscard]] bool standsForAnHour() const;
};

/// What ran in a project, as it came: of one function where its name is given. NotFound where nothing was recorded. Any thread.
[[nodiscard]] Result<Workbench> recordedBench(const project::Project &project, const QString &function = {});

/// Traffic that comes to a function of a project, with the durations that were measured of it. Any thread.
[[nodiscard]] Result<Workbench> shapedBench(const cost::Shape &shape, const project::Project &project, const project::Function &function);

/// Traffic that comes to a function of which nothing is known.
[[nodiscard]] Workbench shapedBench(const cost::Shape &shape);

/// A trace from a file, as cost::loadTrace(). What it does not say of its functions is taken from `lender`. Any thread.
[[nodiscard]] Result<Workbench> tracedBench(const QString &file, std::uint64_t seed, const project::Function *lender = nullptr);

} // namespace eph::services
