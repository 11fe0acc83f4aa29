// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QString>

/// The words that a template may use.
namespace eph::project {

using Names = QSet<QString>;

extern const Names TopLevelKeys;
/// Properties of a function that take part in a local run or in what is shown.
extern const Names UsedProperties;
/// Properties of a function that change nothing on this machine.
extern const Names CloudOnlyProperties;
/// Variables that a function may not set.
extern const Names ReservedVariables;
extern const Names EventTypes;
/// Resources that functions eat from.
extern const Names EventSourceTypes;
extern const Names GroupTypes;
/// In the namespaces of SAM and of Lambda.
extern const Names FunctionResourceTypes;

/// Not empty, and of ASCII letters, digits and those characters only.
[[nodiscard]] bool isName(QStringView text, QStringView others, qsizetype longest);

} // namespace eph::project
