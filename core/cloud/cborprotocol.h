// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/jsonprotocol.h"

namespace eph::cloud {

/// What a call says in CBOR; an empty body says nothing. Source: Smithy 2.0, RPC v2 CBOR protocol, November 2026.
[[nodiscard]] tl::expected<QJsonObject, ApiError> cborInput(const http::Request &request);
/// Moments are members named `Timestamp`, in seconds since 1970.
[[nodiscard]] http::Response cborResponse(const JsonAnswer &answer, const QByteArray &requestId);

} // namespace eph::cloud
