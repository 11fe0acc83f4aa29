// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/apicall.h"

#include "core/deploy/operations.h"

#include <QHash>

namespace eph::deploy {

using namespace Qt::StringLiterals;

QString ApiCall::permission() const
{
    // Most are called as their call is.
    // Source: service authorization reference, November 2026.
    static const QHash<QString, QString> others{
        {u"s3api:HeadBucket"_s, u"s3:ListBucket"_s},
        {u"s3api:PutBucketNotificationConfiguration"_s, u"s3:PutBucketNotification"_s},
        {u"s3api:GetBucketNotificationConfiguration"_s, u"s3:GetBucketNotification"_s},
    };
    if (const auto other = others.constFind(service + u':' + operation); other != others.cend())
        return *other;
    const Service *known = findService(service);
    const QString prefix = known ? QString::fromLatin1(known->permissions) : service;
    // API Gateway goes by the methods of HTTP.
    if (const Operation *rest = findOperation(service, operation); rest && prefix == "apigateway"_L1)
        return QString("apigateway:"_L1 + QLatin1StringView(rest->method));
    return QString(prefix + u':' + operation);
}

} // namespace eph::deploy
