// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace eph::sys {

/// Kills every process of this user that has the token in its environment; again and again until there is none, as a fork
/// may be under way. Finds also what left its process group and its parent. Needs only the C library.
void killAllWithToken(const std::string &token);

} // namespace eph::sys
