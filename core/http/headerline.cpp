// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/headerline.h"

#include "core/base/text.h"

#include <algorithm>

namespace eph::http {

bool isHeaderName(const QByteArray &name)
{
    return !name.isEmpty() && std::all_of(name.cbegin(), name.cend(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    });
}

void setHeader(Headers &headers, const QByteArray &name, const QByteArray &value)
{
    removeHeader(headers, name);
    addHeader(headers, name, value);
}

void addHeader(Headers &headers, const QByteArray &name, const QByteArray &value)
{
    if (isHeaderName(name))
        headers.emplaceBack(name, headerText(value));
}

void removeHeader(Headers &headers, const QByteArray &name)
{
    headers.removeIf([&name](const auto &header) { return header.first.compare(name, Qt::CaseInsensitive) == 0; });
}

Result<std::pair<QByteArray, QByteArray>> headerOf(const QString &line)
{
    const qsizetype colon = line.indexOf(u':');
    const QByteArray name = line.left(std::max<qsizetype>(0, colon)).trimmed().toUtf8();
    const QByteArray value = line.mid(colon + 1).trimmed().toUtf8();
    const bool ends = value.contains('\n') || value.contains('\r') || value.contains('\0');
    if (!isHeaderName(name) || ends)
        return failure(ErrorCode::Usage, Core::tr("“%1” is no header.").arg(line), Core::tr("Write it as NAME: VALUE."));
    return std::pair(name, value);
}

} // namespace eph::http
