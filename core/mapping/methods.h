// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mapping/value.h"

namespace eph::mapping {

/// Calls one of Java's methods on a string, number, boolean, list or map, or one that an object has of its own. nullopt where there is none of that
/// name with so many arguments, or where Java would throw.
[[nodiscard]] std::optional<Value> callMethod(const Value &on, const QString &method, const QList<Value> &arguments);

/// `$map.key`, `$list.empty`, `$entry.value`; null where there is no such thing.
[[nodiscard]] Value memberOf(const Value &of, const QString &name);
/// `$list[0]`, `$map["key"]`; null where there is no such thing.
[[nodiscard]] Value elementOf(const Value &of, const Value &index);
/// Makes `$map.key = value` or `$list[0] = value` true. A value that holds what it is put into is left out.
void setElement(const Value &of, const Value &index, const Value &value);

} // namespace eph::mapping
