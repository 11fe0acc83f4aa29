// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/line.h"
#include "core/services/linecost.h"
#include "core/services/recentinvocations.h"

namespace eph::services {

/// One invocation of a trace.
struct TraceSpan {
    QByteArray requestId;
    QString function;
    QString origin; ///< What called it, for people: `queue Work`.
    qint64 startedMs = 0; ///< Since 1970.
    double initMs = 0;    ///< That it waited for an initialisation first.
    double durationMs = 0;
    bool failed = false;
};

/// Everything that is known of one invocation.
struct RequestStory {
    QByteArray requestId;
    QString function;
    QString environment;
    QString origin;  ///< Empty where it is not known any more.
    QString outcome; ///< For people.
    bool failed = false;
    qint64 startedMs = -1;
    double durationMs = -1; ///< Of its report; -1: it has none yet.
    double initMs = -1;
    qint64 billedMs = -1;
    int memoryMiB = -1;
    int maxMemoryMiB = -1;
    std::optional<Money> cost;
    QList<logs::Line> lines;
    bool isRecent = false; ///< Event and answer are those of this run of the program.
    QByteArray event;
    QByteArray answer;
    QList<TraceSpan> trace; ///< With itself, in the order in which they began; of recent ones alone.
};

/// Put together from its lines, in their order, and from what is remembered. Pure.
[[nodiscard]] RequestStory storyOf(const QByteArray &requestId, const QList<logs::Line> &lines, const LineCost &cost, const RecentInvocations &recent);

/// `{requestId, function, environment, outcome, failed, startedMs, durationMs, initMs, billedMs, memoryMiB, maxMemoryMiB, costUsd, lines}`, as far as it is known.
[[nodiscard]] QJsonObject toJson(const RequestStory &story);

/// `queue Work`, `GET /items`, `by hand`.
[[nodiscard]] QString originText(const runtime::Origin &origin);

} // namespace eph::services
