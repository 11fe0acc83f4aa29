// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"

namespace eph::cloud {

/// Why a queue, topic, stream or bucket stays: the template declares one of that type and name, so that it would come back without
/// what it holds. Empty where none does.
[[nodiscard]] QString keptByTemplate(FunctionCatalogue &catalogue, QLatin1StringView type, const QString &name);

} // namespace eph::cloud
