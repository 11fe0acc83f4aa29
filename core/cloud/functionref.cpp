// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functionref.h"

#include <QRegularExpression>

namespace eph::cloud {

std::optional<FunctionRef> parseFunctionRef(const QString &text)
{
    // The service's own pattern of a function name, with its parts named. Source: Lambda API reference, Invoke, November 2026.
    static const QRegularExpression pattern(QStringLiteral(
        "^(?:arn:aws[a-zA-Z-]*:lambda:[a-z]{2}(?:-[a-z]+)+-\\d:\\d{12}:function:|\\d{12}:function:|function:)?([a-zA-Z0-9-_]+)(?::(\\$LATEST|[a-zA-Z0-9-_]+))?$"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return FunctionRef{match.captured(1), match.captured(2)};
}

} // namespace eph::cloud
