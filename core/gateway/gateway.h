// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/authorization.h"
#include "core/gateway/requeststore.h"
#include "core/http/server.h"
#include "core/runtime/concurrency.h"

#include <QTimer>
#include <map>

namespace eph::gateway {

/// What the gateway asks for: the project as it is saved now. Both are called on the runtime's thread for each request.
struct GatewaySource {
    /// The same pointer as long as nothing has changed.
    std::function<Result<std::shared_ptr<const QList<Api>>>()> apis;
    /// An invocation of that function, without an event.
    std::function<Result<runtime::InvokeRequest>(const QString &name)> requestTo;
};

/// All HTTP fronts of a project on one loopback port. The plain address serves the APIs, each with or without its stage in
/// front of the path; `ID.localhost` serves one alone, and `FUNCTION.lambda-url.localhost` a function's own address. Lives on
/// the runtime's thread.
class Gateway : public QObject
{
    Q_OBJECT
public:
    Gateway(runtime::Pool &pool, GatewaySource source, const sys::Clock &clock, RequestStore &requests, QObject *parent = nullptr);

    /// Port 0 takes a free one. Conflict when the port is in use.
    [[nodiscard]] Result<quint16> listen(quint16 port) { return m_server.listen(port); }

private:
    struct Exchange;
    using ExchangePtr = std::shared_ptr<Exchange>;

    void handle(const http::Request &request, const http::Responder &responder);
    [[nodiscard]] Result<void> refresh();
    /// Fills in API and route. Null route with an API: that API answers that there is none.
    void choose(Call &call) const;
    [[nodiscard]] bool tryApi(Call &call, qsizetype index) const;
    [[nodiscard]] bool isThrottled(const Api &api);
    [[nodiscard]] static std::optional<http::Response> refusalOf(const Call &call);
    void invoke(const ExchangePtr &exchange);
    void invoked(const ExchangePtr &exchange, const runtime::Invocation &invocation);
    void finish(const ExchangePtr &exchange, http::Response response);
    void waitAtMost(const ExchangePtr &exchange, std::chrono::milliseconds time);
    void expire();

    runtime::Pool &m_pool;
    GatewaySource m_source;
    const sys::Clock &m_clock;
    RequestStore &m_requests;
    Authorization m_authorization;
    std::shared_ptr<const QList<Api>> m_apis;
    std::vector<RouteTable> m_tables; ///< One for each API.
    QHash<QString, runtime::TokenBucket> m_buckets; ///< By API, as far as it has a rate.
    using Deadlines = std::multimap<sys::Nanoseconds, ExchangePtr>;
    Deadlines m_deadlines; ///< Of those that wait for their function; a timer each would slow down all timers.
    QTimer m_expiry;
    http::Server m_server;
};

} // namespace eph::gateway
