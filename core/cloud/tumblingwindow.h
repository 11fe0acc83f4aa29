// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sources/streamstore.h"

#include <QJsonObject>

namespace eph::cloud {

/// How a call stands to the window of time that its records belong to.
enum class WindowCall {
    Within, ///< More may come.
    Last,   ///< It is over, and its state is to be dealt with.
    Early,  ///< Its state has grown beyond what is kept: to be dealt with, and the window goes on with none.
};

constexpr qsizetype MaxWindowStateBytes = 1024 * 1024;

/// When the window begins to which a moment belongs: windows follow each other from the epoch on. In epoch milliseconds.
[[nodiscard]] qint64 windowStart(qint64 epochMs, int seconds);

/// `{window: {start, end}, state, isFinalInvokeForWindow, isWindowTerminatedEarly}`, beside the records of an event.
/// Source: Lambda developer guide, stateful processing of streams, November 2026.
[[nodiscard]] QJsonObject windowFields(const sources::OpenWindow &window, int seconds, WindowCall call);

/// What a function answered as its state, as compact JSON; nullopt: nothing, and so it has failed.
[[nodiscard]] std::optional<QByteArray> stateIn(const QByteArray &answer);

} // namespace eph::cloud
