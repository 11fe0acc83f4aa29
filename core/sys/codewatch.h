// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

namespace eph::sys {

/// Tells at any moment whether anything below some folders changed. The kernel queues a change before the write that made
/// it returns, and `generation()` reads that queue at once: no change that was saved before the call is missed, and no
/// event loop is needed. Where the folders cannot all be watched, each call compares every file's time and size instead.
class CodeWatch
{
public:
    explicit CodeWatch(QStringList folders);
    ~CodeWatch();
    Q_DISABLE_COPY_MOVE(CodeWatch)

    /// Grows whenever a file or folder was changed, added or removed.
    [[nodiscard]] quint64 generation();
    /// Readable when something may have changed, for a notifier; -1 where files are compared instead.
    [[nodiscard]] int descriptor() const { return m_inotify; }

private:
    void watch(const QString &folder);
    void fallBack();
    [[nodiscard]] QByteArray fingerprint() const;

    QStringList m_folders;
    int m_inotify = -1;
    QHash<int, QString> m_watched;
    QByteArray m_fingerprint;
    quint64 m_generation = 1;
};

/// Folders that hold no code: never hashed, watched or packed.
[[nodiscard]] bool isIgnoredFolder(const QString &name);

} // namespace eph::sys
