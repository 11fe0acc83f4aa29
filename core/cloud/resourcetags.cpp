// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/resourcetags.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

QJsonObject ResourceTags::of(const QString &arn) const
{
    const QJsonObject *kept = m_documents.find({m_kind, {}, arn});
    return kept ? *kept : QJsonObject();
}

Result<void> ResourceTags::add(const QString &arn, const QJsonObject &tags)
{
    QJsonObject all = of(arn);
    for (auto tag = tags.begin(); tag != tags.end(); ++tag)
        all.insert(tag.key(), *tag);
    return m_documents.put({m_kind, {}, arn}, all);
}

Result<void> ResourceTags::remove(const QString &arn, const QJsonArray &keys)
{
    QJsonObject all = of(arn);
    for (const auto &key : keys)
        all.remove(key.toString());
    return m_documents.put({m_kind, {}, arn}, all);
}

QJsonArray tagList(const QJsonObject &tags)
{
    QJsonArray list;
    for (auto tag = tags.begin(); tag != tags.end(); ++tag)
        list.append(QJsonObject{{u"Key"_s, tag.key()}, {u"Value"_s, *tag}});
    return list;
}

QJsonObject tagMap(const QJsonArray &tags)
{
    QJsonObject map;
    for (const auto &tag : tags)
        map.insert(tag.toObject().value("Key"_L1).toString(), tag.toObject().value("Value"_L1));
    return map;
}

} // namespace eph::cloud
