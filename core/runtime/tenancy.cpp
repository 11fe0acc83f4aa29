// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/tenancy.h"

#include "core/base/text.h"

#include <QRegularExpression>

namespace eph::runtime {

using namespace Qt::StringLiterals;

QString tenantProblem(const FunctionConfig &config, const QByteArray &tenantId)
{
    if (!config.tenantIsolation)
        return tenantId.isEmpty() ? QString() : u"The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again."_s;
    if (tenantId.isEmpty())
        return u"The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again."_s;
    static const QRegularExpression allowed(QRegularExpression::anchoredPattern(QString::fromLatin1(TenantPattern)));
    if (tenantId.size() > MaxTenantId || !allowed.match(QString::fromUtf8(tenantId)).hasMatch())
        return Core::tr("A tenant ID has 1 to %1 characters: letters from a to z and A to Z, digits, spaces and . _ : / = + - @").arg(MaxTenantId);
    return {};
}

} // namespace eph::runtime
