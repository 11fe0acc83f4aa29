// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/awssignature.h"

#include <QDateTime>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QByteArray serviceIn(const QByteArray &credential)
{
    const QList<QByteArray> scope = credential.trimmed().split('/');
    return scope.size() == 5 ? scope.at(3) : QByteArray();
}

constexpr qint64 MaxSeconds = 1'000'000'000'000; ///< No time that anybody means lies beyond.

/// Of the query, decoded; empty where there is none of that name.
[[nodiscard]] QByteArray parameterOf(const http::Request &request, const QByteArray &name)
{
    const QList<QByteArray> parameters = request.query.split('&');
    for (const QByteArray &parameter : parameters) {
        if (parameter.startsWith(QByteArray(name + '=')))
            return QByteArray::fromPercentEncoding(parameter.mid(name.size() + 1));
    }
    return {};
}

} // namespace

QByteArray signedService(const http::Request &request)
{
    constexpr QByteArrayView InHeader("Credential=");
    const QByteArray authorization = request.header("Authorization");
    const qsizetype at = authorization.indexOf(InHeader);
    if (authorization.startsWith("AWS4-HMAC-SHA256 ") && at >= 0) {
        const qsizetype begin = at + InHeader.size();
        const qsizetype comma = authorization.indexOf(',', begin);
        return serviceIn(authorization.mid(begin, comma < 0 ? -1 : comma - begin));
    }
    return serviceIn(parameterOf(request, "X-Amz-Credential"));
}

std::optional<Presigned> presigned(const http::Request &request)
{
    if (!parameterOf(request, "AWSAccessKeyId").isEmpty() && !parameterOf(request, "Signature").isEmpty())
        return Presigned{1000 * std::clamp(parameterOf(request, "Expires").toLongLong(), qint64(0), MaxSeconds)};
    if (parameterOf(request, "X-Amz-Algorithm").isEmpty())
        return std::nullopt;
    QDateTime time = QDateTime::fromString(QString::fromLatin1(parameterOf(request, "X-Amz-Date")), u"yyyyMMdd'T'HHmmss'Z'"_s);
    time.setTimeSpec(Qt::UTC);
    const qint64 seconds = std::clamp(parameterOf(request, "X-Amz-Expires").toLongLong(), qint64(0), MaxSeconds);
    return Presigned{time.isValid() ? time.toMSecsSinceEpoch() + 1000 * seconds : 0, seconds};
}

QByteArray sessionTokenInQuery(const http::Request &request)
{
    const QByteArray token = parameterOf(request, "X-Amz-Security-Token");
    return token.isEmpty() ? parameterOf(request, "x-amz-security-token") : token;
}

} // namespace eph::cloud
