// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

namespace eph::project {

/// Usage plans of REST APIs, which are made of several resources: the plan, the keys, and what joins the two.
class KeyResources
{
public:
    struct Resource {
        QString type; ///< One of those that `isOne` knows.
        QString logicalId;
        QJsonObject properties; ///< Evaluated.
    };

    [[nodiscard]] static bool isOne(const QString &type);
    void add(const Resource &resource) { m_resources << resource; }
    [[nodiscard]] QList<UsagePlanDeclaration> plans() const;

private:
    [[nodiscard]] const Resource *named(QLatin1StringView type, const QString &reference) const;

    QList<Resource> m_resources;
};

} // namespace eph::project
