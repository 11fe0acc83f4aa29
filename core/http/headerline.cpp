// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/headerline.h"

#include "core/base/text.h"

#include <algorithm>

namespace eph::http {

namespace {

/// RFC 9110, section 5.6.2.
bool isToken(const QByteArray &name)
{
    return !name.isEmpty() && std::all_of(name.cbegin(), name.cend(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    });
}

} // namespace

Result<std::pair<QByteArray, QByteArray>> headerOf(const QString &line)
{
    const qsizetype colon = line.indexOf(u':');
    const QByteArray name = line.left(std::max<qsizetype>(0, colon)).trimmed().toUtf8();
    const QByteArray value = line.mid(colon + 1).trimmed().toUtf8();
    const bool ends = value.contains('\n') || value.contains('\r') || value.contains('\0');
    if (!isToken(name) || ends)
        return failure(ErrorCode::Usage, Core::tr("“%1” is no header.").arg(line), Core::tr("Write it as NAME: VALUE."));
    return std::pair(name, value);
}

} // namespace eph::http
