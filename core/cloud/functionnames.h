// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/restroutes.h"

namespace eph::cloud {

/// A function of the account as a call names it.
struct NamedFunction {
    QString name;
    QString qualifier; ///< Version or alias; empty when none was given.
    QString arn;       ///< Without the qualifier.

    [[nodiscard]] QString qualifiedArn() const { return qualifier.isEmpty() ? arn : QString(arn + u':' + qualifier); }
};

/// Finds what the calls of Lambda's API name. Failures are worded as the service words them.
class FunctionNames
{
public:
    FunctionNames(FunctionCatalogue &catalogue, DeployedFunctions &deployed)
        : m_catalogue(catalogue)
        , m_deployed(deployed)
    {
    }

    /// By `{FunctionName}` of the path and `Qualifier` of the query, whether it exists or not.
    [[nodiscard]] tl::expected<NamedFunction, ApiError> named(const RestCall &call) const;
    [[nodiscard]] tl::expected<NamedFunction, ApiError> named(const QString &text, const QString &qualifier) const;
    /// The same, of one that exists.
    [[nodiscard]] tl::expected<NamedFunction, ApiError> existing(const RestCall &call) const;
    /// The same, without a qualifier; an ARN or a query that has one is refused.
    [[nodiscard]] tl::expected<NamedFunction, ApiError> unqualified(const RestCall &call) const;
    [[nodiscard]] bool exists(const NamedFunction &function) const;
    /// What its qualifier stands for; empty where there is none of that name. The alias that each deployment moves is at what was
    /// saved last, unless it is made by a call.
    [[nodiscard]] QString versionOf(const NamedFunction &function) const;
    /// Whether its `$LATEST` is what a template declares.
    [[nodiscard]] bool isDeclared(const QString &name) const { return declared(name) != nullptr; }
    /// As FunctionCatalogue::declared().
    [[nodiscard]] const project::Function *declared(const QString &name) const { return m_catalogue.declared(name); }
    [[nodiscard]] QString arnOf(const QString &name) const { return m_catalogue.arnOf(name); }

private:
    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
};

/// Of an ARN that names another region than the catalogue's; nothing of a name.
[[nodiscard]] std::optional<ApiError> foreignRegion(const QString &function, FunctionCatalogue &catalogue);
[[nodiscard]] ApiError functionNotFound(const QString &arn);
/// The optimistic lock of a write; an empty one says nothing.
[[nodiscard]] std::optional<ApiError> revisionMismatch(const QString &given, const QString &present, const QString &calls = QStringLiteral("GetFunction/GetAlias"));
/// Takes what could not be written to the disk for a failure of the service.
[[nodiscard]] RestReply written(const Result<void> &result, RestAnswer answer);

} // namespace eph::cloud
