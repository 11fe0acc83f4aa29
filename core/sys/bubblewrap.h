// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QString>

namespace eph::sys {

/// The bubblewrap program, where it is installed and this system lets it make namespaces. It is tried once and the answer
/// remembered in the user's cache, keyed by the program and the kernel. NotFound without one, Unsupported where the system
/// forbids it.
[[nodiscard]] Result<QString> findBubblewrap();

} // namespace eph::sys
