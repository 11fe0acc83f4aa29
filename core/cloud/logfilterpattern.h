// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <functional>

namespace eph::cloud {

/// CloudWatch Logs' filter pattern, which says what events are wanted: terms (`ERROR -timeout "exact words"`, `?either ?or`), an
/// expression (`%5\d\d%`), members of JSON (`{ $.level = "ERROR" && $.ms > 500 }`), or columns (`[level=WARN*, ..., ms>500]`). Pure, and cheap
/// to copy. Source: CloudWatch Logs user guide, filter pattern syntax, November 2026.
class LogFilterPattern
{
public:
    /// All events.
    LogFilterPattern() = default;
    /// Invalid with what is wrong in it.
    [[nodiscard]] static Result<LogFilterPattern> parse(const QString &text);

    /// Of an event's text.
    [[nodiscard]] bool matches(const QString &message) const { return !m_matches || m_matches(message); }

private:
    explicit LogFilterPattern(std::function<bool(const QString &)> matches)
        : m_matches(std::move(matches))
    {
    }

    std::function<bool(const QString &)> m_matches;
};

} // namespace eph::cloud
