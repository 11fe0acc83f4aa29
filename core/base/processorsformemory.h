// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eph {

/// Processors that the service gives a function of that memory. Source: Lambda developer guide, memory, November 2026.
[[nodiscard]] constexpr double processorsForMemory(double memoryMiB)
{
    return memoryMiB / 1769;
}

} // namespace eph
