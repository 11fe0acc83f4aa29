// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/authorization.h"
#include "core/gateway/mappedcall.h"
#include "core/gateway/requeststore.h"
#include "core/gateway/throttle.h"
#include "core/gateway/usage.h"
#include "core/gateway/websockets.h"
#include "core/http/server.h"
#include "core/sys/localcertificate.h"

namespace eph::gateway {

/// All HTTP fronts of a project on one loopback port. The plain address serves the APIs, each with or without its stage in
/// front of the path; `ID.localhost` serves one alone, and `FUNCTION.lambda-url.localhost` a function's own address; so does `/@HOST` in
/// front of the path of any of them. A client that asks for a WebSocket gets to the API whose stage its path is. Lives on the runtime's thread.
class Gateway : public QObject
{
    Q_OBJECT
public:
    Gateway(runtime::Pool &pool, GatewaySource source, const sys::Clock &clock, RequestStore &requests, QObject *parent = nullptr);

    /// Port 0 takes a free one. Conflict when the port is in use.
    [[nodiscard]] Result<quint16> listen(quint16 port) { return m_server.listen(port); }
    /// Clients may speak TLS from now on; the certificate names the project's APIs as they are.
    [[nodiscard]] Result<void> useTls(const sys::LocalAuthority &authority);

private:
    struct Exchange;
    using ExchangePtr = std::shared_ptr<Exchange>;

    [[nodiscard]] QStringList hostNames();
    void handle(const http::Request &given, const http::Responder &responder);
    [[nodiscard]] Result<void> refresh();
    /// Fills in API and route. Null route with an API: that API answers that there is none.
    void choose(Call &call) const;
    [[nodiscard]] bool tryApi(Call &call, qsizetype index) const;
    [[nodiscard]] std::optional<http::Response> refusalOf(const Call &call);
    [[nodiscard]] std::optional<http::Response> keyRefusal(const Call &call);
    void invoke(const ExchangePtr &exchange);
    /// What maps, or answers without a function.
    void integrate(const ExchangePtr &exchange);
    void invokeMapped(const ExchangePtr &exchange);
    void sendMapped(const ExchangePtr &exchange);
    void finishMapped(const ExchangePtr &exchange, const IntegrationAnswer &answer);
    /// Into the log and among the requests: why the answer is the gateway's own.
    void tellProblem(const ExchangePtr &exchange, const QString &problem);
    /// True where the function does not run for that tenant, or for none: the client has been told.
    bool refuseTenant(const ExchangePtr &exchange, const runtime::InvokeRequest &request);
    /// The integration has as long as its route gives it.
    void limitTime(const ExchangePtr &exchange);
    void invoked(const ExchangePtr &exchange, const runtime::Invocation &invocation);
    void finish(const ExchangePtr &exchange, http::Response response);

    runtime::Pool &m_pool;
    GatewaySource m_source;
    const sys::Clock &m_clock;
    RequestStore &m_requests;
    Authorization m_authorization;
    Apis m_apis;
    std::vector<RouteTable> m_tables; ///< One for each API.
    Throttle m_throttle;
    Usage m_usage;
    Deadlines m_deadlines; ///< Of those that wait for their function.
    WebSockets m_sockets;
    http::Server m_server;
};

} // namespace eph::gateway
