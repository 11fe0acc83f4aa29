// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>

namespace eph::cloud {

/// A function as a client names it.
struct FunctionRef {
    QString name;
    QString qualifier; ///< Version or alias; empty when none was given.
};

/// Reads `name`, `name:qualifier`, `account:function:name[:qualifier]` and whole ARNs. nullopt for anything else.
[[nodiscard]] std::optional<FunctionRef> parseFunctionRef(const QString &text);

} // namespace eph::cloud
