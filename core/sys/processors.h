// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eph::sys {

/// Processors that this program may use; at least 1.
[[nodiscard]] int processorCount();

/// Whether a processor has nothing to do at this very moment, as the kernel counts what could run. The caller itself counts,
/// too. True where the kernel does not say.
/// Source: proc_loadavg(5).
[[nodiscard]] bool isProcessorIdle();

} // namespace eph::sys
