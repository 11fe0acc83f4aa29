// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/templatevalues.h"

#include <QVariant>

namespace eph::deploy {

using namespace Qt::StringLiterals;

QJsonValue asNumber(const QJsonValue &value)
{
    bool fine = false;
    const int number = value.toVariant().toString().toInt(&fine);
    return fine ? QJsonValue(number) : QJsonValue(QJsonValue::Undefined);
}

void copy(const QJsonObject &from, const QStringList &members, QJsonObject &to)
{
    for (const QString &member : members) {
        const QJsonValue value = from.value(member);
        if (!value.isUndefined() && !value.isNull())
            to.insert(member, value);
    }
}

void copyNumbers(const QJsonObject &from, const QStringList &members, QJsonObject &to)
{
    for (const QString &member : members) {
        if (const QJsonValue number = asNumber(from.value(member)); !number.isUndefined())
            to.insert(member, number);
    }
}

} // namespace eph::deploy
