// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/deploy/apicall.h"
#include "core/http/message.h"

#include <tl/expected.hpp>

namespace eph::deploy {

/// A call as it goes over the wire, without host and signature. Its values are filled in. Pure. Unsupported for what is no call of
/// operations.h, Invalid where a member of the path is missing.
[[nodiscard]] Result<http::Request> requestOf(const ApiCall &call);

/// What came back, by the names of the service's model; failures in whatever shape the service has for them. Pure.
[[nodiscard]] tl::expected<QJsonObject, ApiFailure> answerOf(const ApiCall &call, const http::Response &response);

} // namespace eph::deploy
