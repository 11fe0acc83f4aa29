// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

#include <QByteArray>
#include <chrono>
#include <optional>

namespace eph::gateway {

enum class ApiKind {
    Rest,        ///< API Gateway REST API, payload 1.0.
    Http,        ///< API Gateway HTTP API, payload 2.0 unless a route asks for 1.0.
    FunctionUrl, ///< A function's own address.
};
/// `rest`, `http` or `functionUrl`.
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
    enum class Type { Token, Request, Jwt, Cognito, Iam };
    QString name;
    Type type = Type::Request;
    QString function;          ///< Of a Lambda authorizer.
    QStringList identity;      ///< Where the caller's identity is: `header.Authorization`, `querystring.key`, …; each must be there.
    QString validation;        ///< Regular expression that a token must match; empty: any.
    QString issuer;            ///< Of a token.
    QStringList audience;
    bool simpleResponses = false;
    bool payload2 = false;
    std::chrono::seconds timeToLive{0};
};

/// One way from a request to a function.
struct Route {
    QByteArray method; ///< Upper case; `ANY` for all.
    QString path;      ///< As declared, such as `/items/{id}` or `/{proxy+}`; `$default` takes what nothing else takes.
    QString function;
    bool payload1 = false; ///< The event has the format 1.0.
    bool apiKeyRequired = false; ///< Any key will do.
    bool streams = false;  ///< The answer is sent while the function writes it.
    QStringList scopes;    ///< A token needs one of them.
    QStringList requiredParameters; ///< Such as `querystring.q`; a REST request without one is refused.
    std::optional<Authorizer> authorizer;
    project::Location location;

    /// `GET /items/{id}`, or `$default`.
    [[nodiscard]] QString key() const;
};

struct Api {
    QString id; ///< The logical id, or the function's name for its own address.
    ApiKind kind = ApiKind::Http;
    QString stage; ///< `$default`, or a name that may stand before each path.
    QJsonObject stageVariables;
    Cors cors;
    QStringList binaryMediaTypes; ///< Of a REST API: bodies that are no text.
    std::optional<double> ratePerSecond; ///< Of all routes together.
    int burst = 0;
    std::chrono::milliseconds timeout{29'000};
    bool ownHostOnly = false; ///< The plain address does not lead to it.
    QList<Route> routes;

    /// The name under which it is reached: `ID.localhost`, in lower case.
    [[nodiscard]] QByteArray host() const;
};

/// A function's own address, as `FunctionUrlConfig` or a call describes it. The function may have a qualifier.
[[nodiscard]] Api functionUrlApi(const QString &function, int timeoutSeconds, const QJsonObject &properties, const project::Location &location = {});

/// All HTTP fronts of a project, those first that share the plain address.
[[nodiscard]] QList<Api> apisOf(const project::Project &project);

} // namespace eph::gateway
