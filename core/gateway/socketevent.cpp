// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/socketevent.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

QJsonObject contextOf(const ConnectedClient &client, const SocketMoment &moment, const QString &type)
{
    QJsonObject identity{{u"sourceIp"_s, u"127.0.0.1"_s}};
    if (!client.userAgent.isEmpty())
        identity.insert("userAgent"_L1, QString::fromUtf8(client.userAgent));
    const QString requestId = QString::fromLatin1(moment.requestId);
    QJsonObject context{{u"routeKey"_s, moment.routeKey}, {u"eventType"_s, type}, {u"extendedRequestId"_s, requestId}, {u"requestTime"_s, commonLogTime(moment.epochMs)},
                        {u"messageDirection"_s, u"IN"_s}, {u"stage"_s, client.stage}, {u"connectedAt"_s, client.connectedMs}, {u"requestTimeEpoch"_s, moment.epochMs},
                        {u"identity"_s, identity}, {u"requestId"_s, requestId}, {u"domainName"_s, client.domain}, {u"connectionId"_s, client.connectionId}, {u"apiId"_s, client.api.toLower()}};
    if (!client.authorizer.isEmpty())
        context.insert("authorizer"_L1, client.authorizer);
    return context;
}

void dropNulls(QJsonObject &event)
{
    for (auto it = event.begin(); it != event.end();)
        it = it->isNull() ? event.erase(it) : it + 1;
}

} // namespace

ConnectedClient clientOf(const Call &handshake)
{
    ConnectedClient client;
    client.connectionId = handshake.connectionId;
    client.connectedMs = handshake.epochMs;
    client.userAgent = handshake.request.header("User-Agent");
    client.authorizer = handshake.authorizer;
    client.api = handshake.api->id;
    client.stage = handshake.api->stage;
    // By number: not every function can resolve a name that ends with localhost.
    client.domain = u"127.0.0.1:%1"_s.arg(handshake.port);
    return client;
}

QJsonObject connectEvent(const Call &handshake)
{
    QJsonObject event;
    addMultiValues(handshake, event);
    // Unlike a REST API, what is not there is left out.
    dropNulls(event);
    if (!handshake.api->stageVariables.isEmpty())
        event.insert("stageVariables"_L1, handshake.api->stageVariables);
    event.insert("requestContext"_L1, contextOf(clientOf(handshake), {u"$connect"_s, handshake.requestId, handshake.epochMs}, u"CONNECT"_s));
    event.insert("isBase64Encoded"_L1, false);
    return event;
}

QJsonObject messageEvent(const ConnectedClient &client, const SocketMoment &moment, const QString &messageId, const QByteArray &body, bool binary)
{
    QJsonObject context = contextOf(client, moment, u"MESSAGE"_s);
    context.insert("messageId"_L1, messageId);
    return {{u"requestContext"_s, context}, {u"body"_s, binary ? QString::fromLatin1(body.toBase64()) : QString::fromUtf8(body)}, {u"isBase64Encoded"_s, binary}};
}

QJsonObject disconnectEvent(const ConnectedClient &client, const SocketMoment &moment, int status, const QString &reason)
{
    QJsonObject context = contextOf(client, moment, u"DISCONNECT"_s);
    context.insert("disconnectStatusCode"_L1, status);
    context.insert("disconnectReason"_L1, reason);
    QJsonObject headers{{u"Host"_s, client.domain}, {u"x-api-key"_s, QString()}, {u"X-Forwarded-For"_s, QString()}, {u"x-restapi"_s, QString()}};
    QJsonObject lists;
    for (auto it = headers.begin(); it != headers.end(); ++it)
        lists.insert(it.key(), QJsonArray{*it});
    return {{u"headers"_s, headers}, {u"multiValueHeaders"_s, lists}, {u"requestContext"_s, context}, {u"isBase64Encoded"_s, false}};
}

QString selectedRoute(const QString &expression, const QByteArray &message)
{
    QString path = expression;
    path.remove(u'{').remove(u'}');
    const QString start = u"$request.body."_s;
    if (!path.startsWith(start))
        return {};
    QJsonValue value = QJsonDocument::fromJson(message).object();
    const QStringList parts = path.sliced(start.size()).split(u'.');
    for (const QString &part : parts)
        value = value.toObject().value(part);
    return value.isString() || value.isDouble() || value.isBool() ? value.toVariant().toString() : QString();
}

} // namespace eph::gateway
