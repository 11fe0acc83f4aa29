// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/call.h"
#include "core/mapping/template.h"

namespace eph::gateway {

/// Headers of the client's connection, which go no further: no integration sees them.
[[nodiscard]] bool staysAtGateway(const QByteArray &name);
/// `$input`, of a request's or an answer's body.
[[nodiscard]] mapping::Value inputOf(const Call &call, const QByteArray &body);
/// `$util`
[[nodiscard]] mapping::Value utilities();
/// `$context`, with `requestOverride` and `responseOverride` for what templates put there. The call has a route.
[[nodiscard]] mapping::Value contextValue(const Call &call);

/// What a body is as JSON; the text itself where it is none.
[[nodiscard]] mapping::Value bodyValue(const QByteArray &body);
/// With what percent signs and pluses stand for, as a form has them.
[[nodiscard]] QByteArray formEncoded(const QString &text);

} // namespace eph::gateway
