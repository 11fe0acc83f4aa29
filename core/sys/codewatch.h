// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QSet>
#include <QStringList>

namespace eph::sys {

/// Tells at any moment whether anything below some folders changed, also what is linked into them. The kernel queues a
/// change before the write that made it returns, and `generation()` reads that queue at once: no change that was saved
/// before the call is missed, and no event loop is needed. Where the folders cannot all be watched, each call compares
/// every file's time and size instead.
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
    /// A root or the target of a link: nobody tells when one of that name comes again.
    enum class Kind { Inner, Outer };
    struct Watched {
        QString path;
        Kind kind;
    };

    void watchAll();
    void watchFolder(const QString &folder, Kind kind);
    void watchLink(const QString &link);
    [[nodiscard]] int add(const QString &path, Kind kind);
    void readEvents();
    void fallBack();
    [[nodiscard]] QByteArray fingerprint() const;

    QStringList m_folders;
    int m_inotify = -1;
    QHash<int, Watched> m_watched;
    QSet<int> m_visited;    ///< In the walk under way: a circle of links ends here.
    int m_missing = 0;      ///< Roots and targets of links that are not there.
    bool m_walkAgain = false;
    QByteArray m_fingerprint;
    quint64 m_generation = 1;
};

} // namespace eph::sys
