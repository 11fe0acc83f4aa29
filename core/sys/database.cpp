// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/database.h"

#include "core/base/text.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThread>
#include <sqlite3.h>

namespace eph::sys {

using namespace Qt::StringLiterals;

namespace {
/// Another process holds the file no longer than one of our transactions.
constexpr int BusyMs = 1000;
constexpr int RetryMs = 5;

[[nodiscard]] bool reads(const char *sql)
{
    return qstrnicmp(sql, "SELECT", 6) == 0 || qstrnicmp(sql, "PRAGMA", 6) == 0;
}

} // namespace

Statement::Statement(Database &database, sqlite3_stmt *handle)
    : m_database(database)
    , m_handle(handle)
{
}

// There is no handle where the statement could not be prepared, and where there is no file to read from.
Statement::~Statement()
{
    if (!m_handle)
        return;
    sqlite3_reset(m_handle);
    sqlite3_clear_bindings(m_handle);
}

Statement &Statement::bind(qint64 value)
{
    if (!m_handle)
        return *this;
    sqlite3_bind_int64(m_handle, ++m_bound, value);
    return *this;
}

Statement &Statement::bind(const QString &value)
{
    if (!m_handle)
        return *this;
    const QByteArray utf8 = value.toUtf8();
    sqlite3_bind_text(m_handle, ++m_bound, utf8.constData(), int(utf8.size()), SQLITE_TRANSIENT);
    return *this;
}

Statement &Statement::bind(const QByteArray &value)
{
    if (!m_handle)
        return *this;
    // An empty one is empty, not absent.
    sqlite3_bind_blob64(m_handle, ++m_bound, value.isNull() ? "" : value.constData(), sqlite3_uint64(value.size()), SQLITE_TRANSIENT);
    return *this;
}

bool Statement::step()
{
    // Of a transaction that has failed nothing more is done: SQLite may have rolled it back by itself.
    if (!m_handle || (m_database.m_open && m_database.m_failure != 0))
        return false;
    const int code = sqlite3_step(m_handle);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        m_database.fail(code, QString::fromUtf8(sqlite3_errmsg(m_database.m_handle)));
    return code == SQLITE_ROW;
}

qint64 Statement::integer(int column) const
{
    return m_handle ? sqlite3_column_int64(m_handle, column) : 0;
}

QString Statement::text(int column) const
{
    return QString::fromUtf8(bytes(column));
}

QByteArray Statement::bytes(int column) const
{
    if (!m_handle)
        return {};
    const auto *data = static_cast<const char *>(sqlite3_column_blob(m_handle, column));
    return {data, sqlite3_column_bytes(m_handle, column)};
}

Database::Database(const QString &path, const QByteArray &schema)
    : m_path(path)
    , m_schema(schema)
{
}

Result<std::unique_ptr<Database>> Database::open(const QString &path, const QByteArray &schema)
{
    std::unique_ptr<Database> database(new Database(path, schema));
    const QString folder = QFileInfo(path).absolutePath();
    if (!path.isEmpty() && QDir().mkpath(folder) && QFileInfo(folder).isWritable() && !QFile::exists(path))
        return database;
    if (const QString why = database->connect(); !why.isEmpty())
        return failure(ErrorCode::Io, Core::tr("%1 could not be opened: %2.").arg(path, why), Core::tr("If it is damaged, move it away: it is made anew."));
    return database;
}

QString Database::connect()
{
    // Pages are asked for one by one: ours are few, and each connection would begin with twenty.
    [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
    const QByteArray name = m_path.isEmpty() ? QByteArray(":memory:") : m_path.toUtf8();
    int code = sqlite3_open_v2(name.constData(), &m_handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code == SQLITE_OK)
        sqlite3_busy_timeout(m_handle, BusyMs);
    const QDeadlineTimer deadline(BusyMs);
    for (const char *sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA foreign_keys=ON", m_schema.constData()}) {
        // For the change to WAL SQLite does not wait by itself.
        while (code == SQLITE_OK && (code = sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr)) == SQLITE_BUSY && !deadline.hasExpired()) {
            QThread::msleep(RetryMs);
            code = SQLITE_OK;
        }
    }
    if (code == SQLITE_OK)
        return {};
    const QString why = QString::fromUtf8(sqlite3_errmsg(m_handle));
    sqlite3_close(std::exchange(m_handle, nullptr));
    return why;
}

bool Database::isThereFor(const char *sql)
{
    if (m_handle)
        return true;
    if (reads(sql) && !QFile::exists(m_path))
        return false;
    const QString why = connect();
    if (!why.isEmpty())
        fail(SQLITE_CANTOPEN, why);
    return why.isEmpty();
}

Database::~Database()
{
    for (sqlite3_stmt *statement : std::as_const(m_statements))
        sqlite3_finalize(statement);
    sqlite3_close(m_handle);
}

Statement Database::query(const char *sql)
{
    if (!isThereFor(sql))
        return {*this, nullptr};
    sqlite3_stmt *&statement = m_statements[sql];
    if (!statement) {
        const int code = sqlite3_prepare_v3(m_handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK)
            fail(code, QString::fromUtf8(sqlite3_errmsg(m_handle)));
    }
    return {*this, statement};
}

qint64 Database::lastInsertId() const
{
    return m_handle ? sqlite3_last_insert_rowid(m_handle) : 0;
}

int Database::changes() const
{
    return m_handle ? sqlite3_changes(m_handle) : 0;
}

qint64 Database::foreignVersion()
{
    Statement statement = query("PRAGMA data_version");
    return statement.step() ? statement.integer(0) : 0;
}

void Database::fail(int code, const QString &text)
{
    if (m_failure != 0)
        return;
    m_failure = code;
    m_failureText = text;
}

Database::Transaction::Transaction(Database &database)
    : m_database(database)
{
    m_database.m_failure = 0;
    m_database.run("BEGIN IMMEDIATE");
    m_database.m_open = true;
}

Database::Transaction::~Transaction()
{
    m_database.m_open = false;
    if (m_database.m_handle && sqlite3_get_autocommit(m_database.m_handle) == 0)
        sqlite3_exec(m_database.m_handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Database::Transaction::commit()
{
    if (m_database.m_failure == 0)
        m_database.run("COMMIT");
    if (m_database.m_failure == 0)
        return {};
    const QString hint = m_database.m_failure == SQLITE_FULL ? Core::tr("Make room on the disk and try again.") : QString();
    return failure(ErrorCode::Io, Core::tr("%1 could not be written: %2.").arg(m_database.m_path, m_database.m_failureText), hint);
}

} // namespace eph::sys
