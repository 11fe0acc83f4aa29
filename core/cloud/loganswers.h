// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/jsonprotocol.h"

namespace eph::cloud::loganswers {

/// The group that a call is about: by its name or its ARN.
[[nodiscard]] QString groupNamed(const QJsonObject &input);
[[nodiscard]] tl::unexpected<ApiError> noGroup();
/// Of a change, by what became of it.
[[nodiscard]] JsonAnswer kept(const Result<void> &result);

} // namespace eph::cloud::loganswers
