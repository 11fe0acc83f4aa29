// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/package/unpack.h"

#include <QSet>
#include <QTemporaryDir>
#include <memory>

namespace eph::account {

/// The code that was uploaded: each package once, as it came and unpacked, by its SHA-256. Any thread, and several
/// processes; copies are the same store.
class CodeStore
{
public:
    struct Code {
        QByteArray sha256; ///< Hexadecimal, of the package's bytes.
        qint64 bytes = 0;  ///< Of the package.
    };

    /// An empty folder makes a temporary one.
    explicit CodeStore(const QString &folder);

    /// Invalid when the zip cannot be unpacked (see package::unpackZip), Io when it cannot be kept.
    [[nodiscard]] Result<Code> take(const QByteArray &zip) const;
    [[nodiscard]] QString folderOf(const QByteArray &sha256) const { return m_folder + u'/' + QString::fromLatin1(sha256); }
    [[nodiscard]] QString zipOf(const QByteArray &sha256) const { return folderOf(sha256) + QStringLiteral(".zip"); }
    /// Removes everything else that is older than a day: what is being uploaded has not been named yet.
    void keepOnly(const QSet<QByteArray> &used) const;

private:
    std::shared_ptr<QTemporaryDir> m_temporary;
    QString m_folder;
};

} // namespace eph::account
