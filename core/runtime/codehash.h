// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QStringList>
#include <mutex>

namespace eph::runtime {

/// Hexadecimal SHA-256 over names and contents of all files below some folders, in a fixed order. Remembers each file's
/// hash by its time and size, so that a second call reads only what changed. Any thread.
class CodeHash
{
public:
    [[nodiscard]] QByteArray of(const QStringList &folders);

private:
    struct Known {
        qint64 size;
        qint64 modifiedNs;
        QByteArray hash;
    };
    [[nodiscard]] QByteArray fileHash(const QString &path);

    std::mutex m_mutex;
    QHash<QString, Known> m_known;
};

} // namespace eph::runtime
