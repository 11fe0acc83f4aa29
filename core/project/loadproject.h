// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/project/model.h"
#include "core/project/placement.h"

#include <optional>

namespace eph::project {

struct LoadRequest {
    QString path; ///< A folder, or a template file.
    QMap<QString, QString> parameters; ///< Beats samconfig.toml and defaults.
    /// Contents to take instead of the file's, for a template that is being edited. Null: the file's.
    QByteArray unsavedTemplate;
    std::optional<Placement> placement = {}; ///< None: names as they are on this machine.
};

/// Opens a project: the SAM or CloudFormation template of a folder, or the handlers of a plain one. Reads only. What is
/// wrong inside a template is among the project's findings; an Error means that there is nothing to open.
[[nodiscard]] Result<Project> loadProject(const LoadRequest &request);

/// The template of a folder (`template.yaml`, `.yml`, `.json`), empty when there is none.
[[nodiscard]] QString findTemplate(const QString &folder);

} // namespace eph::project
