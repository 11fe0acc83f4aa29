// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

#include <memory>

namespace eph::cloud {

/// The checksum of an object that a client announces, in a header or in the trailers: CRC32, CRC32C, CRC64NVME, SHA1 or SHA256.
/// Source: S3 user guide, checking object integrity, November 2026.
class S3Checksum
{
public:
    static constexpr QByteArrayView HeaderPrefix = "x-amz-checksum-";

    virtual ~S3Checksum() = default;

    /// Null where the head announces none that is known.
    [[nodiscard]] static std::unique_ptr<S3Checksum> announcedBy(const http::Request &head);

    /// As it goes into a header, in small letters: `x-amz-checksum-crc32`.
    [[nodiscard]] const QByteArray &header() const { return m_header; }
    virtual void add(QByteArrayView bytes) = 0;
    /// Of all that was added, in base64.
    [[nodiscard]] virtual QByteArray value() const = 0;

protected:
    QByteArray m_header;
};

} // namespace eph::cloud
