// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logquery.h"

#include <atomic>

namespace eph::logs {

/// A line that was found.
struct LogHit {
    qint64 offset = 0; ///< Of its first byte in the text.
    qint64 length = 0;
};

/// What is looked through.
struct LogSearch {
    QByteArrayView text;
    const LogQuery &query;
    qint64 fromMs = -1; ///< Lines before this time are left out; -1: none.
    qint64 untilMs = -1;
};

/// Looks through a text with all processors. `onHits` gets what was found, in the text's order, on the caller's thread, a part
/// as soon as it is there; false ends it. Cancelled within some milliseconds once `cancelled` is set.
void search(const LogSearch &what, const std::atomic<bool> &cancelled, const std::function<bool(const std::vector<LogHit> &)> &onHits);

/// Calls work(part) for all parts of a text, each of whole lines, from all processors at once.
void eachChunk(QByteArrayView text, const std::function<void(QByteArrayView)> &work);

/// How many lines there are.
[[nodiscard]] qint64 countHits(const LogSearch &what, const std::atomic<bool> &cancelled);

} // namespace eph::logs
