// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QList>
#include <QString>

namespace eph::services {

/// Something to begin with: a project template or a shipped example.
struct Starter {
    QString id;    ///< Folder name, such as `nodejs-http`.
    QString title;
    QString description;
    QString folder;
    bool example = false;
};

/// Templates, then examples, each sorted by id.
[[nodiscard]] QList<Starter> starters();

struct CreateRequest {
    QString starter;
    QString folder;    ///< Made when missing; must be empty otherwise.
};

/// Copies a starter; returns the project's absolute folder. NotFound for an unknown starter, Conflict for a folder that is
/// not empty. Leaves nothing behind when it fails.
[[nodiscard]] Result<QString> createProject(const CreateRequest &request);

/// Adds a function to a project: its code in a folder of its own and its declaration in the template.
struct AddFunctionRequest {
    QString templateFile;
    QString name;    ///< Logical id: letters and digits.
    QString starter; ///< A template whose first function is taken.
};
[[nodiscard]] Result<void> addFunction(const AddFunctionRequest &request);

/// Writes the template that describes the handlers found in a plain folder. Conflict when there is one.
[[nodiscard]] Result<QString> writeTemplateFor(const QString &folder);

} // namespace eph::services
