// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

namespace eph::cli {

/// `eph logs cloud`.
void addCloudLogs(CLI::App &logs, Action &action);

} // namespace eph::cli
