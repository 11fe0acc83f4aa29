// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/invocation.h"

namespace eph::test {

/// The figures of a cold invocation as the service reported them.
[[nodiscard]] inline runtime::Report recordedReport()
{
    runtime::Report report;
    report.requestId = "11111111-2222-4333-8444-555555555555";
    report.durationMs = 3.01;
    report.billedMs = 114;
    report.memoryMiB = 128;
    report.maxMemoryMiB = 36;
    report.initMs = 110.1;
    return report;
}

} // namespace eph::test
