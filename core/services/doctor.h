// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/interpreters.h"

#include <QList>
#include <QString>

namespace eph::services {

/// One thing that Ephemera uses on this machine.
struct Check {
    enum class State { Good, Degraded, Missing };
    QString name;
    State state = State::Good;
    QString detail; ///< What was found.
    QString hint;   ///< What is lost, and how to mend it.
};

/// Looks at what is installed, what is missing and what works less well than it could.
[[nodiscard]] QList<Check> examineMachine(const sys::Interpreters &interpreters);
[[nodiscard]] QString stateName(Check::State state);

} // namespace eph::services
