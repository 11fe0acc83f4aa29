// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/paging.h"

#include <algorithm>

namespace eph::cloud {

std::optional<ArrayPage> pageOf(const QJsonArray &all, qsizetype limit, const QString &token)
{
    bool isNumber = false;
    const qsizetype from = token.isEmpty() ? 0 : token.toLongLong(&isNumber);
    if (!token.isEmpty() && (!isNumber || from < 1 || from > all.size()))
        return std::nullopt;
    const qsizetype end = std::min(all.size(), from + std::max<qsizetype>(1, limit));
    ArrayPage page;
    for (qsizetype i = from; i < end; ++i)
        page.items.append(all.at(i));
    if (end < all.size())
        page.next = QString::number(end);
    return page;
}

} // namespace eph::cloud
