// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/http/server.h"
#include "core/runtime/asyncqueue.h"

namespace eph::cloud {

/// Lambda's API as far as invoking goes: synchronous, asynchronous, dry run, and with a streamed answer. Lives on the runtime's thread. Source: Lambda API reference, November 2026, and answers recorded from the service.
class LambdaInvokeApi : public QObject
{
    Q_OBJECT
public:
    LambdaInvokeApi(runtime::Pool &pool, runtime::AsyncQueue &queue, FunctionCatalogue &catalogue, QObject *parent = nullptr);

    static constexpr qint64 MaxRequestBytes = 6'291'456;

    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    struct Call;
    void invoke(Call call);
    void invokeNow(Call call, runtime::InvokeRequest request);
    void invokeStreaming(Call call, runtime::InvokeRequest request);

    runtime::Pool &m_pool;
    runtime::AsyncQueue &m_queue;
    FunctionCatalogue &m_catalogue;
};

} // namespace eph::cloud
