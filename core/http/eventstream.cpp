// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/eventstream.h"

#include "core/base/text.h"

#include <QtEndian>
#include <array>
#include <boost/crc.hpp>

namespace eph::http {

namespace {

constexpr char StringHeader = 7;
constexpr qsizetype Frame = 16; // Two lengths and two checksums.
constexpr qsizetype LargestMessage = 16 * 1024 * 1024 + Frame;

[[nodiscard]] quint32 numberAt(QByteArrayView bytes, qsizetype at)
{
    return qFromBigEndian<quint32>(bytes.sliced(at, 4).data());
}

[[nodiscard]] tl::unexpected<Error> broken(const QString &why)
{
    return failure(ErrorCode::Invalid, Core::tr("The event stream is broken: %1.").arg(why));
}

/// Bytes of a header's value by its type; -1 where they stand before it, -2 for no type.
[[nodiscard]] int valueSize(char type)
{
    constexpr std::array<int, 10> sizes{0, 0, 1, 2, 4, 8, -1, -1, 8, 16};
    return type >= 0 && size_t(type) < sizes.size() ? sizes[size_t(type)] : -2;
}

[[nodiscard]] Result<Headers> headersIn(QByteArrayView bytes)
{
    Headers headers;
    for (qsizetype at = 0; at < bytes.size();) {
        const auto nameSize = qsizetype(quint8(bytes[at]));
        if (at + 1 + nameSize + 1 > bytes.size())
            return broken(Core::tr("a header is cut off"));
        const QByteArrayView name = bytes.sliced(at + 1, nameSize);
        const char type = bytes[at + 1 + nameSize];
        at += 1 + nameSize + 1;
        qsizetype size = valueSize(type);
        if (size == -1 && at + 2 <= bytes.size()) {
            size = qFromBigEndian<quint16>(bytes.sliced(at, 2).data());
            at += 2;
        }
        if (size < 0 || at + size > bytes.size())
            return broken(Core::tr("a header is cut off"));
        if (type == StringHeader)
            headers.emplaceBack(name.toByteArray(), bytes.sliced(at, size).toByteArray());
        at += size;
    }
    return headers;
}

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

QByteArray eventStreamMessage(const Headers &headers, QByteArrayView payload)
{
    QByteArray encoded;
    for (const auto &[name, value] : headers) {
        append(encoded, quint8(name.size()));
        encoded.append(name).append(StringHeader);
        append(encoded, quint16(value.size()));
        encoded.append(value);
    }
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

Result<QList<EventStreamMessage>> EventStreamReader::add(QByteArrayView bytes)
{
    m_rest.append(bytes);
    QList<EventStreamMessage> messages;
    constexpr qsizetype Prelude = 12;
    for (QByteArrayView rest = m_rest;;) {
        const auto keep = [&] { m_rest = rest.toByteArray(); };
        if (rest.size() < Prelude) {
            keep();
            return messages;
        }
        const auto size = qsizetype(numberAt(rest, 0));
        const auto headerSize = qsizetype(numberAt(rest, 4));
        if (numberAt(rest, 8) != crc32(rest.first(8)))
            return broken(Core::tr("a checksum is wrong"));
        if (size < Frame + headerSize || size > LargestMessage)
            return broken(Core::tr("a length cannot be"));
        if (rest.size() < size) {
            keep();
            return messages;
        }
        if (numberAt(rest, size - 4) != crc32(rest.first(size - 4)))
            return broken(Core::tr("a checksum is wrong"));
        auto headers = headersIn(rest.sliced(Prelude, headerSize));
        if (!headers)
            return tl::unexpected(headers.error());
        messages.append({*std::move(headers), rest.sliced(Prelude + headerSize, size - Frame - headerSize).toByteArray()});
        rest = rest.sliced(size);
    }
}

} // namespace eph::http
