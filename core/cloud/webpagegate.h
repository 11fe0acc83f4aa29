// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

#include <optional>

namespace eph::cloud {

/// What of the buckets is open to web pages, which any site could send: objects whose address was signed beforehand by a function
/// here, or by anybody for a page of this machine; and what browsers ask before. Null: it is. `request` comes from a page.
[[nodiscard]] std::optional<http::Response> refusalOfPage(const http::Request &request);

} // namespace eph::cloud
