// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QStringList>
#include <QUrl>
#include <chrono>

namespace eph::runtime {

/// What an extension asks of the Telemetry API. Source: Telemetry API reference and the emulator, November 2026.
struct TelemetrySubscription {
    enum class Protocol { Http, Tcp };

    QString schemaVersion;
    QStringList types; ///< Of `platform`, `function` and `extension`.
    Protocol protocol = Protocol::Http;
    quint16 port = 0;
    QString path; ///< Of the URI, with its query.
    QByteArray host; ///< As it was written, for the Host header.
    int maxItems = 10'000;
    qint64 maxBytes = 262'144;
    std::chrono::milliseconds timeout{1'000};

    /// Whether a function's line that is a JSON object is handed on as one.
    [[nodiscard]] bool hasObjects() const { return schemaVersion != QStringLiteral("2022-07-01"); }
};

/// Reads the body of `PUT /2022-07-01/telemetry`. Invalid, with the sentence that the extension gets, for anything that the
/// service refuses. Pure.
[[nodiscard]] Result<TelemetrySubscription> parseTelemetrySubscription(const QByteArray &body);

} // namespace eph::runtime
