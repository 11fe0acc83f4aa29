// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/releasespec.h"

#include <QJsonArray>
#include <algorithm>

namespace eph::deploy {

using namespace Qt::StringLiterals;

const Resource *ReleaseSpec::find(const QString &key) const
{
    const auto found = std::find_if(resources.cbegin(), resources.cend(), [&](const Resource &resource) { return resource.key() == key; });
    return found == resources.cend() ? nullptr : &*found;
}

QJsonObject ReleaseSpec::toJson() const
{
    QJsonArray list;
    for (const Resource &resource : resources)
        list.append(QJsonObject{{u"kind"_s, resource.kind}, {u"id"_s, resource.id}, {u"name"_s, resource.name}, {u"properties"_s, resource.properties}});
    return {{u"project"_s, project}, {u"stage"_s, stage}, {u"account"_s, account}, {u"region"_s, region}, {u"prefix"_s, prefix}, {u"resources"_s, list}};
}

ReleaseSpec ReleaseSpec::fromJson(const QJsonObject &json)
{
    ReleaseSpec spec{json.value("project"_L1).toString(), json.value("stage"_L1).toString(), json.value("account"_L1).toString(), json.value("region"_L1).toString(), json.value("prefix"_L1).toString(), {}};
    const QJsonArray list = json.value("resources"_L1).toArray();
    for (const auto &item : list) {
        const QJsonObject object = item.toObject();
        spec.resources << Resource{object.value("kind"_L1).toString(), object.value("id"_L1).toString(), object.value("name"_L1).toString(), object.value("properties"_L1).toObject()};
    }
    return spec;
}

} // namespace eph::deploy
