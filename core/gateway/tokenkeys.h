// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/project/stampedproject.h"

#include <QHash>
#include <memory>

struct evp_pkey_st;

namespace eph::gateway {

/// The public keys of those who issue tokens. Immutable once parsed. Source: RFC 7517 and RFC 7518; of algorithms API Gateway
/// takes RSA's (developer guide, JWT authorizers, November 2026).
class TokenKeys
{
public:
    /// RSA keys of a JSON web key set; others are left out. Invalid, with the reason alone, where it is no
    /// set or one of them is no key.
    [[nodiscard]] static Result<TokenKeys> parse(const QByteArray &json);

    /// What is wrong with the signature of a token of three parts; empty where one of the keys made it.
    [[nodiscard]] QString problemOf(const QString &token) const;

private:
    QHash<QString, std::shared_ptr<evp_pkey_st>> m_keys; ///< By id; a key without one by an empty one.
};

/// Such a set in a file, read anew whenever that has changed. One thread.
class TokenKeyFile
{
public:
    /// Null where there is no file.
    [[nodiscard]] Result<std::shared_ptr<const TokenKeys>> read(const QString &path);

private:
    QString m_path;
    project::Stamps m_stamps;
    Result<std::shared_ptr<const TokenKeys>> m_keys;
};

} // namespace eph::gateway
