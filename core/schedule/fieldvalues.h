// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/cronspec.h"

#include <QList>

namespace eph::schedule {

/// What a field takes, in ascending order.
[[nodiscard]] QList<int> valuesOf(quint64 bits);
[[nodiscard]] QList<int> valuesOf(const std::bitset<YearCount> &years);

/// The same distance from each value to the next; 0 where there is none.
[[nodiscard]] int stepOf(const QList<int> &values);

/// A value alone, or several in a row.
struct ValueRun {
    int first = 0;
    int last = 0;
};
/// Rows that are shorter than `shortest` come apart into single values.
[[nodiscard]] QList<ValueRun> runsOf(const QList<int> &values, int shortest);

} // namespace eph::schedule
