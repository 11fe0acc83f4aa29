// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/localaddress.h"

#include <QRegularExpression>

namespace eph::runtime {

using namespace Qt::StringLiterals;

QString localAddress(const QString &text, const QString &region, const QString &account, const CloudAddresses &cloud)
{
    const QString queues = u"https://sqs.%1.amazonaws.com/"_s.arg(region);
    if (!cloud.endpoint.isEmpty() && text.startsWith(queues + account + u'/'))
        return cloud.endpoint + u'/' + text.mid(queues.size());
    if (cloud.gateway.isEmpty() || !text.contains("://"_L1))
        return text;
    static const QRegularExpression address(u"(https|wss)://(?:(?![a-z0-9]{10}\\.)([A-Za-z0-9_-]+)\\.execute-api\\.([a-z0-9-]+)\\.amazonaws\\.com|(?![a-z0-9]{30,}\\.)([A-Za-z0-9_-]+)\\.lambda-url\\.([a-z0-9-]+)\\.on\\.aws)(?=[/:?]|$)"_s);
    QString here;
    qsizetype end = 0;
    for (auto found = address.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch one = found.next();
        if (one.captured(3) + one.captured(5) != region)
            continue;
        const QString host = (one.captured(2) + one.captured(4)).toLower().replace(u'_', u'-') + (one.captured(4).isEmpty() ? ".localhost"_L1 : ".lambda-url.localhost"_L1);
        const QString gateway = one.captured(1) == "wss"_L1 ? "ws"_L1 + cloud.gateway.mid(QLatin1StringView("http").size()) : cloud.gateway;
        here += text.mid(end, one.capturedStart() - end) + gateway + "/@"_L1 + host;
        end = one.capturedEnd();
    }
    return here + text.mid(end);
}

} // namespace eph::runtime
