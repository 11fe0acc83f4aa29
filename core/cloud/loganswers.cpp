// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/loganswers.h"

namespace eph::cloud::loganswers {

using namespace Qt::StringLiterals;

QString groupNamed(const QJsonObject &input)
{
    const QString given = input.contains("logGroupIdentifier"_L1) ? input.value("logGroupIdentifier"_L1).toString() : input.value("logGroupName"_L1).toString();
    return given.startsWith("arn:"_L1) ? given.section(u':', 6, 6) : given;
}

tl::unexpected<ApiError> noGroup()
{
    return refused("ResourceNotFoundException", u"The specified log group does not exist."_s);
}

JsonAnswer kept(const Result<void> &result)
{
    return result ? JsonAnswer(QJsonObject()) : refused("ServiceUnavailableException", result.error().message);
}

} // namespace eph::cloud::loganswers
