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

/// The edit of a template's text that makes the changes. Checks ranges of MemorySize and Timeout.
[[nodiscard]] Result<project::TextEdit> functionEdit(const QByteArray &text, const project::Function &function, const QList<PropertyChange> &changes);
/// The edit that takes an entry below a function's Properties away.
[[nodiscard]] Result<project::TextEdit> removalEdit(const QByteArray &text, const project::Function &function, const QStringList &path);
/// The edit that keeps a function warm every so many minutes; 0 takes that away.
[[nodiscard]] Result<project::TextEdit> warmUpEdit(const QByteArray &text, const project::Function &function, int minutes);

/// Makes all changes in the template's file, or none.
[[nodiscard]] Result<void> changeFunction(const project::Function &function, const QList<PropertyChange> &changes);
/// Writes warmUpEdit() into the template's file.
[[nodiscard]] Result<void> setWarmUp(const project::Function &function, int minutes);

} // namespace eph::services
