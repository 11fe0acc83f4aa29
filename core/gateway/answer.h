// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/call.h"
#include "core/runtime/invocation.h"

namespace eph::gateway {

/// What the client gets of what a function returned, or of how it failed, by the rules of the kind of API.
/// Source: fact sheets of both formats and answers recorded from the service, November 2026.
[[nodiscard]] http::Response answerOf(const runtime::Invocation &invocation, const Call &call);

/// An answer of the gateway itself: `{"message":"…"}` in the kind's own words. `type` is the name of the gateway response.
[[nodiscard]] http::Response refusal(ApiKind kind, int status, const QByteArray &message, const QByteArray &type = {});

/// The function did not answer in the gateway's time.
[[nodiscard]] http::Response timedOut(ApiKind kind);
/// Nothing answers that path and method.
[[nodiscard]] http::Response noRoute(ApiKind kind);
/// What the function returned makes no answer, or it failed.
[[nodiscard]] http::Response badAnswer(ApiKind kind);

/// The parts of an answer as the function writes them: status, headers, cookies; without a body. nullopt where they make none.
[[nodiscard]] std::optional<http::Response> headOf(const QJsonObject &object, ApiKind kind);

} // namespace eph::gateway
