// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/resources.h"

#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] bool isMeant(const Resource &resource, const QString &reference)
{
    const QStringList parts = reference.section(u':', -1).split(u'/');
    const QString name = resource.properties.value("Name"_L1).toString(resource.properties.value("UsagePlanName"_L1).toString());
    return !reference.isEmpty() && (parts.contains(resource.logicalId) || (!name.isEmpty() && parts.contains(name)));
}

} // namespace

const Resource *Resources::named(QLatin1StringView type, const QString &reference) const
{
    const auto found = std::find_if(m_all.cbegin(), m_all.cend(), [&](const Resource &resource) { return resource.type == type && isMeant(resource, reference); });
    return found == m_all.cend() ? nullptr : &*found;
}

const Resource *Resources::namedBeside(const Resource &part, QLatin1StringView owner, QLatin1StringView type, const QString &reference) const
{
    const auto found = std::find_if(m_all.cbegin(), m_all.cend(), [&](const Resource &resource) { return resource.type == type && resource.properties.value(owner) == part.properties.value(owner) && isMeant(resource, reference); });
    return found == m_all.cend() ? nullptr : &*found;
}

} // namespace eph::project
