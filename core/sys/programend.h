// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eph::sys {

/// What ephemera-init tells of the program that it ran; goes through a pipe as it lies in memory.
struct ProgramEnd {
    int waitStatus = 0; ///< As wait() gives it.
    int startError = 0; ///< errno of an exec that failed; otherwise 0.
    long peakKiB = 0;   ///< Highest resident memory.
};

} // namespace eph::sys
