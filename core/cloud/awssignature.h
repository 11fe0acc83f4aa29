// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

#include <optional>

namespace eph::cloud {

/// The service that a request is signed for, such as `lambda`: the fourth part of its credential scope, in the header or, of an
/// address that was signed beforehand, in the query. Empty without one. Nobody checks the signature.
[[nodiscard]] QByteArray signedService(const http::Request &request);

/// An address that was signed beforehand, as its query has it.
struct Presigned {
    qint64 untilMs = 0; ///< 0: its date is none.
    std::optional<qint64> seconds = {}; ///< For which it holds; absent in the older way of signing.
};
/// nullopt where the request is none.
[[nodiscard]] std::optional<Presigned> presigned(const http::Request &request);

/// Of who signed an address beforehand, in either way; empty without one.
[[nodiscard]] QByteArray sessionTokenInQuery(const http::Request &request);

} // namespace eph::cloud
