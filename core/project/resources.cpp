// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/resources.h"

#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

const Resource *Resources::named(QLatin1StringView type, const QString &reference) const
{
    if (reference.isEmpty())
        return nullptr;
    const QStringList parts = reference.section(u':', -1).split(u'/');
    const auto found = std::find_if(m_all.cbegin(), m_all.cend(), [&](const Resource &resource) {
        const QString name = resource.properties.value("Name"_L1).toString(resource.properties.value("UsagePlanName"_L1).toString());
        return resource.type == type && (parts.contains(resource.logicalId) || (!name.isEmpty() && parts.contains(name)));
    });
    return found == m_all.cend() ? nullptr : &*found;
}

} // namespace eph::project
