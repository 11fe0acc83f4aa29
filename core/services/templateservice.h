// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/project/templateedit.h"

namespace eph::services {

/// A property below a function's Properties, such as {Environment, Variables, TABLE}, and its new value.
struct PropertyChange {
    QStringList path;
    QString value;
};

/// The edit of a template's text that makes the change. Checks ranges of MemorySize and Timeout.
[[nodiscard]] Result<project::TextEdit> functionEdit(const QByteArray &text, const project::Function &function, const PropertyChange &change);

/// Makes all changes in the template's file, or none.
[[nodiscard]] Result<void> changeFunction(const project::Function &function, const QList<PropertyChange> &changes);

} // namespace eph::services
