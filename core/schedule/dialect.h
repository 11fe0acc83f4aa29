// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <optional>

namespace eph::schedule {

/// Who reads the expression. The same letters mean different times to different services.
enum class Dialect { EventBridgeRules, EventBridgeScheduler, Unix, Kubernetes, Gcp, Azure, Quartz, OpenWhisk };

[[nodiscard]] const QList<Dialect> &allDialects();
/// As in scripts: `eventbridge-scheduler`.
[[nodiscard]] QString dialectId(Dialect dialect);
[[nodiscard]] std::optional<Dialect> dialectOf(const QString &id);
/// As people call it: `EventBridge Scheduler`.
[[nodiscard]] QString dialectName(Dialect dialect);
[[nodiscard]] bool isEventBridge(Dialect dialect);
/// Its schedules have a time zone of their own.
[[nodiscard]] bool hasZone(Dialect dialect);
/// An expression to begin with: every day at nine.
[[nodiscard]] QString exampleOf(Dialect dialect);

} // namespace eph::schedule
