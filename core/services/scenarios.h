// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/whatif.h"

namespace eph::services {

/// A worked case that is shipped: what an article says, and what the price list gives.
struct Scenario {
    QString id;
    QString title;
    QString text;
    Workbench bench;
    WhatIf before;
    std::optional<WhatIf> after; ///< Where two are compared.
};
[[nodiscard]] Result<QList<Scenario>> loadScenarios(const QString &file);

} // namespace eph::services
