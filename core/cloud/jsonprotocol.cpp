// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/jsonprotocol.h"

#include "core/base/text.h"
#include "core/runtime/requestids.h"

#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

bool isJsonCall(const http::Request &request, QByteArrayView targetPrefix)
{
    return request.method == "POST" && request.header("X-Amz-Target").startsWith(targetPrefix);
}

tl::expected<JsonCall, ApiError> parseJsonCall(const http::Request &request, QByteArrayView targetPrefix)
{
    if (request.truncated || request.bodySize != request.body.size())
        return tl::unexpected(ApiError{400, "ValidationException", Core::tr("The request is too large.")});
    const QJsonDocument document = QJsonDocument::fromJson(request.body.isEmpty() ? QByteArray("{}") : request.body);
    if (!document.isObject())
        return tl::unexpected(ApiError{400, "SerializationException", Core::tr("The request is no JSON object.")});
    return JsonCall{request.header("X-Amz-Target").mid(targetPrefix.size()), document.object()};
}

void respondJson(const http::Responder &responder, const JsonAnswer &answer)
{
    const http::Headers headers{{"Content-Type", "application/x-amz-json-1.1"}, {"x-amzn-RequestId", runtime::newRequestId()}};
    const QJsonObject body = answer ? *answer : QJsonObject{{u"__type"_s, QString::fromLatin1(answer.error().type)}, {u"message"_s, answer.error().message}};
    responder.respond({answer ? 200 : answer.error().status, headers, body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson(QJsonDocument::Compact)});
}

void answerJsonCall(const http::Request &request, const http::Responder &responder, QByteArrayView targetPrefix, const std::function<JsonAnswer(const QByteArray &action, const QJsonObject &input)> &perform)
{
    const auto call = parseJsonCall(request, targetPrefix);
    respondJson(responder, call ? perform(call->action, call->input) : tl::unexpected(call.error()));
}

} // namespace eph::cloud
