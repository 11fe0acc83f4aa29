// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/lambdacost.h"

#include <QMetaType>

namespace eph::cost {

/// What made a function run, as far as it has a price of its own. Stored by name.
enum class Trigger { Direct, HttpApi, RestApi, FunctionUrl, WebSocket, Authorizer, Scheduler, ScheduledRule, WarmUp, Queue, Stream, Event };
[[nodiscard]] QString triggerName(Trigger trigger);
[[nodiscard]] Trigger triggerOf(const QString &name);
/// In words, such as “HTTP API”.
[[nodiscard]] QString triggerLabel(Trigger trigger);

/// One invocation as it was measured.
struct Metered {
    QString function;
    Trigger trigger = Trigger::Direct;
    QString origin; ///< `GET /items/{id}`, a schedule, a queue.
    qint64 atMs = 0; ///< When it began, milliseconds of the epoch.
    qint64 durationUs = 0;
    qint64 initUs = 0;
    qint64 requestBytes = 0;
    qint64 responseBytes = 0;
    Usage usage;
    bool coldStart = false;
    bool throttled = false; ///< It never ran and costs nothing, but for the gateway before it.
    bool failed = false;
};

/// The same added up.
struct Totals {
    qint64 requests = 0; ///< All that ran.
    qint64 throttles = 0;
    qint64 failures = 0;
    qint64 coldStarts = 0;
    qint64 durationUs = 0;
    qint64 initUs = 0;
    LambdaUsage usage;
    qint64 gatewayUnits = 0; ///< Requests as a gateway counts them.

    void add(const Metered &metered);
    Totals &operator+=(const Totals &other);
};

/// What totals of that trigger are charged for: the functions' own use, and what the trigger adds. A batch of a queue counts as
/// two of its requests, a receive and a delete; that is modelled. Of a WebSocket API the messages that came are counted, not those
/// that were sent, nor the minutes of connections.
[[nodiscard]] QList<Line> linesOf(const Totals &totals, Trigger trigger);

/// The cost of one, without free tier: its own and what its trigger adds.
[[nodiscard]] Money costOf(const PriceBook &prices, const Metered &metered);

} // namespace eph::cost
