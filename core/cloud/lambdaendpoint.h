// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/http/server.h"
#include "core/runtime/asyncqueue.h"

namespace eph::cloud {

/// The Lambda API on a loopback port, as far as invoking goes: synchronous, asynchronous, dry run, and with a streamed
/// answer. Lives on the runtime's thread. Source: Lambda API reference, November 2026, and answers recorded from the service.
class LambdaEndpoint : public QObject
{
    Q_OBJECT
public:
    LambdaEndpoint(runtime::Pool &pool, runtime::AsyncQueue &queue, FunctionCatalogue &catalogue, QObject *parent = nullptr);

    /// Port 0 takes a free one. Conflict when the port is in use.
    [[nodiscard]] Result<quint16> listen(quint16 port) { return m_server.listen(port); }

private:
    struct Call;
    void handle(const http::Request &request, const http::Responder &responder);
    void invoke(Call call);
    void invokeNow(Call call, runtime::InvokeRequest request);
    void invokeStreaming(Call call, runtime::InvokeRequest request);

    runtime::Pool &m_pool;
    runtime::AsyncQueue &m_queue;
    FunctionCatalogue &m_catalogue;
    http::Server m_server;
};

} // namespace eph::cloud
