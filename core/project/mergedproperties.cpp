// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/mergedproperties.h"

#include <QJsonArray>

namespace eph::project {

QJsonObject mergedProperties(const QJsonObject &globals, const QJsonObject &own)
{
    QJsonObject merged = globals;
    for (auto it = own.begin(); it != own.end(); ++it) {
        const QJsonValue base = globals.value(it.key());
        if (base.isObject() && it->isObject()) {
            merged.insert(it.key(), mergedProperties(base.toObject(), it->toObject()));
        } else if (base.isArray() && it->isArray()) {
            QJsonArray joined = base.toArray();
            const QJsonArray items = it->toArray();
            for (const auto &item : items)
                joined.append(item);
            merged.insert(it.key(), joined);
        } else {
            merged.insert(it.key(), *it);
        }
    }
    return merged;
}

} // namespace eph::project
