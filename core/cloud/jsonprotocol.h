// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"
#include "core/http/server.h"

#include <QJsonObject>
#include <functional>

namespace eph::cloud {

/// What a call in one of the JSON protocols is answered with.
using JsonAnswer = tl::expected<QJsonObject, ApiError>;

/// Whether a request's `X-Amz-Target` begins so, such as `AWSEvents.`.
[[nodiscard]] bool isJsonCall(const http::Request &request, QByteArrayView targetPrefix);

/// A call of the protocol 1.1, taken apart.
struct JsonCall {
    QByteArray action;
    QJsonObject input;
};
[[nodiscard]] tl::expected<JsonCall, ApiError> parseJsonCall(const http::Request &request, QByteArrayView targetPrefix);
void respondJson(const http::Responder &responder, const JsonAnswer &answer);

/// Both, around what is done at once.
void answerJsonCall(const http::Request &request, const http::Responder &responder, QByteArrayView targetPrefix, const std::function<JsonAnswer(const QByteArray &action, const QJsonObject &input)> &perform);

} // namespace eph::cloud
