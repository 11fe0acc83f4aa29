// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

namespace eph {

/// Where core takes its sentences from: `Core::tr("…")`.
struct Core {
    Q_DECLARE_TR_FUNCTIONS(Core)
};

} // namespace eph
