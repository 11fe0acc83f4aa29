// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/http/message.h"

#include <QUrl>
#include <chrono>
#include <functional>

class QObject;

namespace eph::http {

/// Sends requests to other machines. Any thread; a call waits for its answer.
class Transport
{
public:
    virtual ~Transport() = default;
    Transport() = default;
    Q_DISABLE_COPY_MOVE(Transport)

    /// `base` is the scheme, the host and the port; the rest is the request's. Io when no answer came, TimedOut when none came in
    /// time: in both cases nobody knows whether the other side has done it.
    [[nodiscard]] virtual Result<Response> send(const QUrl &base, const Request &request, std::chrono::milliseconds timeout) = 0;

    /// Takes an answer's body as it comes; false ends it.
    using Taker = std::function<bool(QByteArrayView bytes)>;
    /// The same for an answer that goes on and on; `take` is called with nothing every now and then, too, so that it can end it. A refusal is
    /// given whole. This one is for transports that cannot.
    [[nodiscard]] virtual Result<Response> stream(const QUrl &base, const Request &request, const Taker &take);
};

/// Over the network, with the proxy of the system. Redirects are not followed: a signature holds for one address.
class NetworkTransport : public Transport
{
public:
    [[nodiscard]] Result<Response> send(const QUrl &base, const Request &request, std::chrono::milliseconds timeout) override;
    [[nodiscard]] Result<Response> stream(const QUrl &base, const Request &request, const Taker &take) override;
};

/// The same without waiting: `done` is called on this thread once there is an answer, unless `receiver` has gone by then, or whoever waits calls what is
/// returned. Io, too, beyond `mostBytes` of a body.
[[nodiscard]] std::function<void()> sendLater(QObject *receiver, const QUrl &base, const Request &request, qint64 mostBytes, const std::function<void(const Result<Response> &)> &done);

} // namespace eph::http
