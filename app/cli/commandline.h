// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eph::cli {

/// Parses and runs a command line; returns the exit code. A QCoreApplication must exist.
[[nodiscard]] int run(int argc, char **argv);

} // namespace eph::cli
