// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway.h"

#include "core/base/text.h"
#include "core/events/eventfiles.h"
#include "core/gateway/answer.h"
#include "core/gateway/gatewayexchange.h"
#include "core/gateway/servicecall.h"
#include "core/http/transport.h"
#include "core/runtime/requestids.h"
#include "core/runtime/tenancy.h"

#include <QJsonDocument>
#include <QUrl>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// A function that maps was not called at all.
http::Response notCalled(ApiKind kind)
{
    return refusal(kind, 500, "Internal server error", "InternalServerErrorException");
}

/// Nobody answers at the integration's address.
http::Response unreachable(ApiKind kind)
{
    return kind == ApiKind::Http ? refusal(kind, 503, "Service Unavailable") : refusal(kind, 504, "Network error communicating with endpoint", "InternalServerErrorException");
}

} // namespace

void Gateway::integrate(const ExchangePtr &exchange)
{
    exchange->mapped = std::make_unique<MappedCall>(exchange->call);
    MappedCall &mapped = *exchange->mapped;
    if (auto refused = mapped.prepare()) {
        tellProblem(exchange, mapped.problem());
        return finish(exchange, *std::move(refused));
    }
    switch (exchange->call.route().integration->type) {
    case Integration::Type::Mock: return finishMapped(exchange, mapped.mockAnswer());
    case Integration::Type::Function: return invokeMapped(exchange);
    default: return sendMapped(exchange);
    }
}

void Gateway::finishMapped(const ExchangePtr &exchange, const IntegrationAnswer &answer)
{
    // It may come when the client has been told already that it was too late.
    if (exchange->answered)
        return;
    http::Response response = exchange->mapped->answer(answer);
    tellProblem(exchange, exchange->mapped->problem());
    exchange->isTheirs = exchange->mapped->problem().isEmpty();
    finish(exchange, std::move(response));
}

void Gateway::invokeMapped(const ExchangePtr &exchange)
{
    const MappedCall &mapped = *exchange->mapped;
    runtime::InvokeRequest request = std::move(exchange->invocation);
    request.payload = mapped.body().isEmpty() ? QByteArray("{}") : mapped.body();
    request.traceId = runtime::completeTrace(exchange->call.traceId);
    request.tenantId = mapped.header(runtime::TenantHeader).trimmed();
    if (refuseTenant(exchange, request))
        return;
    if (request.payload.size() > MaxEventBytes) {
        tellProblem(exchange, Core::tr("The event has %1 bytes, and Lambda takes %2.").arg(request.payload.size()).arg(MaxEventBytes));
        return finish(exchange, refusal(exchange->call.api->kind, 413, "Request Too Long", "RequestTooLargeException"));
    }
    if (const auto wrong = events::checkJson(request.payload)) {
        tellProblem(exchange, Core::tr("The event is no JSON (%1): %2").arg(wrong->message, QString::fromUtf8(request.payload.left(200))));
        return finish(exchange, refusal(exchange->call.api->kind, 400, "Could not parse request body into json: " + wrong->message.toUtf8(), "BadRequestException"));
    }
    if (mapped.header("X-Amz-Invocation-Type") == "Event") {
        const bool taken = m_source.enqueue && m_source.enqueue(std::move(request));
        return taken ? finishMapped(exchange, {{}, 202, {}, {}}) : finish(exchange, notCalled(exchange->call.api->kind));
    }
    const auto take = [self = QPointer(this), exchange](const runtime::Invocation &invocation) {
        if (!self || exchange->answered)
            return;
        exchange->invocationId = invocation.report.requestId;
        if (runtime::neverRan(invocation.outcome))
            return self->finish(exchange, notCalled(exchange->call.api->kind));
        const QString error = invocation.outcome == runtime::Outcome::Answered ? QString() : QJsonDocument::fromJson(invocation.payload).object().value("errorMessage"_L1).toString();
        self->finishMapped(exchange, {error, 200, {}, invocation.payload});
    };
    request.onAnswered = take;
    limitTime(exchange);
    if (const auto begun = m_pool.invoke(std::move(request), take); !begun) {
        tellProblem(exchange, begun.error().message);
        finish(exchange, notCalled(exchange->call.api->kind));
    }
}

void Gateway::sendMapped(const ExchangePtr &exchange)
{
    const MappedCall &mapped = *exchange->mapped;
    const Integration &integration = *exchange->call.route().integration;
    const bool service = integration.type == Integration::Type::Service || integration.type == Integration::Type::Action;
    const QUrl base = !service ? mapped.base() : m_source.services ? m_source.services() : QUrl();
    const http::Request request = mapped.request();
    limitTime(exchange);
    exchange->cancel = http::sendLater(this, base, request, MaxBodyBytes, [this, exchange, service, accepts = request.header("Accept")](const Result<http::Response> &answer) {
        exchange->cancel = nullptr;
        if (exchange->answered)
            return;
        if (!answer) {
            tellProblem(exchange, answer.error().message);
            return finish(exchange, unreachable(exchange->call.api->kind));
        }
        if (service && answer->status >= 400 && m_source.tell)
            m_source.tell(Core::tr("%1: the service has refused it with %2: %3").arg(exchange->call.route().key()).arg(answer->status).arg(QString::fromUtf8(answer->body.left(500))), {});
        const bool asJson = service && accepts.startsWith("application/json") && http::headerValue(answer->headers, "Content-Type").startsWith("text/xml");
        finishMapped(exchange, {QString::number(answer->status), answer->status, answer->headers, asJson ? jsonOfXml(answer->body) : answer->body});
    });
}

} // namespace eph::gateway
