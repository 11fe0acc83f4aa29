// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/yaml.h"

#include <QMap>

namespace eph::project {

/// Puts what each `Fn::ForEach` makes in its place, as the transform AWS::LanguageExtensions does before anything else is read.
/// `parameters` are the values that are given; others have their defaults. What cannot be looped over is found, and left out.
/// Source: CloudFormation template reference, Fn::ForEach, November 2026.
[[nodiscard]] Findings expandLoops(YamlDocument &document, const QMap<QString, QString> &parameters, const QString &file);

} // namespace eph::project
