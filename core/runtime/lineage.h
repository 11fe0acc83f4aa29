// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace eph::runtime {

/// A function is stopped when it is in its own chain of calls so many times. Source: Lambda developer guide, recursive loop
/// detection, November 2026: about 16.
constexpr int MostInChain = 16;

/// A trace header with the chain of functions that led there, as `Lineage=a87bd80c:1|68fd508a:5`: a function, and how often it was there
/// before. Source: X-Ray developer guide, tracing header, November 2026.
struct Descent {
    QByteArray trace;
    int earlier = 0; ///< How often the function is in its chain already.
};
/// @param sender the header of whoever put what is delivered into a queue or stream; empty: the chain is in `trace` itself.
[[nodiscard]] Descent descend(const QByteArray &trace, const QByteArray &sender, const QString &function);

} // namespace eph::runtime
