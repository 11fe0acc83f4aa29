// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <chrono>

namespace eph::sys {

using Nanoseconds = std::chrono::nanoseconds;

/// The time, as a port: wall time for people and deadlines, monotonic time for durations.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual qint64 epochMs() const = 0;        ///< Unix time in milliseconds.
    [[nodiscard]] virtual Nanoseconds monotonic() const = 0; ///< Never goes back; only differences mean anything.
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] qint64 epochMs() const override;
    [[nodiscard]] Nanoseconds monotonic() const override;
};

} // namespace eph::sys
