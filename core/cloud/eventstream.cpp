// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/eventstream.h"

#include <QtEndian>
#include <boost/crc.hpp>

namespace eph::cloud {

namespace {

constexpr char StringHeader = 7;

template<class Number>
void append(QByteArray &bytes, Number number)
{
    const Number big = qToBigEndian(number);
    bytes.append(reinterpret_cast<const char *>(&big), sizeof big);
}

quint32 crc32(QByteArrayView bytes)
{
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), size_t(bytes.size()));
    return crc.checksum();
}

} // namespace

QByteArray eventStreamMessage(const http::Headers &headers, QByteArrayView payload)
{
    QByteArray encoded;
    for (const auto &[name, value] : headers) {
        append(encoded, quint8(name.size()));
        encoded.append(name).append(StringHeader);
        append(encoded, quint16(value.size()));
        encoded.append(value);
    }
    constexpr qsizetype Frame = 16; // Two lengths and two checksums.
    QByteArray message;
    message.reserve(Frame + encoded.size() + payload.size());
    append(message, quint32(Frame + encoded.size() + payload.size()));
    append(message, quint32(encoded.size()));
    append(message, crc32(message));
    message.append(encoded).append(payload);
    append(message, crc32(message));
    return message;
}

QByteArray eventStreamEvent(const QByteArray &type, const QByteArray &contentType, QByteArrayView payload)
{
    return eventStreamMessage({{":event-type", type}, {":content-type", contentType}, {":message-type", "event"}}, payload);
}

} // namespace eph::cloud
