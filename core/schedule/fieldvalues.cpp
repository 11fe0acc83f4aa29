// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/fieldvalues.h"

#include <bit>

namespace eph::schedule {

QList<int> valuesOf(quint64 bits)
{
    QList<int> values;
    for (; bits; bits &= bits - 1)
        values << std::countr_zero(bits);
    return values;
}

QList<int> valuesOf(const std::bitset<YearCount> &years)
{
    QList<int> values;
    for (int index = 0; index < YearCount; ++index) {
        if (years[std::size_t(index)])
            values << FirstYear + index;
    }
    return values;
}

int stepOf(const QList<int> &values)
{
    if (values.size() < 2)
        return 0;
    const int by = values.at(1) - values.at(0);
    for (qsizetype i = 2; i < values.size(); ++i) {
        if (values.at(i) - values.at(i - 1) != by)
            return 0;
    }
    return by;
}

QList<ValueRun> runsOf(const QList<int> &values, int shortest)
{
    QList<ValueRun> runs;
    for (qsizetype i = 0; i < values.size();) {
        qsizetype end = i;
        while (end + 1 < values.size() && values.at(end + 1) == values.at(end) + 1)
            ++end;
        if (end - i + 1 < shortest)
            end = i;
        runs << ValueRun{values.at(i), values.at(end)};
        i = end + 1;
    }
    return runs;
}

} // namespace eph::schedule
