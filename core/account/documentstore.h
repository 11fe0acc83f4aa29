// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/database.h"

#include <QJsonObject>
#include <functional>
#include <map>
#include <optional>
#include <tuple>

namespace eph::account {

/// Where a document lies: what it is, to whom it belongs, and its name there, such as `{"alias", "shop", "live"}`.
struct DocumentKey {
    QString kind;
    QString owner;
    QString name;

    friend bool operator<(const DocumentKey &a, const DocumentKey &b) { return std::tie(a.kind, a.owner, a.name) < std::tie(b.kind, b.owner, b.name); }
};

/// What calls have made in the local account, as JSON documents: functions, aliases, roles, rules. All of it is in memory, and
/// whatever is changed is on the disk before it is seen. Used by one thread at a time; several processes may have it open.
class DocumentStore
{
public:
    /// A change of one document; without one it is removed.
    struct Change {
        DocumentKey key;
        std::optional<QJsonObject> document;
    };

    /// Made when absent; an empty path keeps everything in memory. Fails with Io.
    [[nodiscard]] static Result<std::unique_ptr<DocumentStore>> open(const QString &path);
    /// Where that of a project lies.
    [[nodiscard]] static QString pathIn(const QString &projectFolder);

    /// nullptr when there is none; valid until the next change.
    [[nodiscard]] const QJsonObject *find(const DocumentKey &key) const;
    /// By name.
    [[nodiscard]] QMap<QString, QJsonObject> all(const QString &kind, const QString &owner) const;
    /// Of all owners, in their order.
    [[nodiscard]] QList<std::pair<DocumentKey, QJsonObject>> all(const QString &kind) const;

    /// All of them or, when that fails, none.
    [[nodiscard]] Result<void> apply(const QList<Change> &changes);
    [[nodiscard]] Result<void> put(const DocumentKey &key, const QJsonObject &document) { return apply({{key, document}}); }
    [[nodiscard]] Result<void> remove(const DocumentKey &key) { return apply({{key, std::nullopt}}); }

    /// Another number after every change.
    [[nodiscard]] quint64 generation() const { return m_generation; }
    /// Called after every change.
    std::function<void()> onChanged;
    /// Takes in what another process has written.
    void lookAround();

private:
    explicit DocumentStore(std::unique_ptr<sys::Database> database);
    void read();

    std::unique_ptr<sys::Database> m_database;
    std::map<DocumentKey, QJsonObject> m_documents;
    quint64 m_generation = 1;
    qint64 m_foreign = 0;
};

} // namespace eph::account
