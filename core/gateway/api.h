// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gatewayresponses.h"
#include "core/gateway/integration.h"
#include "core/project/model.h"

#include <QByteArray>
#include <chrono>
#include <optional>

namespace eph::gateway {

enum class ApiKind {
    Rest,        ///< API Gateway REST API, payload 1.0.
    Http,        ///< API Gateway HTTP API, payload 2.0 unless a route asks for 1.0.
    FunctionUrl, ///< A function's own address.
    LoadBalancer, ///< A listener of an application load balancer, with rules in place of routes.
    WebSocket,   ///< Connections that stay, each message an event of its own.
};
/// `rest`, `http`, `functionUrl`, `loadBalancer` or `webSocket`.
[[nodiscard]] QString apiKindName(ApiKind kind);

/// What browsers of other origins may do. Off where no origin is allowed.
struct Cors {
    QStringList origins; ///< `*` for all.
    QStringList methods;
    QStringList headers;
    QStringList exposed;
    bool credentials = false;
    int maxAgeSeconds = -1;
    [[nodiscard]] bool isOn() const { return !origins.isEmpty(); }
};

/// Who decides whether a request may pass.
struct Authorizer {
    enum class Type {
        Token,
        Request,
        Jwt,
        Cognito,
        Iam,
        Absent, ///< Named, but nowhere in the project: whom it would let in is not known, and all may pass.
    };
    QString name;
    Type type = Type::Request;
    QString function;          ///< Of a Lambda authorizer.
    QStringList identity;      ///< Where the caller's identity is: `header.Authorization`, `querystring.key`, …; each must be there.
    QString validation;        ///< Regular expression that a token must match; empty: any.
    QString issuer;            ///< Of a token.
    QStringList audience;
    QStringList scopes;        ///< That a token needs one of, where its route says nothing of scopes.
    bool simpleResponses = false;
    bool payload2 = false;
    std::chrono::seconds timeToLive{0};
};

/// Who may ask a REST API, and how often.
struct UsagePlan {
    enum class Period { Day, Week, Month };
    QString name;
    QStringList keys;
    bool anyKey = false; ///< The cloud makes its keys.
    std::optional<double> ratePerSecond; ///< For each key.
    int burst = 0;
    qint64 quota = 0; ///< Requests of a key in a period; 0: any number.
    Period period = Period::Month;
};

/// One way from a request to what answers it.
struct Route {
    QByteArray method; ///< Upper case; `ANY` for all. Empty for a WebSocket API.
    /// As declared, such as `/items/{id}` or `/{proxy+}`; `$default` takes what nothing else takes. Of a WebSocket API: `$connect`,
    /// `$disconnect`, `$default`, or what its selection expression finds in a message. Of a load balancer: a pattern with `*` and `?`.
    QString path;
    QString function; ///< Empty where none is called.
    IntegrationPtr integration; ///< What maps, or answers without a function; null: the function, by proxy.
    QString unserved; ///< The kind of integration, where it is one that is not here.
    std::optional<std::chrono::milliseconds> timeout; ///< The API's, where it says nothing.
    bool payload1 = false; ///< The event has the format 1.0.
    QString tenantSource;  ///< What of a request says for which tenant the function runs, such as `method.request.header.tenant`.
    bool apiKeyRequired = false; ///< One of the API's usage plans; any key where it has none.
    bool streams = false;  ///< The answer is sent while the function writes it.
    bool multiValue = false; ///< Of a load balancer: headers and queries are lists, in events as in answers.
    QString targetGroup;     ///< Of a load balancer.
    int priority = 0;        ///< Of a rule of a load balancer: the first one that fits takes a request.
    bool answers = false;  ///< Of a WebSocket API: what the function returns goes back to the client.
    QStringList scopes;    ///< A token needs one of them.
    QStringList requiredParameters; ///< Such as `querystring.q`; a REST request without one is refused.
    QString modelName;     ///< Of what a REST request's body must fit; empty: anything.
    QJsonObject bodyModel; ///< Its JSON Schema.
    std::optional<Authorizer> authorizer;
    project::Location location;

    /// Who answers, in a list: the function, or what stands in its place.
    [[nodiscard]] QString answerer() const;
    /// Nothing is called.
    [[nodiscard]] bool isMock() const { return integration && integration->type == Integration::Type::Mock; }
    /// `GET /items/{id}`, `$default`, or the key of a WebSocket API's route.
    [[nodiscard]] QString key() const;
};

/// What a load balancer says where no rule takes a request.
struct FixedAnswer {
    int status = 404;
    QByteArray contentType;
    QByteArray body;
};

struct Api {
    QString id; ///< The logical id, or the function's name for its own address.
    ApiKind kind = ApiKind::Http;
    QString stage; ///< `$default`, or a name that may stand before each path.
    QJsonObject stageVariables;
    Cors cors;
    QStringList binaryMediaTypes; ///< Of a REST API: bodies that are no text.
    GatewayResponses gatewayResponses; ///< Of a REST API.
    std::optional<double> ratePerSecond; ///< Of all routes together.
    int burst = 0;
    QList<UsagePlan> plans;
    FixedAnswer fixedAnswer; ///< Of a load balancer.
    std::chrono::milliseconds timeout{29'000};
    bool ownHostOnly = false; ///< The plain address does not lead to it.
    QString selection; ///< Of a WebSocket API: which part of a message names its route, such as `$request.body.action`.
    QList<Route> routes;

    /// The name under which it is reached: `ID.localhost`, in lower case.
    [[nodiscard]] QByteArray host() const;
};

/// Where an authorizer looks for identities, one or several joined by commas: `$request.header.X`, `method.request.header.X` and
/// `route.request.header.X` as `header.X`.
[[nodiscard]] QStringList identitySources(const QJsonValue &value);

/// A function's own address, as `FunctionUrlConfig` or a call describes it. The function may have a qualifier.
[[nodiscard]] Api functionUrlApi(const QString &function, int timeoutSeconds, const QJsonObject &properties, const project::Location &location = {});

/// All HTTP fronts of a project, those first that share the plain address.
[[nodiscard]] QList<Api> apisOf(const project::Project &project);

} // namespace eph::gateway
