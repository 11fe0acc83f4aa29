// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "app/cli/invokerunner.h"

namespace eph::cli {

/// Runs a function once in a cloud that is there for this run alone, and prints its log meanwhile, its answer afterwards. Gives
/// the exit code.
[[nodiscard]] int invokeOnce(const services::InvokeService::Request &request, const RunOptions &run, Format format);

} // namespace eph::cli
