// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <compare>

namespace eph {

/// An exact amount in pico-USD (10^-12 dollars). Never a floating point number.
struct Money {
    qint64 pico = 0;

    friend constexpr auto operator<=>(Money, Money) = default;
    friend constexpr Money operator+(Money a, Money b) { return {a.pico + b.pico}; }
    constexpr Money &operator+=(Money other)
    {
        pico += other.pico;
        return *this;
    }

    /// All twelve decimals without trailing zeros, such as `0.000000227083`.
    [[nodiscard]] QString exact() const;
    /// For reading: two significant digits below a cent, cents above, such as `$0.00000023`.
    [[nodiscard]] QString readable() const;
    /// The amount times a count, saturating.
    [[nodiscard]] Money times(qint64 count) const;
};

} // namespace eph
