// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/restroutes.h"

#include "core/runtime/requestids.h"

#include <QJsonDocument>
#include <QUrl>

namespace eph::cloud {

using namespace Qt::StringLiterals;

void RestCall::answer(int status, const QJsonObject &body) const
{
    http::Response response{status, {{"x-amzn-RequestId", requestId}}, {}};
    if (status != 204) {
        response.headers.prepend({"Content-Type", "application/json"});
        response.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    }
    responder.respond(response);
}

void RestRoutes::add(const QByteArray &method, const QByteArray &path, std::function<RestReply(const RestCall &)> handler)
{
    m_routes.push_back({method, path.split('/'), false, [handler = std::move(handler)](const RestCall &call) {
        call.finish(handler(call));
    }});
}

void RestRoutes::addLater(const QByteArray &method, const QByteArray &path, std::function<void(const RestCall &)> handler)
{
    m_routes.push_back({method, path.split('/'), false, std::move(handler)});
}

void RestRoutes::addUpload(const QByteArray &method, const QByteArray &path, std::function<void(const RestCall &)> handler)
{
    m_routes.push_back({method, path.split('/'), true, std::move(handler)});
}

bool RestRoutes::isUpload(const http::Request &head) const
{
    const Route *route = match(head, nullptr);
    return route && route->isUpload;
}

const RestRoutes::Route *RestRoutes::match(const http::Request &request, QMap<QString, QString> *places) const
{
    // A slash at the end says nothing.
    QList<QByteArray> parts = request.path.split('/');
    if (parts.size() > 2 && parts.constLast().isEmpty())
        parts.removeLast();
    for (const Route &route : m_routes) {
        if (route.method != request.method || route.parts.size() != parts.size())
            continue;
        QMap<QString, QString> found;
        bool same = true;
        for (qsizetype i = 0; i < parts.size() && same; ++i) {
            const QByteArray &wanted = route.parts.at(i);
            if (wanted.startsWith('{')) {
                found.insert(QString::fromLatin1(wanted.sliced(1).chopped(1)), QUrl::fromPercentEncoding(parts.at(i)));
                same = !parts.at(i).isEmpty();
            } else {
                same = wanted == parts.at(i);
            }
        }
        if (!same)
            continue;
        if (places)
            *places = found;
        return &route;
    }
    return nullptr;
}

bool RestRoutes::handle(const http::Request &request, const http::Responder &responder) const
{
    QMap<QString, QString> places;
    const Route *route = match(request, &places);
    if (!route)
        return false;
    RestCall call{request, responder, runtime::newRequestId(), places, QUrlQuery(QString::fromLatin1(request.query)), {}};
    if (!route->isUpload && !request.body.isEmpty()) {
        QJsonParseError problem;
        const QJsonDocument body = QJsonDocument::fromJson(request.body, &problem);
        if (!body.isObject()) {
            call.fail({400, "SerializationException", u"Could not parse request body into json: %1"_s.arg(problem.error ? problem.errorString() : u"it is not an object"_s)});
            return true;
        }
        call.input = body.object();
    }
    route->handler(call);
    return true;
}

} // namespace eph::cloud
