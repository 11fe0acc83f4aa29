// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

namespace eph::http {

/// A browser asks for it on behalf of a page, not because somebody has typed its address: any site can have it ask.
[[nodiscard]] inline bool isForPage(const Request &request)
{
    const QByteArray site = request.header("Sec-Fetch-Site");
    return !request.header("Origin").isEmpty() || (!site.isEmpty() && site != "none");
}

} // namespace eph::http
