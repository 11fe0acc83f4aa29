// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"
#include "core/mapping/value.h"

#include <functional>
#include <optional>

namespace eph::gateway {

/// What follows the prefix, where there is one.
[[nodiscard]] std::optional<QString> behind(const QString &text, QLatin1StringView prefix);
enum class Which { Last, All };
/// The last header of that name, or all with commas between: names are the same only where their letters are.
[[nodiscard]] std::optional<QString> exactHeader(const http::Headers &headers, const QString &name, Which which = Which::Last);
/// As a mapping has it: collections as JSON; nullopt for null.
[[nodiscard]] std::optional<QString> textOf(const mapping::Value &value);
/// What a path finds in a body; the body itself without one.
[[nodiscard]] std::optional<QString> bodyPart(const QByteArray &body, const QString &path);
/// `identity.sourceIp` of the context.
[[nodiscard]] mapping::Value memberAt(const mapping::Value &value, const QString &path);
void eachMember(const mapping::Value &map, const std::function<void(const QString &, const mapping::Value &)> &visit);
/// What is no text does not come through as it is, unless the API says that it is binary.
[[nodiscard]] QByteArray asText(const QByteArray &bytes);
/// A parameter of an HTTP API: `$request.body.x` alone, or a text with `${request.path.id}` in it. nullopt where what stands alone is not there.
[[nodiscard]] std::optional<QString> expressed(const QString &text, const std::function<std::optional<QString>(const QString &)> &value);
/// How long a body is, and how it travels, is for neither side to say.
[[nodiscard]] bool isOfTheBody(const QByteArray &headerName);

} // namespace eph::gateway
