// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace eph::gateway {

struct Call;

/// With what `$context.…` and `$stageVariables.…` stand for in a call; other variables stay.
[[nodiscard]] QString filledTemplate(QString text, const Call &call);
/// What a mapping gives a header: text in single quotes, or a part of the request: `method.request.header.X`, `method.request.querystring.X`,
/// `method.request.path.X`, `context.X`, `stageVariables.X`.
[[nodiscard]] QByteArray parameterText(const QString &given, const Call &call);

} // namespace eph::gateway
