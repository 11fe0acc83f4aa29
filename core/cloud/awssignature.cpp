// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/awssignature.h"

namespace eph::cloud {

namespace {

[[nodiscard]] QByteArray serviceIn(const QByteArray &credential)
{
    const QList<QByteArray> scope = credential.trimmed().split('/');
    return scope.size() == 5 ? scope.at(3) : QByteArray();
}

} // namespace

QByteArray signedService(const http::Request &request)
{
    constexpr QByteArrayView InHeader("Credential=");
    constexpr QByteArrayView InQuery("X-Amz-Credential=");
    const QByteArray authorization = request.header("Authorization");
    const qsizetype at = authorization.indexOf(InHeader);
    if (authorization.startsWith("AWS4-HMAC-SHA256 ") && at >= 0) {
        const qsizetype begin = at + InHeader.size();
        const qsizetype comma = authorization.indexOf(',', begin);
        return serviceIn(authorization.mid(begin, comma < 0 ? -1 : comma - begin));
    }
    const QList<QByteArray> parameters = request.query.split('&');
    for (const QByteArray &parameter : parameters) {
        if (parameter.startsWith(InQuery))
            return serviceIn(QByteArray::fromPercentEncoding(parameter.mid(InQuery.size())));
    }
    return {};
}

} // namespace eph::cloud
