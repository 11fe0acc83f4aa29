// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

namespace eph::http {

/// The query of an address was signed with that secret in the older way of S3, which boto3 takes for links unless it is told
/// otherwise. False for an address that was not signed so.
/// Source: S3 user guide, signing and authenticating REST requests (signature version 2), November 2026.
[[nodiscard]] bool isPresignedByVersion2(const Request &request, const QByteArray &secretAccessKey);

} // namespace eph::http
