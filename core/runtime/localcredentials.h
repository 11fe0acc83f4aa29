// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace eph::runtime {

/// What functions here sign their calls with, beside the session token of their environment.
inline constexpr char LocalAccessKeyId[] = "ASIAEPHEMERALLOCAL00";

/// 40 characters, other ones for each session token, and in each run of the program: whoever has seen a token, as in an address
/// that was signed beforehand, can sign nothing with it. Any thread.
[[nodiscard]] QByteArray localSecretOf(const QByteArray &sessionToken);

} // namespace eph::runtime
