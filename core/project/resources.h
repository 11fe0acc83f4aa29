// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

namespace eph::project {

/// A resource as it stands in the template.
struct Resource {
    QString type;
    QString logicalId;
    QJsonObject properties; ///< Evaluated; all numbers are text.
    Location location;
};

/// A trigger and the name of the function that it calls.
struct TargetedTrigger {
    QString function;
    Trigger trigger;
};

/// Resources that only mean something together, such as an API and its routes.
class Resources
{
public:
    void add(const Resource &resource) { m_all << resource; }
    [[nodiscard]] auto begin() const { return m_all.cbegin(); }
    [[nodiscard]] auto end() const { return m_all.cend(); }

    /// The one of that type that a reference stands for: its logical id, the name that it is given, or an ARN whose last part holds
    /// either. Null where there is none.
    [[nodiscard]] const Resource *named(QLatin1StringView type, const QString &reference) const;
    /// The same for a part of what `part` is a part of, too: several APIs may have an authorizer of one name. `owner` is the property that says of what.
    [[nodiscard]] const Resource *namedBeside(const Resource &part, QLatin1StringView owner, QLatin1StringView type, const QString &reference) const;

private:
    QList<Resource> m_all;
};

} // namespace eph::project
