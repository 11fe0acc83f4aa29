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

void answerJsonCall(const http::Request &request, const http::Responder &responder, QByteArrayView targetPrefix, const std::function<JsonAnswer(const QByteArray &action, const QJsonObject &input)> &perform)
{
    const http::Headers headers{{"Content-Type", "application/x-amz-json-1.1"}, {"x-amzn-RequestId", runtime::newRequestId()}};
    const QJsonDocument document = QJsonDocument::fromJson(request.body.isEmpty() ? QByteArray("{}") : request.body);
    const bool whole = !request.truncated && request.bodySize == request.body.size();
    const auto refused = [](const QByteArray &name, const QString &message) { return JsonAnswer(tl::unexpected(ApiError{400, name, message})); };
    const JsonAnswer answer = !whole                ? refused("ValidationException", Core::tr("The request is too large."))
                              : document.isObject() ? perform(request.header("X-Amz-Target").mid(targetPrefix.size()), document.object())
                                                    : refused("SerializationException", Core::tr("The request is no JSON object."));
    const QJsonObject body = answer ? *answer : QJsonObject{{u"__type"_s, QString::fromLatin1(answer.error().type)}, {u"message"_s, answer.error().message}};
    responder.respond({answer ? 200 : answer.error().status, headers, body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson(QJsonDocument::Compact)});
}

} // namespace eph::cloud
