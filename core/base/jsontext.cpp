// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>

namespace eph {

QByteArray jsonText(const QString &text)
{
    // Names and ids need nothing, and are most of what comes here.
    const bool plain = std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c >= u' ' && c <= u'~' && c != u'"' && c != u'\\'; });
    if (plain)
        return '"' + text.toLatin1() + '"';
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

QByteArray compactJson(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QStringList textsOf(const QJsonValue &value)
{
    QStringList texts;
    const QJsonArray list = value.isArray() ? value.toArray() : value.isString() ? QJsonArray{value} : QJsonArray();
    for (const auto &item : list)
        texts << item.toString();
    return texts;
}

} // namespace eph
