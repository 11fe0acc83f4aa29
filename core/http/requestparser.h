// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"
#include "core/http/server.h"

#include <memory>

namespace eph::http {

/// Reads one request after another from bytes as they come. Strict: what two servers could read in two ways is refused.
class RequestParser
{
public:
    explicit RequestParser(const ServerLimits &limits);
    ~RequestParser();
    Q_DISABLE_COPY_MOVE(RequestParser)

    /// Head comes once, between the headers and the body of a request that has one.
    enum class State { NeedsMore, Head, Done, Bad };

    /// Takes bytes; `consumed` tells how many belonged to this request.
    struct Step {
        State state;
        qsizetype consumed;
        int status; ///< For Bad: 400, 413 or 431.
    };
    [[nodiscard]] Step feed(QByteArrayView bytes);
    /// After Head: more of the body, or less, than the limits say is kept.
    void keepUpTo(qint64 bytes);
    /// After Head: the body's bytes are handed on as they come and not kept.
    void streamTo(BodyReceiver receiver);
    /// The headers are complete; what is missing is the body.
    [[nodiscard]] bool hasHeaders() const;
    [[nodiscard]] bool expectsContinue() const;
    [[nodiscard]] bool keepsAlive() const;
    /// The request read so far.
    [[nodiscard]] Request request();

private:
    struct Beast;
    std::unique_ptr<Beast> m_beast;
    Request m_head; ///< Of the request read so far, once it was asked for.
};

} // namespace eph::http
