// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <vector>

namespace eph::cost {

/// One run of a function, as far as the simulation needs it.
struct RunSample {
    qint64 atMs = 0; ///< Of the epoch.
    qint64 durationUs = 0;
    qint64 initUs = 0; ///< 0 where it was warm.
    qint64 logBytes = 0;
    qint32 memoryMiB = 0;
    bool arm = false;
    friend bool operator==(const RunSample &, const RunSample &) = default;
};

/// Many as one piece: a row of their own for each would cost a busy function more than all else that is kept of its runs.
[[nodiscard]] QByteArray packed(const std::vector<RunSample> &samples);
/// Up to where the piece can be read.
[[nodiscard]] std::vector<RunSample> unpacked(const QByteArray &piece);

} // namespace eph::cost
