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
    qint64 signedMs = 0; ///< 0: its date is none.
    qint64 seconds = 0;  ///< For which it holds.

    [[nodiscard]] qint64 untilMs() const { return signedMs + 1000 * seconds; }
};
/// nullopt where the request is none.
[[nodiscard]] std::optional<Presigned> presigned(const http::Request &request);

} // namespace eph::cloud
