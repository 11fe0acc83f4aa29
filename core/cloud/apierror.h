// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/http/message.h"

namespace eph::cloud {

/// A failure of a call, as a service words it.
struct ApiError {
    int status = 400;
    QByteArray type;
    QString message;
};

/// In the REST-JSON shape: the type in a header, the sentence in the body.
[[nodiscard]] http::Response errorResponse(const ApiError &error, const QByteArray &requestId);
/// Something here is in the way.
[[nodiscard]] ApiError unavailable(const Error &error);

/// A failure whose detail is the service's name of it; anything else is in the way.
[[nodiscard]] ApiError namedError(const Error &error);

/// A call that is answered with 400.
[[nodiscard]] tl::unexpected<ApiError> refused(const QByteArray &type, const QString &message);
[[nodiscard]] tl::unexpected<ApiError> refused(const Error &error);

} // namespace eph::cloud
