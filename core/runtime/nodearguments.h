// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace eph::runtime {

struct FunctionConfig;

/// What the service starts Node.js with: a heap that fits the memory, and without what it switches off. `version` is the
/// interpreter's, such as `20.19.2`. Source: the start script of the service's base image, and the developer guide's table of
/// experimental features that are off, November 2026.
[[nodiscard]] QStringList nodeArguments(const FunctionConfig &config, const QString &version);

} // namespace eph::runtime
