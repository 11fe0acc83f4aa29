// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

namespace eph::sys {

/// Secrets by name: `EPHEMERA_SECRET_NAME` of the environment first, for machines without a keychain, then the keychain of the desktop.
/// Any thread but the window's: the keychain may ask its user.
class SecretStore
{
public:
    virtual ~SecretStore() = default;
    SecretStore() = default;
    Q_DISABLE_COPY_MOVE(SecretStore)

    /// NotFound when there is none of that name.
    [[nodiscard]] virtual Result<QString> read(const QString &name);
    [[nodiscard]] virtual Result<void> write(const QString &name, const QString &value);
    [[nodiscard]] virtual Result<void> remove(const QString &name);

    /// What the environment calls it: letters and digits in capitals, `_` for everything else.
    [[nodiscard]] static QString variableOf(const QString &name);
};

} // namespace eph::sys
