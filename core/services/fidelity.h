// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/services/localcloud.h"

#include <QJsonArray>

namespace eph::services {

/// How true something is to the cloud here.
enum class Fidelity { Emulated, Approximated, Ignored };
[[nodiscard]] QString fidelityName(Fidelity fidelity);

struct FidelityNote {
    Fidelity fidelity = Fidelity::Emulated;
    QString topic;
    QString text;
};

/// What a run of a function has of the cloud, what comes near to it, and what of its template has no effect. What is
/// ignored comes first, then what is approximated: that is where surprises are.
[[nodiscard]] QList<FidelityNote> fidelityOf(const project::Project &project, const project::Function &function, const CloudOptions &options, const sys::Interpreters &interpreters);

[[nodiscard]] QJsonArray toJson(const QList<FidelityNote> &notes);

} // namespace eph::services
