// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes where the gateway and the endpoint read what others wrote: a function's answer, a prelude, a token and its keys, a policy, a
// path, a query, a signature, a subscription, a message of a WebSocket, a body and its model, a definition of routes. The first byte chooses; what comes out keeps its promises.
#include "core/cloud/awssignature.h"
#include "core/gateway/answer.h"
#include "core/gateway/bodymodel.h"
#include "core/gateway/definedroutes.h"
#include "core/gateway/mappedcall.h"
#include "core/gateway/policy.h"
#include "core/gateway/socketevent.h"
#include "core/gateway/streamanswer.h"
#include "core/gateway/token.h"
#include "core/runtime/telemetrysubscription.h"

#include <QJsonDocument>
#include <cstdlib>

using namespace eph;
using namespace eph::gateway;

namespace {

Call callTo(ApiKind kind, const QByteArray &target)
{
    auto apis = std::make_shared<QList<Api>>();
    Api api;
    api.kind = kind;
    for (const char *path : {"/a/{b}/c", "/{all+}", "/a/b", "$default"}) {
        Route route;
        route.method = "ANY";
        route.path = QString::fromLatin1(path);
        api.routes << route;
    }
    apis->append(api);
    Call call;
    call.apis = apis;
    call.api = &apis->first();
    const qsizetype mark = target.indexOf('?');
    call.request.method = "POST";
    call.request.path = mark < 0 ? target : target.left(mark);
    call.request.query = mark < 0 ? QByteArray() : target.mid(mark + 1);
    call.request.headers = {{"Content-Type", "text/plain"}, {"Cookie", target}, {"X-Any", target}};
    call.request.body = target;
    call.path = call.request.path;
    call.match = RouteTable(*call.api).match("POST", call.path);
    if (!call.match.route)
        call.match.route = &apis->first().routes.last();
    return call;
}

void check(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));
    constexpr ApiKind Kinds[] = {ApiKind::Http, ApiKind::Rest, ApiKind::FunctionUrl, ApiKind::LoadBalancer};
    const ApiKind kind = Kinds[data[0] / 64];
    switch (data[0] % 11) {
    case 0: {
        runtime::Invocation invocation;
        invocation.payload = bytes;
        invocation.streamed = data[0] & 32;
        const http::Response response = answerOf(invocation, callTo(kind, "/"));
        check(response.status >= 100 && response.status <= 599);
        break;
    }
    case 1:
        if (const auto prelude = parsePrelude(bytes))
            check(prelude->bodyAt >= 8 && prelude->bodyAt <= bytes.size());
        break;
    case 2: {
        const TokenVerdict verdict = checkToken(QString::fromUtf8(bytes), {}, {}, 1000);
        check((verdict.result == TokenVerdict::Result::Invalid) != verdict.problem.isEmpty());
        break;
    }
    case 3:
        (void)invokeAccess(QJsonDocument::fromJson(bytes).object(), QStringLiteral("arn:aws:execute-api:us-east-1:123456789012:a/Prod/GET/x"));
        break;
    case 4: {
        // Whatever the path, the event is JSON.
        const QByteArray event = eventOf(callTo(kind, '/' + bytes));
        check(QJsonDocument::fromJson(event).isObject());
        break;
    }
    case 5:
        (void)cloud::signedService({"POST", "/", {}, {{"Authorization", bytes}}, {}, 0, false});
        break;
    case 6:
        if (const auto subscription = runtime::parseTelemetrySubscription(bytes))
            check(subscription->port > 0 && !subscription->types.isEmpty() && subscription->maxItems >= 1'000 && subscription->timeout.count() >= 25);
        break;
    case 7: {
        const qsizetype middle = bytes.indexOf('\n');
        const QString route = selectedRoute(QString::fromUtf8(bytes.left(std::max<qsizetype>(0, middle))), bytes.mid(middle + 1));
        check(route.isEmpty() || QJsonDocument::fromJson(bytes.mid(middle + 1)).isObject());
        break;
    }
    case 8: {
        // A model for which everything is fine, and whatever the bytes make of one.
        const qsizetype middle = bytes.indexOf('\n');
        const QJsonObject schema = typedSchema(QJsonDocument::fromJson(bytes.left(std::max<qsizetype>(0, middle))).object());
        const bool fits = fitsModel(bytes.mid(middle + 1), schema);
        check(!fits || fitsModel(bytes.mid(middle + 1), {}));
        break;
    }
    case 9: {
        // No bytes make both a key and a signature by it.
        const qsizetype middle = bytes.indexOf('\n');
        if (const auto keys = TokenKeys::parse(bytes.left(std::max<qsizetype>(0, middle))))
            check(checkToken(QString::fromUtf8(bytes.mid(middle + 1)), {}, {}, 1000, &*keys).result != TokenVerdict::Result::Valid);
        break;
    }
    case 10: {
        // Each route has somebody who answers, or says why not; what maps makes an answer, whatever its templates are.
        const QList<DefinedRoute> routes = definedRoutes(QJsonDocument::fromJson(bytes).object(), kind, [](const QString &uri) { return uri; });
        for (const DefinedRoute &defined : routes) {
            const Route &route = defined.route;
            check((!route.function.isEmpty() || route.integration) != !route.unserved.isEmpty());
            if (!route.integration)
                continue;
            Call call = callTo(kind, "/a/b?c=d");
            call.match.route = &route;
            MappedCall mapped(call);
            if (const auto refused = mapped.prepare()) {
                check(refused->status >= 400);
                continue;
            }
            (void)mapped.request();
            check(mapped.answer({QStringLiteral("200"), 200, {}, "{\"a\": [1]}"}).status >= 100);
        }
        break;
    }
    }
    return 0;
}
