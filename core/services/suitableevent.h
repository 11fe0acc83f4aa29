// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

#include <QHash>
#include <optional>

namespace eph::services {

/// One of the shipped sample events, filled in as a function's own trigger sends it.
struct SuitableEvent {
    QString sample;                 ///< Its id.
    QHash<QString, QString> values; ///< By the field's key; others keep what the sample has.
};

/// What the first of the function's triggers sends; nullopt where there is no sample of it.
[[nodiscard]] std::optional<SuitableEvent> suitableEvent(const project::Function &function);

} // namespace eph::services
