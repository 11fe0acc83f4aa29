// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"
#include "core/http/server.h"

#include <QJsonObject>
#include <QMap>
#include <QUrlQuery>

namespace eph::cloud {

/// What a call is answered with.
struct RestAnswer {
    int status = 200;
    QJsonObject body = {};
};
using RestReply = tl::expected<RestAnswer, ApiError>;

/// One call of a REST-JSON service, taken apart.
struct RestCall {
    http::Request request;
    http::Responder responder;
    QByteArray requestId;
    QMap<QString, QString> path; ///< What stands in the places of its route, by name, decoded.
    QUrlQuery query;
    QJsonObject input; ///< The body; empty for routes that read it themselves.

    [[nodiscard]] QString queryValue(const QString &name) const { return query.queryItemValue(name, QUrl::FullyDecoded); }
    /// An empty object is a body as well; 204 has none.
    void answer(int status, const QJsonObject &body = {}) const;
    void fail(const ApiError &error) const { responder.respond(errorResponse(error, requestId)); }
    void finish(const RestReply &reply) const { reply ? answer(reply->status, reply->body) : fail(reply.error()); }
};

/// The calls of a REST-JSON service: a method and a path such as `/2015-03-31/functions/{FunctionName}/code`.
class RestRoutes
{
public:
    /// Answered at once.
    void add(const QByteArray &method, const QByteArray &path, std::function<RestReply(const RestCall &)> handler);
    /// Answers by itself, sooner or later.
    void addLater(const QByteArray &method, const QByteArray &path, std::function<void(const RestCall &)> handler);
    /// The same for one whose body may be large: it reads it itself.
    void addUpload(const QByteArray &method, const QByteArray &path, std::function<void(const RestCall &)> handler);

    [[nodiscard]] bool isUpload(const http::Request &head) const;
    /// False where there is none.
    [[nodiscard]] bool handle(const http::Request &request, const http::Responder &responder) const;

private:
    struct Route {
        QByteArray method;
        QList<QByteArray> parts;
        bool isUpload = false;
        std::function<void(const RestCall &)> handler;
    };
    [[nodiscard]] const Route *match(const http::Request &request, QMap<QString, QString> *places) const;

    std::vector<Route> m_routes;
};

} // namespace eph::cloud
