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
    QByteArray tenantId = {};
};

/// The events that wait for asynchronous invocations, or are in one, in a database that outlives the process. One process at a time goes
/// on with them, whoever takes them first; others may leave theirs there. Fails with Io when the file cannot be written. One thread.
class AsyncEvents
{
public:
    /// The database has the tables of `schema()`. `lockFile` says whose they are; without one they are ours.
    AsyncEvents(sys::Database &database, const QString &lockFile);
    ~AsyncEvents();
    Q_DISABLE_COPY_MOVE(AsyncEvents)
    [[nodiscard]] static const char *schema();

    /// Makes them ours for as long as we live. False while another process has them.
    [[nodiscard]] bool take();
    [[nodiscard]] bool areOurs() const;
    /// They outlive the process.
    [[nodiscard]] bool areLasting() const { return m_lock != nullptr; }
    /// Its number.
    [[nodiscard]] Result<qint64> keep(const AsyncEvent &event);
    /// What has become of one that is kept: its due time and its counts.
    [[nodiscard]] Result<void> update(const AsyncEvent &event);
    [[nodiscard]] Result<void> forget(qint64 number);
    [[nodiscard]] Result<void> forgetAll();
    /// Those with a higher number than `after`, in the order in which they were accepted.
    [[nodiscard]] QList<AsyncEvent> all(qint64 after = 0);

private:
    sys::Database &m_database;
    std::unique_ptr<QLockFile> m_lock;
};

} // namespace eph::sources
