// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <compare>
#include <limits>

namespace eph {

/// An exact amount in pico-USD (10^-12 dollars). Never a floating point number.
struct Money {
    qint64 pico = 0;

    friend constexpr auto operator<=>(Money, Money) = default;
    /// Saturating.
    friend constexpr Money operator+(Money a, Money b)
    {
        qint64 sum = 0;
        if (__builtin_add_overflow(a.pico, b.pico, &sum))
            return {a.pico < 0 ? std::numeric_limits<qint64>::min() : std::numeric_limits<qint64>::max()};
        return {sum};
    }
    friend constexpr Money operator-(Money a, Money b) { return a + Money{-b.pico}; }
    constexpr Money &operator+=(Money other) { return *this = *this + other; }

    /// So much that it cannot be told exactly any more: 9.2 million dollars.
    [[nodiscard]] constexpr bool isSaturated() const { return pico == std::numeric_limits<qint64>::max() || pico == std::numeric_limits<qint64>::min(); }

    /// All twelve decimals without trailing zeros, such as `0.000000227083`.
    [[nodiscard]] QString exact() const;
    /// For reading: two significant digits below a cent, cents above, such as `$0.00000023` and `$2,098,843.65`.
    [[nodiscard]] QString readable() const;
    /// The amount times a count, saturating.
    [[nodiscard]] Money times(qint64 count) const;
};

} // namespace eph
