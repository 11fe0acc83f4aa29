// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/templateedit.h"

#include <functional>

namespace eph::services {

/// Reads a template's file, edits it, and writes it as a whole or not at all.
[[nodiscard]] Result<void> rewriteTemplate(const QString &file, const std::function<Result<project::TextEdit>(const QByteArray &)> &edit);

} // namespace eph::services
