// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/documentstore.h"
#include "core/http/message.h"
#include "core/project/model.h"

namespace eph::cloud {

/// Which pages may use a bucket's objects, and for what. Source: S3 user guide, elements of a CORS configuration, November 2026.
struct CorsRule {
    QString id;
    QStringList origins; ///< Each with one `*` at most.
    QStringList methods;
    QStringList headers; ///< Those that a page may send; each with one `*` at most.
    QStringList exposed; ///< Those of the answer that a page may see.
    int maxAgeSeconds = -1; ///< -1: not said.

    [[nodiscard]] bool operator==(const CorsRule &) const = default;
};

/// What a browser is told, where one of the rules, the first that does, allows what `request` asks for: itself, or of a preflight
/// what it announces. nullopt: none does.
[[nodiscard]] std::optional<http::Headers> corsHeaders(const QList<CorsRule> &rules, const http::Request &request);

/// The rules of buckets: those that a call has put, or those of the template. Pure functions on the documents.
namespace bucketcors {

/// Of a document of the S3 API. Invalid, with the service's name of the failure as its detail.
[[nodiscard]] Result<QList<CorsRule>> parse(const QByteArray &xml);
[[nodiscard]] QByteArray xmlOf(const QList<CorsRule> &rules);
/// Fails as parse() does for what is no such document.
[[nodiscard]] Result<void> put(account::DocumentStore &documents, const QString &bucket, const QByteArray &xml);
/// There is no rule then, whatever the template says.
[[nodiscard]] Result<void> remove(account::DocumentStore &documents, const QString &bucket);
/// As if nothing had been put.
[[nodiscard]] Result<void> forget(account::DocumentStore &documents, const QString &bucket);
/// `project` may be null.
[[nodiscard]] QList<CorsRule> get(const account::DocumentStore &documents, const project::Project *project, const QString &bucket);

}

} // namespace eph::cloud
