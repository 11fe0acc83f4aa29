// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

namespace eph::cloud {

/// One message of `application/vnd.amazon.eventstream`: lengths and checksums around headers (text only) and a payload.
/// Pure. Source: the event stream encoding in the Smithy specification, November 2026.
[[nodiscard]] QByteArray eventStreamMessage(const http::Headers &headers, QByteArrayView payload);

/// An event of an operation's answer, such as `PayloadChunk`.
[[nodiscard]] QByteArray eventStreamEvent(const QByteArray &type, const QByteArray &contentType, QByteArrayView payload);

} // namespace eph::cloud
