// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"

namespace eph::cloud {

/// Every function, by its name, with the log group that it writes into.
[[nodiscard]] QMap<QString, QString> groupsOfFunctions(FunctionCatalogue &catalogue, const DeployedFunctions &deployed);

} // namespace eph::cloud
