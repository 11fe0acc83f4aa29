// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace eph::cost {

/// Random numbers that are the same everywhere for the same seed: SplitMix64 (Steele, Lea, Flood 2014).
class Randomness
{
public:
    explicit Randomness(std::uint64_t seed) : m_state(seed) {}

    [[nodiscard]] std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    /// From 0 to just below `bound`.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound)
    {
        __extension__ using Product = unsigned __int128;
        return std::uint64_t((Product(next()) * bound) >> 64);
    }
    /// Exponentially distributed with mean 1. From basic arithmetic only, so that no library's logarithm changes a result.
    [[nodiscard]] double exponential()
    {
        const double u = double((next() >> 11) + 1) * 0x1p-53; // Above 0, at most 1.
        const std::uint64_t bits = std::bit_cast<std::uint64_t>(u);
        int exponent = int(bits >> 52) - 1023;
        double m = std::bit_cast<double>((bits & 0xfffffffffffffU) | 0x3ff0000000000000U);
        if (m > 1.4142135623730951) {
            m *= 0.5;
            ++exponent;
        }
        const double t = (m - 1) / (m + 1);
        const double s = t * t;
        // ln m = 2 artanh t; |t| is below 0.172, so the first term that is left out is below 1e-13.
        const double series = 2 * t * (1 + s * (1.0 / 3 + s * (1.0 / 5 + s * (1.0 / 7 + s * (1.0 / 9 + s * (1.0 / 11 + s * (1.0 / 13 + s / 15)))))));
        return -(exponent * 0.6931471805599453 + series);
    }

private:
    std::uint64_t m_state;
};

} // namespace eph::cost
