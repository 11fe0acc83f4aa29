// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/project/overrides.h"
#include "core/project/placement.h"
#include "core/project/yaml.h"

namespace eph::project {

/// Every property that a function may have in a template.
[[nodiscard]] QStringList functionProperties();

/// Reads functions, triggers and parameters of a SAM or CloudFormation template into a project.
class SamTemplate
{
public:
    SamTemplate(Project &project, const Overrides &overrides, QMap<QString, QString> parameters);
    void setPlacement(const Placement &placement) { m_placement = placement; }

    /// Nested applications included.
    void read(const QString &file, const QByteArray &text);

private:
    void readOne(const QString &file, const QByteArray &text, const QMap<QString, QString> &parameters);

    Project &m_project;
    const Overrides &m_overrides;
    QMap<QString, QString> m_parameters;
    Placement m_placement; ///< Without a prefix: on this machine.
    QStringList m_open; ///< Files of the applications around the one being read.
    int m_count = 0;    ///< Templates read so far.
};

} // namespace eph::project
