// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

#include <QDateTime>

namespace eph::http {

/// Of whoever signs. Never printed, never part of an error.
struct Credentials {
    QByteArray accessKeyId;
    QByteArray secretAccessKey;
    QByteArray sessionToken; ///< Of temporary ones.
};

/// How requests to a service are signed.
struct Signing {
    Credentials credentials;
    QByteArray region;
    QByteArray service; ///< As in a credential scope, such as `lambda`.
    QDateTime at;
    bool normalizePath = true; ///< Not for S3, whose keys may hold `..` and `//`.
    bool tellsBodyHash = false; ///< S3 wants `X-Amz-Content-Sha256`.
    bool signsToken = true;    ///< A few services want the token beside the signature.
};

/// The steps of AWS Signature Version 4, apart so that each can be told from another.
/// Source: IAM user guide, signing AWS API requests, November 2026.
struct Signature4 {
    QByteArray canonicalRequest;
    QByteArray stringToSign;
    QByteArray signature; ///< Hexadecimal.
    Headers headers;      ///< To be added to the request.
};

/// `request` has a Host header and the path as it goes over the wire.
[[nodiscard]] Signature4 signRequest(const Request &request, const Signing &signing);

/// The query that makes an address valid for so many seconds, without any header but Host.
struct Presigned {
    Signature4 steps;
    QByteArray query;
};
[[nodiscard]] Presigned presignRequest(const Request &request, const Signing &signing, int expiresSeconds);

/// The query of an address was signed with that secret, as S3's are: with the host and every `x-amz-` header. The body is not part
/// of it unless the request tells its hash, which nobody compares. False for an address that was not signed so.
[[nodiscard]] bool isPresignedWith(const Request &request, const QByteArray &secretAccessKey);

} // namespace eph::http
