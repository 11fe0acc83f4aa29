// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/account/documentstore.h"

#include <QJsonDocument>

namespace eph::account {

using namespace Qt::StringLiterals;

DocumentStore::DocumentStore(std::unique_ptr<sys::Database> database)
    : m_database(std::move(database))
    , m_foreign(m_database->foreignVersion())
{
    read();
}

Result<std::unique_ptr<DocumentStore>> DocumentStore::open(const QString &path)
{
    auto database = sys::Database::open(path, "CREATE TABLE IF NOT EXISTS document(kind TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY(kind, owner, name)) WITHOUT ROWID;");
    if (!database)
        return tl::unexpected(database.error());
    return std::unique_ptr<DocumentStore>(new DocumentStore(*std::move(database)));
}

QString DocumentStore::pathIn(const QString &projectFolder)
{
    return projectFolder + "/.ephemera/account.sqlite"_L1;
}

void DocumentStore::read()
{
    m_documents.clear();
    sys::Statement rows = m_database->query("SELECT kind, owner, name, body FROM document");
    while (rows.step())
        m_documents.emplace(DocumentKey{rows.text(0), rows.text(1), rows.text(2)}, QJsonDocument::fromJson(rows.bytes(3)).object());
}

const QJsonObject *DocumentStore::find(const DocumentKey &key) const
{
    const auto found = m_documents.find(key);
    return found == m_documents.end() ? nullptr : &found->second;
}

QMap<QString, QJsonObject> DocumentStore::all(const QString &kind, const QString &owner) const
{
    QMap<QString, QJsonObject> documents;
    for (auto it = m_documents.lower_bound({kind, owner, {}}); it != m_documents.end() && it->first.kind == kind && it->first.owner == owner; ++it)
        documents.insert(it->first.name, it->second);
    return documents;
}

QList<std::pair<DocumentKey, QJsonObject>> DocumentStore::all(const QString &kind) const
{
    QList<std::pair<DocumentKey, QJsonObject>> documents;
    for (auto it = m_documents.lower_bound({kind, {}, {}}); it != m_documents.end() && it->first.kind == kind; ++it)
        documents.emplaceBack(it->first, it->second);
    return documents;
}

Result<void> DocumentStore::apply(const QList<Change> &changes)
{
    sys::Database::Transaction transaction(*m_database);
    for (const auto &[key, document] : changes) {
        if (document)
            m_database->run("INSERT INTO document(kind, owner, name, body) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET body = excluded.body", key.kind, key.owner, key.name, QJsonDocument(*document).toJson(QJsonDocument::Compact));
        else
            m_database->run("DELETE FROM document WHERE kind = ?1 AND owner = ?2 AND name = ?3", key.kind, key.owner, key.name);
    }
    if (const auto written = transaction.commit(); !written)
        return written;
    for (const auto &[key, document] : changes) {
        if (document)
            m_documents.insert_or_assign(key, *document);
        else
            m_documents.erase(key);
    }
    ++m_generation;
    if (onChanged)
        onChanged();
    return {};
}

void DocumentStore::lookAround()
{
    if (std::exchange(m_foreign, m_database->foreignVersion()) == m_foreign)
        return;
    read();
    ++m_generation;
}

} // namespace eph::account
