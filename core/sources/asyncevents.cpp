// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/asyncevents.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLockFile>

namespace eph::sources {

AsyncEvents::AsyncEvents(sys::Database &database, const QString &lockFile)
    : m_database(database)
    , m_lock(lockFile.isEmpty() ? nullptr : std::make_unique<QLockFile>(lockFile))
{
    // Held for as long as its process runs, however long that is.
    if (m_lock)
        m_lock->setStaleLockTime(0);
}

AsyncEvents::~AsyncEvents() = default;

const char *AsyncEvents::schema()
{
    return R"(
create table if not exists async_event (
    number integer primary key autoincrement, request_id blob not null, function text not null, payload blob not null,
    client_context blob not null, trace_id blob not null, origin_kind integer not null, origin_name text not null, origin_trace blob not null,
    accepted_ms integer not null, due_ms integer not null, invokes integer not null, throttles integer not null);
-- Beside it, since files without them are about.
create table if not exists async_tenant (number integer primary key, tenant blob not null);
)";
}

bool AsyncEvents::take()
{
    if (areOurs() || m_lock->tryLock())
        return true;
    // A machine that went down in the middle leaves an empty file, which nobody could ever take.
    constexpr qint64 LongWrittenSeconds = 10;
    const QFileInfo file(m_lock->fileName());
    const bool isEmpty = file.exists() && file.size() == 0 && file.lastModified().secsTo(QDateTime::currentDateTime()) > LongWrittenSeconds;
    return isEmpty && QFile::remove(file.filePath()) && m_lock->tryLock();
}

bool AsyncEvents::areOurs() const
{
    return !m_lock || m_lock->isLocked();
}

Result<qint64> AsyncEvents::keep(const AsyncEvent &event)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("insert into async_event(request_id, function, payload, client_context, trace_id, origin_kind, origin_name, origin_trace, accepted_ms, due_ms, invokes, throttles)"
                   " values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   event.requestId, event.function, event.payload, event.clientContext, event.traceId, event.originKind, event.originName, event.originTrace, event.acceptedMs,
                   event.dueMs, event.invokes, event.throttles);
    const qint64 number = m_database.lastInsertId();
    if (!event.tenantId.isEmpty())
        m_database.run("insert or replace into async_tenant(number, tenant) values(?, ?)", number, event.tenantId);
    return transaction.commit().map([number] { return number; });
}

Result<void> AsyncEvents::update(const AsyncEvent &event)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("update async_event set due_ms = ?, invokes = ?, throttles = ? where number = ?", event.dueMs, event.invokes, event.throttles, event.number);
    return transaction.commit();
}

Result<void> AsyncEvents::forget(qint64 number)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("delete from async_event where number = ?", number);
    m_database.run("delete from async_tenant where number = ?", number);
    return transaction.commit();
}

Result<void> AsyncEvents::forgetAll()
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("delete from async_event");
    m_database.run("delete from async_tenant");
    return transaction.commit();
}

QList<AsyncEvent> AsyncEvents::all(qint64 after)
{
    QList<AsyncEvent> events;
    auto rows = m_database.query("select number, request_id, function, payload, client_context, trace_id, origin_kind, origin_name, origin_trace, accepted_ms, due_ms, invokes, throttles, tenant"
                                 " from async_event left join async_tenant using (number) where number > ? order by number");
    rows.bind(after);
    while (rows.step()) {
        events << AsyncEvent{rows.integer(0), rows.bytes(1), rows.text(2), rows.bytes(3), rows.bytes(4), rows.bytes(5), int(rows.integer(6)), rows.text(7), rows.bytes(8),
                             rows.integer(9), rows.integer(10), int(rows.integer(11)), int(rows.integer(12)), rows.bytes(13)};
    }
    return events;
}

} // namespace eph::sources
