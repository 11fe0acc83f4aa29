// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/apierror.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace eph::cloud {

using namespace Qt::StringLiterals;

http::Response errorResponse(const ApiError &error, const QByteArray &requestId)
{
    // The key differs by error: a client reads both.
    const QString key = error.type == "ResourceNotFoundException" ? u"Message"_s : u"message"_s;
    const QByteArray body = QJsonDocument(QJsonObject{{key, error.message}, {u"Type"_s, u"User"_s}}).toJson(QJsonDocument::Compact);
    return {error.status, {{"Content-Type", "application/json"}, {"x-amzn-RequestId", requestId}, {"x-amzn-ErrorType", error.type}}, body};
}

ApiError unavailable(const Error &error)
{
    const QString text = error.hint.isEmpty() ? error.message : QString(error.message + u' ' + error.hint);
    return {500, "ServiceException", text};
}

ApiError namedError(const Error &error)
{
    return error.detail.isEmpty() ? unavailable(error) : ApiError{400, error.detail.toLatin1(), error.message};
}

tl::unexpected<ApiError> refused(const QByteArray &type, const QString &message)
{
    return tl::unexpected(ApiError{400, type, message});
}

tl::unexpected<ApiError> refused(const Error &error)
{
    return tl::unexpected(namedError(error));
}

} // namespace eph::cloud
