// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/http/message.h"

#include <QList>

namespace eph::http {

/// One message of `application/vnd.amazon.eventstream`: lengths and checksums around headers (text only) and a payload.
/// Pure. Source: the event stream encoding in the Smithy specification, November 2026.
[[nodiscard]] QByteArray eventStreamMessage(const Headers &headers, QByteArrayView payload);

/// An event of an operation's answer, such as `PayloadChunk`.
[[nodiscard]] QByteArray eventStreamEvent(const QByteArray &type, const QByteArray &contentType, QByteArrayView payload);

/// A message as it was read; headers that are no texts are left out.
struct EventStreamMessage {
    Headers headers;
    QByteArray payload;
};

/// Takes such a stream apart as it comes. A value.
class EventStreamReader
{
public:
    /// Messages that are whole now. Invalid for bytes that are none: a wrong checksum, a length that cannot be.
    [[nodiscard]] Result<QList<EventStreamMessage>> add(QByteArrayView bytes);

private:
    QByteArray m_rest;
};

} // namespace eph::http
