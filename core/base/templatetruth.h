// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>

namespace eph {

/// A template's scalars are text: `true`, however it is written.
[[nodiscard]] inline bool isTrue(const QJsonValue &value)
{
    return value.toBool() || value.toString().compare(QLatin1StringView("true"), Qt::CaseInsensitive) == 0;
}

} // namespace eph
