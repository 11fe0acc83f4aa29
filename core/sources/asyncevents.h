// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/database.h"

#include <QList>
#include <memory>

class QLockFile;

namespace eph::sources {

/// An event of an asynchronous invocation that was accepted and is not over.
struct AsyncEvent {
    qint64 number = 0; ///< Within the store; 0: not kept.
    QByteArray requestId;
    QString function; ///< By its name, with the version or the alias that it is invoked by: `thumbs:live`.
    QByteArray payload;
    QByteArray clientContext;
    QByteArray traceId;
    int originKind = 0; ///< A runtime::OriginKind.
    QString originName;
    QByteArray originTrace;
    qint64 acceptedMs = 0;
    qint64 dueMs = 0; ///< When it is tried, or tried again.
    int invokes = 0;
    int throttles = 0;
};

/// The events that wait for asynchronous invocations, or are in one, in a database that outlives the process. They are one process's:
/// the first one's that has the project open. Io when the file cannot be written. One thread.
class AsyncEvents
{
public:
    /// The database has the tables of `schema()`. `lockFile` says whose they are; without one they are ours.
    AsyncEvents(sys::Database &database, const QString &lockFile);
    ~AsyncEvents();
    Q_DISABLE_COPY_MOVE(AsyncEvents)
    [[nodiscard]] static const char *schema();

    /// Asked again and again, it says no until whoever has them has ended. Whoever was told yes keeps them.
    [[nodiscard]] bool areOurs();
    /// Its number.
    [[nodiscard]] Result<qint64> keep(const AsyncEvent &event);
    /// What has become of one that is kept: its due time and its counts.
    void update(const AsyncEvent &event);
    void forget(qint64 number);
    void forgetAll();
    /// In the order in which they were accepted.
    [[nodiscard]] QList<AsyncEvent> all();

private:
    sys::Database &m_database;
    std::unique_ptr<QLockFile> m_lock;
};

} // namespace eph::sources
