// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace eph::runtime {

/// Of an invocation or a call: a UUID. Any thread.
[[nodiscard]] QByteArray newRequestId();
/// A new trace's part of the header X-Amzn-Trace-Id: `Root=1-TIME-RANDOM`. Any thread.
[[nodiscard]] QByteArray newTraceRoot(qint64 epochMs);
/// What a front hands on: with a parent, and whether it is sampled, where it says nothing of them.
[[nodiscard]] QByteArray completeTrace(QByteArray trace);
/// The root of such a header, `1-TIME-RANDOM`; empty where it has none. Pure.
[[nodiscard]] QByteArray traceRootOf(QByteArrayView header);
/// The whole header for a function that nobody traces: root, parent and `Sampled=0`. Any thread.
[[nodiscard]] QByteArray newTraceId(qint64 epochMs);

} // namespace eph::runtime
