// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/platformlines.h"

namespace eph::runtime::platform {

/// Importance of what the platform says, in rising order.
enum class Level { Debug, Info, Warn };
/// Of a name such as `DEBUG`; Info for anything else.
[[nodiscard]] Level levelOf(const QString &name);

/// Something that the platform says, in both of its log formats.
struct Event {
    QByteArray type;   ///< Such as `platform.start`.
    QByteArray record; ///< JSON object, keys in the service's order; empty where the JSON format says nothing.
    QByteArray text;   ///< Line of the text format; empty where that says nothing.
    Level level = Level::Info;
};

/// What is the same in all events of an environment.
struct Subject {
    QString function;
    QString version;
    QByteArray functionArn;
    QString runtime;
    QString interpreterVersion;
    QString logStream; ///< `YYYY/MM/DD/[version]hex`
    int memoryMiB = 128;
    bool provisioned = false;
};

[[nodiscard]] Event initStarted(const Subject &subject, Phase phase);
/// `status` is empty for success, otherwise `timeout` or `error`.
[[nodiscard]] Event initDone(const Subject &subject, Phase phase, QByteArrayView status, const QString &errorType);
[[nodiscard]] Event initReported(const Subject &subject, double initMs, Phase phase, QByteArrayView status, const QString &errorType);
[[nodiscard]] Event started(const Subject &subject, const QByteArray &requestId, const QByteArray &tenantId = {});
[[nodiscard]] Event runtimeDone(const Report &report, QByteArrayView status, qint64 producedBytes);
[[nodiscard]] Event ended(const QByteArray &requestId);
/// `textStatus` is what the line of the text format tells; a function's own error is none there.
[[nodiscard]] Event reported(const Report &report, QByteArrayView status, QByteArrayView textStatus);

/// How far an extension has come: `state` is the service's word for it, `errorType` is empty where nothing is wrong.
[[nodiscard]] Event extensionState(const QString &name, const QString &state, const QStringList &events, const QString &errorType = {});

/// An extension subscribed to telemetry; `state` is the service's word for it.
[[nodiscard]] Event telemetrySubscribed(const QString &name, const QString &state, const QStringList &types);
/// Telemetry that a subscriber did not get. No line of the text format.
[[nodiscard]] Event logsDropped(int records, qint64 bytes, const QString &reason);

/// `{"time":…,"type":…,"record":…}`, as a line of a JSON log.
[[nodiscard]] QByteArray jsonLine(const Event &event, qint64 epochMs);

} // namespace eph::runtime::platform
