// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

namespace eph::cloud {

class DeployedFunctions;
class FunctionCatalogue;

/// Tags of a function: those of the template, with SAM's own, until a call has changed them.
[[nodiscard]] QJsonObject tagsOf(FunctionCatalogue &catalogue, const DeployedFunctions &deployed, const QString &function);

} // namespace eph::cloud
