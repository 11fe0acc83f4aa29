// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/gzip.h"

#include <QtEndian>

namespace eph::events {

namespace {

constexpr qsizetype LengthSize = 4;     ///< Before what qCompress() makes.
constexpr qsizetype ZlibHeaderSize = 2; ///< RFC 1950.
constexpr qsizetype ZlibTrailerSize = 4;

[[nodiscard]] quint32 crc32(const QByteArray &bytes)
{
    quint32 crc = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        crc ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0);
    }
    return ~crc;
}

} // namespace

QByteArray gzipped(const QByteArray &bytes)
{
    // Both formats hold the same compressed data.
    const QByteArray zlib = qCompress(bytes).mid(LengthSize);
    QByteArray trailer(8, '\0');
    qToLittleEndian<quint32>(crc32(bytes), trailer.data());
    qToLittleEndian<quint32>(quint32(bytes.size()), trailer.data() + 4);
    return QByteArray("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10) + zlib.mid(ZlibHeaderSize, zlib.size() - ZlibHeaderSize - ZlibTrailerSize) + trailer;
}

} // namespace eph::events
