// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/project/overrides.h"
#include "core/project/yaml.h"

namespace eph::project {

/// Reads functions, triggers and parameters of a SAM or CloudFormation template into a project.
class SamTemplate
{
public:
    SamTemplate(Project &project, const Overrides &overrides, QMap<QString, QString> parameters);

    /// @param depth of nesting: applications within applications.
    void read(const QString &file, const QByteArray &text, int depth = 0);

private:
    Project &m_project;
    const Overrides &m_overrides;
    QMap<QString, QString> m_parameters;
};

} // namespace eph::project
