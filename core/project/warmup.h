// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

#include <optional>

namespace eph::project {

/// A schedule that does nothing but keep an environment warm: an event named `WarmUp` with a rate. What it sends says so,
/// and the handler returns at once for it.
struct WarmUp {
    static constexpr auto EventName = "WarmUp";
    static constexpr auto Input = R"({"warmUp":true})";

    int minutes = 0;
    QByteArray input; ///< JSON.
};

/// Of a function that has one.
[[nodiscard]] std::optional<WarmUp> warmUpOf(const Function &function);
/// `rate(1 minute)`, `rate(5 minutes)`
[[nodiscard]] QString rateExpression(int minutes);

} // namespace eph::project
