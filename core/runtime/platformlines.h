// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/invocation.h"

namespace eph::runtime {

/// The platform's own log lines and payloads, byte for byte as the service writes them. Pure.
/// Source: recorded CloudWatch logs and the runtime emulator's texts, read November 2026.
namespace platform {

enum class Phase { Init, Invoke };

[[nodiscard]] QByteArray initStart(const QString &runtime, const QString &interpreterVersion = {}, const QString &region = QStringLiteral("us-east-1"));
[[nodiscard]] QByteArray start(const QByteArray &requestId, const QString &version);
[[nodiscard]] QByteArray end(const QByteArray &requestId);
/// `status` is empty for success, otherwise `timeout` or `error`.
[[nodiscard]] QByteArray report(const Report &report, QByteArrayView status);
[[nodiscard]] QByteArray initReport(double initMs, Phase phase, QByteArrayView status, const QString &errorType);

/// `{"errorType":…,"errorMessage":"RequestId: <id> Error: <reason>"}`
[[nodiscard]] QByteArray errorPayload(QByteArrayView errorType, const QByteArray &requestId, QByteArrayView reason);
[[nodiscard]] QByteArray timedOutReason(std::chrono::seconds timeout);
/// How a process ended: `exit status 3`, `signal: killed`.
[[nodiscard]] QByteArray endReason(int code, int signal);
/// `Runtime exited with error: exit status 3`, `… signal: killed`, or `Runtime exited without providing a reason`.
[[nodiscard]] QByteArray exitReason(int code, int signal);
[[nodiscard]] QByteArray responseTooLargePayload();
/// What the service's own clients log then.
[[nodiscard]] QByteArray responseRefusedLine(qint64 epochMs);

/// Whole milliseconds that are billed: duration and initialisation, rounded up (rule since 2025-08-01).
[[nodiscard]] qint64 billedMs(double durationMs, std::optional<double> initMs);

/// What the platform keeps of the header Lambda-Runtime-Function-Error-Type.
[[nodiscard]] QByteArray keptErrorType(const QByteArray &header);

} // namespace platform
} // namespace eph::runtime
