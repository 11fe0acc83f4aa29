// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/http/message.h"

#include <QByteArray>
#include <utility>

namespace eph::http {

/// Of a header as people write it, `Name: value`, both without blanks around them. Usage where it is none, or more than one.
[[nodiscard]] Result<std::pair<QByteArray, QByteArray>> headerOf(const QString &line);

/// It can stand before a colon: RFC 9110, section 5.6.2.
[[nodiscard]] bool isHeaderName(const QByteArray &name);
/// In place of those of that name, in any case. What is no name is left out, and line ends in the value become blanks.
void setHeader(Headers &headers, const QByteArray &name, const QByteArray &value);
/// Beside those of that name.
void addHeader(Headers &headers, const QByteArray &name, const QByteArray &value);
void removeHeader(Headers &headers, const QByteArray &name);

} // namespace eph::http
