// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QStringList>

namespace eph::sys {

/// An authority of this user's own, for names of this machine and no others: whoever trusts it trusts it for nothing else.
/// Any thread.
class LocalAuthority
{
public:
    /// `~/.local/share/ephemera/tls`
    [[nodiscard]] static QString standardFolder();
    /// The one that is kept in that folder, or a new one where there is none or it ends soon. Io where it cannot be kept.
    [[nodiscard]] static Result<LocalAuthority> open(const QString &folder);

    struct Certificate {
        QByteArray chain; ///< PEM: its own and the authority's.
        QByteArray key;   ///< PEM.
    };
    /// For those names, `localhost` and the addresses of this machine.
    [[nodiscard]] Result<Certificate> issue(const QStringList &names) const;

    /// What a client has to trust, as PEM.
    [[nodiscard]] QString file() const { return m_folder + QStringLiteral("/authority.pem"); }
    /// The system's authorities with this one, for clients that take one file for all. Made anew by open().
    [[nodiscard]] QString bundleFile() const { return m_folder + QStringLiteral("/bundle.pem"); }

private:
    explicit LocalAuthority(const QString &folder) : m_folder(folder) {}
    [[nodiscard]] Result<void> make();
    [[nodiscard]] Result<void> writeBundle() const;

    QString m_folder;
    QByteArray m_certificate; ///< PEM.
    QByteArray m_key;
};

} // namespace eph::sys
