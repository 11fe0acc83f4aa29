// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

namespace eph::cloud {

/// The service that a request is signed for, such as `lambda`: the fourth part of its credential scope, in the header or, of an
/// address that was signed beforehand, in the query. Empty without one. Nobody checks the signature.
[[nodiscard]] QByteArray signedService(const http::Request &request);

} // namespace eph::cloud
