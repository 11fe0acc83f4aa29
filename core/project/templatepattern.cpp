// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/templatepattern.h"

#include <QJsonArray>
#include <QVariant>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QJsonValue typed(const QJsonValue &value, const QString &key)
{
    const auto number = [](const QJsonValue &text) {
        bool isNumber = false;
        const double parsed = text.toString().toDouble(&isNumber);
        return isNumber ? QJsonValue(parsed) : QJsonValue(QJsonValue::Undefined);
    };
    if (value.isObject()) {
        QJsonObject object;
        const QJsonObject given = value.toObject();
        for (auto it = given.begin(); it != given.end(); ++it)
            object.insert(it.key(), typed(it.value(), it.key()));
        return object;
    }
    if (key == "exists"_L1)
        return value.toVariant().toString() == "true"_L1;
    if (!value.isArray())
        return value;
    QJsonArray list;
    const QJsonArray given = value.toArray();
    for (const auto &item : given) {
        const QJsonValue asNumber = item.isString() ? number(item) : QJsonValue(QJsonValue::Undefined);
        if (key == "numeric"_L1) {
            list.append(asNumber.isUndefined() ? item : asNumber);
            continue;
        }
        list.append(typed(item, QString()));
        if (!asNumber.isUndefined())
            list.append(asNumber);
        else if (item == "true"_L1 || item == "false"_L1)
            list.append(item == "true"_L1);
    }
    return list;
}

} // namespace

QJsonObject typedPattern(const QJsonObject &pattern)
{
    return typed(pattern, QString()).toObject();
}

} // namespace eph::project
