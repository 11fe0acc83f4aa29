// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"
#include "core/http/server.h"
#include "core/runtime/invocation.h"

namespace eph::gateway {

/// The JSON that may stand before a streamed body, up to eight NUL bytes.
struct Prelude {
    static constexpr qsizetype MaxBytes = 16 * 1024;
    QJsonObject head;
    qsizetype bodyAt = 0; ///< Where the body begins.
};
/// nullopt while it is not all there.
[[nodiscard]] std::optional<Prelude> parsePrelude(const QByteArray &bytes);

/// Sends an answer while the function writes it: status and headers from the prelude, where the function sends one.
class StreamAnswer final : public runtime::StreamReceiver
{
public:
    using Complete = std::function<void(http::Response &)>; ///< Adds what every answer of the gateway has.

    StreamAnswer(http::Responder responder, ApiKind kind, Complete complete);

    void begin(const QByteArray &contentType) override;
    void take(QByteArrayView bytes) override;
    [[nodiscard]] bool isFull() const override;

    /// The head is on its way: nothing else can be answered any more.
    [[nodiscard]] bool hasBegun() const { return m_sent.has_value(); }
    /// The head as it was sent.
    [[nodiscard]] const std::optional<http::Response> &head() const { return m_sent; }
    void finish(bool whole);

private:
    void sendHead(http::Response head);

    http::Responder m_responder;
    ApiKind m_kind;
    Complete m_complete;
    QByteArray m_waiting; ///< Of a prelude.
    bool m_inPrelude = false;
    std::optional<http::Response> m_sent;
};

} // namespace eph::gateway
