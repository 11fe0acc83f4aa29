// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/functionconfig.h"

namespace eph::runtime {

QString FunctionConfig::arn() const
{
    return QStringLiteral("arn:aws:lambda:%1:%2:function:%3").arg(region, account, name);
}

QString FunctionConfig::logGroupName() const
{
    return logGroup.isEmpty() ? QString(QStringLiteral("/aws/lambda/") + name) : logGroup;
}

} // namespace eph::runtime
