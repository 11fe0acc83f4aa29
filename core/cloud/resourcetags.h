// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/documentstore.h"

#include <QJsonArray>
#include <QJsonObject>

namespace eph::cloud {

/// Tags of a service's resources, by their ARN. On the store's thread.
class ResourceTags
{
public:
    /// `kind` is the service's, in the store.
    ResourceTags(account::DocumentStore &documents, QString kind) : m_documents(documents), m_kind(std::move(kind)) {}

    [[nodiscard]] QJsonObject of(const QString &arn) const;
    [[nodiscard]] Result<void> add(const QString &arn, const QJsonObject &tags);
    [[nodiscard]] Result<void> remove(const QString &arn, const QJsonArray &keys);
    /// What forgets them, together with the resource.
    [[nodiscard]] account::DocumentStore::Change removal(const QString &arn) const { return {{m_kind, {}, arn}, std::nullopt}; }

private:
    account::DocumentStore &m_documents;
    QString m_kind;
};

/// `[{"Key": …, "Value": …}]` and a map of the same.
[[nodiscard]] QJsonArray tagList(const QJsonObject &tags);
[[nodiscard]] QJsonObject tagMap(const QJsonArray &tags);

} // namespace eph::cloud
