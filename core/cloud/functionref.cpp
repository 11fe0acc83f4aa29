// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functionref.h"

#include <QRegularExpression>
#include <algorithm>

namespace eph::cloud {

namespace {

[[nodiscard]] bool isOfName(QChar character)
{
    const char16_t c = character.unicode();
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
}

} // namespace

std::optional<FunctionRef> parseFunctionRef(const QString &text)
{
    // Nearly always, and matching takes as long as much of an invocation.
    if (!text.isEmpty() && std::all_of(text.cbegin(), text.cend(), isOfName))
        return FunctionRef{text, {}};
    // The service's own pattern of a function name, with its parts named. Source: Lambda API reference, Invoke, November 2026.
    static const QRegularExpression pattern(QStringLiteral(
        "^(?:arn:aws[a-zA-Z-]*:lambda:[a-z]{2}(?:-[a-z]+)+-\\d:\\d{12}:function:|\\d{12}:function:|function:)?([a-zA-Z0-9-_]+)(?::(\\$LATEST|[a-zA-Z0-9-_]+))?$"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return FunctionRef{match.captured(1), match.captured(2)};
}

} // namespace eph::cloud
