// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

#include <QString>
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

    /// By its name, `crc32`. Null for one that is not known.
    [[nodiscard]] static std::unique_ptr<S3Checksum> of(QByteArrayView algorithm);
    /// The text of the refusal of an algorithm that is not known.
    [[nodiscard]] static QString unsupported();
    /// As XML has it: `ChecksumCRC32`.
    [[nodiscard]] static QString elementOf(const QByteArray &algorithm);

    /// As it goes into a header, in small letters: `x-amz-checksum-crc32`.
    [[nodiscard]] const QByteArray &header() const { return m_header; }
    virtual void add(QByteArrayView bytes) = 0;
    /// Of all that was added, in base64.
    [[nodiscard]] virtual QByteArray value() const = 0;

protected:
    QByteArray m_header;
};

/// The checksum of an object that comes in parts: of all its bytes, or of the checksums of its parts, with their number behind.
class S3PartsChecksum
{
public:
    /// The algorithm is one that is known.
    S3PartsChecksum(QByteArray algorithm, bool composite);

    void add(QByteArrayView bytes);
    /// What was added since the last end is a part; its own checksum.
    [[nodiscard]] QByteArray endPart();
    /// `AAAAAA==`, or `AAAAAA==-3`.
    [[nodiscard]] QByteArray value() const;
    /// Whether such a value is of parts.
    [[nodiscard]] static bool isComposite(QByteArrayView value) { return value.contains('-'); }

private:
    QByteArray m_algorithm;
    bool m_composite;
    std::unique_ptr<S3Checksum> m_part;
    std::unique_ptr<S3Checksum> m_whole; ///< Of the bytes, or of the parts' checksums.
    int m_parts = 0;
};

} // namespace eph::cloud
