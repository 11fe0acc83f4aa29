// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/streamanswer.h"

#include "core/gateway/answer.h"

#include <QJsonDocument>

namespace eph::gateway {

namespace {
const QByteArray PreludeType = "application/vnd.awslambda.http-integration-response";
const QByteArray PreludeEnd(8, '\0');
} // namespace

std::optional<Prelude> parsePrelude(const QByteArray &bytes)
{
    const qsizetype end = bytes.indexOf(PreludeEnd);
    if (end < 0 || end > Prelude::MaxBytes)
        return std::nullopt;
    const QJsonDocument document = QJsonDocument::fromJson(bytes.left(end));
    return document.isObject() ? std::optional(Prelude{document.object(), end + PreludeEnd.size()}) : std::nullopt;
}

StreamAnswer::StreamAnswer(http::Responder responder, ApiKind kind, Complete complete)
    : m_responder(std::move(responder))
    , m_kind(kind)
    , m_complete(std::move(complete))
{
}

void StreamAnswer::begin(const QByteArray &contentType)
{
    m_inPrelude = contentType == PreludeType;
    if (!m_inPrelude)
        sendHead({200, {{"Content-Type", contentType}}, {}});
}

void StreamAnswer::sendHead(http::Response head)
{
    if (http::headerValue(head.headers, "Content-Type").isEmpty())
        head.headers << std::pair<QByteArray, QByteArray>("Content-Type", "application/octet-stream");
    m_complete(head);
    m_sent = head;
    m_responder.begin(head);
    m_responder.onSent([this] {
        if (onRoom)
            onRoom();
    });
}

void StreamAnswer::take(QByteArrayView bytes)
{
    if (!m_inPrelude)
        return m_responder.send(bytes);
    m_waiting.append(bytes);
    const auto prelude = parsePrelude(m_waiting);
    if (!prelude && m_waiting.size() <= Prelude::MaxBytes + PreludeEnd.size())
        return;
    m_inPrelude = false;
    const auto head = prelude ? headOf(prelude->head, m_kind) : std::nullopt;
    sendHead(head ? *head : badAnswer(m_kind));
    if (head && m_waiting.size() > prelude->bodyAt)
        m_responder.send(QByteArrayView(m_waiting).sliced(prelude->bodyAt));
    m_waiting.clear();
}

bool StreamAnswer::isFull() const
{
    constexpr qint64 Room = 1024 * 1024;
    return m_responder.unsent() > Room;
}

void StreamAnswer::finish(bool whole)
{
    // A peer that is cut off sees that something is missing.
    whole ? m_responder.finish() : m_responder.abort();
}

} // namespace eph::gateway
