// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QHash>
#include <memory>

struct sqlite3;
struct sqlite3_stmt;

namespace eph::sys {

class Database;

/// One question to a database: bind in order, then step through the rows. Ends with its scope.
class Statement
{
public:
    Statement(Database &database, sqlite3_stmt *handle);
    ~Statement();
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;

    Statement &bind(qint64 value);
    Statement &bind(int value) { return bind(qint64(value)); }
    Statement &bind(const QString &value);
    Statement &bind(const QByteArray &value);
    /// False after the last row, and on a failure, which the database keeps.
    bool step();
    [[nodiscard]] qint64 integer(int column) const;
    [[nodiscard]] QString text(int column) const;
    [[nodiscard]] QByteArray bytes(int column) const;

private:
    Database &m_database;
    sqlite3_stmt *m_handle;
    int m_bound = 0;
};

/// A SQLite file in WAL mode. What a transaction has committed outlives a killed process; several processes may have it open.
/// One that is not there yet is made by the first thing that is written: until then it reads as an empty one, and costs nothing.
/// Used by one thread at a time.
class Database
{
public:
    /// An empty path is a database in memory. `schema` is executed at each opening. Fails with Io, also where the file is absent
    /// and its folder takes none.
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const QString &path, const QByteArray &schema);
    ~Database();

    /// `sql` lives as long as the database: statements are kept by its address. SELECT and PRAGMA make no file: without one they find no row.
    [[nodiscard]] Statement query(const char *sql);
    /// Executes one statement without rows.
    template<class... Values>
    void run(const char *sql, const Values &...values)
    {
        Statement statement = query(sql);
        (statement.bind(values), ...);
        statement.step();
    }
    [[nodiscard]] qint64 lastInsertId() const;
    [[nodiscard]] int changes() const; ///< Rows that the last statement touched.
    /// Another number after another process, or another connection, has written, and once the file has been made; 0 before.
    [[nodiscard]] qint64 foreignVersion();

    /// Everything until commit(), or nothing. Transactions do not nest.
    class Transaction
    {
    public:
        explicit Transaction(Database &database);
        /// Rolls back what was not committed.
        ~Transaction();
        Transaction(const Transaction &) = delete;
        Transaction &operator=(const Transaction &) = delete;
        /// The first failure since it began, and then nothing has happened.
        [[nodiscard]] Result<void> commit();

    private:
        Database &m_database;
    };

private:
    friend class Statement;
    Database(const QString &path, const QByteArray &schema);
    /// Why it cannot; empty: it is connected.
    [[nodiscard]] QString connect();
    /// Connects where `sql` needs the file, or somebody else has made it; false: there is none.
    [[nodiscard]] bool isThereFor(const char *sql);
    void fail(int code, const QString &text);

    sqlite3 *m_handle = nullptr; ///< Null while there is no file.
    QString m_path;
    QByteArray m_schema;
    QHash<const char *, sqlite3_stmt *> m_statements;
    bool m_open = false; ///< A transaction is.
    int m_failure = 0;   ///< Of the transaction that is open.
    QString m_failureText;
};

} // namespace eph::sys
