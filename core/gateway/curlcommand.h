// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/requeststore.h"

namespace eph::gateway {

/// A command line for any POSIX shell that sends the same request to that address. The request's body must be there as a whole.
[[nodiscard]] QString curlCommand(const HandledRequest &request, const QString &baseUrl);

} // namespace eph::gateway
