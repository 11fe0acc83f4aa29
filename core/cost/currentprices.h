// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/pricebook.h"

namespace eph::cost {

/// The prices in force: those that were imported, unless the shipped ones are newer by now.
[[nodiscard]] Result<PriceBook> currentPriceBook();

/// Where imported prices are kept.
[[nodiscard]] QString importedPricesPath();

/// Keeps the prices of a file for all projects. Invalid, and nothing changes, where it cannot be used, is of the future, or older
/// than the shipped ones.
[[nodiscard]] Result<PriceBook> importPriceBook(const QString &file);

} // namespace eph::cost
