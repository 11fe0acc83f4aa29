// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"
#include "core/sources/bucketstore.h"

namespace eph::cloud {

/// What the If-… headers of a request say about an object that is there. Source: S3 API reference, conditional requests,
/// November 2026.
enum class Condition { Holds, Failed, NotModified };

/// For reading: with `x-amz-copy-source-` as prefix, those of a copy about its source, where not modified is a failure.
[[nodiscard]] Condition readCondition(const http::Request &request, const QByteArray &prefix, const sources::ObjectInfo &object);

/// For writing and removing: empty where it may be done; the service's name of the refusal otherwise. `object` is null where
/// there is none of that key.
[[nodiscard]] QByteArray writeRefusal(const http::Request &request, const sources::ObjectInfo *object);

} // namespace eph::cloud
