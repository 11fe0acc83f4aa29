// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/money.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eph {

namespace {
constexpr qint64 PicoPerDollar = 1'000'000'000'000;
constexpr qint64 PicoPerCent = PicoPerDollar / 100;
} // namespace

QString Money::exact() const
{
    const auto magnitude = pico < 0 ? 0 - quint64(pico) : quint64(pico);
    QString decimals = QString::number(magnitude % quint64(PicoPerDollar)).rightJustified(12, u'0');
    while (decimals.endsWith(u'0'))
        decimals.chop(1);
    const QString whole = (pico < 0 ? QStringLiteral("-") : QString()) + QString::number(magnitude / quint64(PicoPerDollar));
    return decimals.isEmpty() ? whole : QString(whole + u'.' + decimals);
}

QString Money::readable() const
{
    if (pico == 0)
        return QStringLiteral("$0");
    const QString sign = pico < 0 ? QStringLiteral("−$") : QStringLiteral("$");
    if (isSaturated())
        return u'>' + sign + QStringLiteral("9.2 million");
    const double dollars = std::abs(double(pico)) / double(PicoPerDollar);
    if (pico < PicoPerCent && pico > -PicoPerCent) {
        const int decimals = std::clamp(int(std::ceil(-std::log10(dollars))) + 1, 2, 12);
        return sign + QString::number(dollars, 'f', decimals);
    }
    QString text = QString::number(dollars, 'f', 2);
    for (qsizetype at = text.size() - 6; at > 0; at -= 3)
        text.insert(at, u',');
    return sign + text;
}

Money Money::times(qint64 count) const
{
    qint64 product = 0;
    if (__builtin_mul_overflow(pico, count, &product))
        return {(pico < 0) == (count < 0) ? std::numeric_limits<qint64>::max() : std::numeric_limits<qint64>::min()};
    return {product};
}

} // namespace eph
