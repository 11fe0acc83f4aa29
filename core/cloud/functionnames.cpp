// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functionnames.h"

#include "core/cloud/constraints.h"
#include "core/cloud/functionref.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {
const QString NamePattern = u"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"_s;
constexpr int LongestName = 64;
constexpr int LongestArn = 140;
}

ApiError functionNotFound(const QString &arn)
{
    return {404, "ResourceNotFoundException", u"Function not found: %1"_s.arg(arn)};
}

std::optional<ApiError> revisionMismatch(const QString &given, const QString &present, const QString &calls)
{
    if (given.isEmpty() || given == present)
        return std::nullopt;
    return ApiError{412, "PreconditionFailedException", u"The Revision Id provided does not match the latest Revision Id. Call the %1 API to retrieve the latest Revision Id"_s.arg(calls)};
}

RestReply written(const Result<void> &result, RestAnswer answer)
{
    if (!result)
        return tl::unexpected(unavailable(result.error()));
    return answer;
}

std::optional<ApiError> foreignRegion(const QString &function, FunctionCatalogue &catalogue)
{
    if (!function.startsWith("arn:"_L1))
        return std::nullopt;
    const QString region = function.section(u':', 3, 3);
    const QString here = catalogue.region();
    return region == here ? std::nullopt : std::optional(ApiError{404, "ResourceNotFoundException", u"Functions from '%1' are not reachable in this region ('%2')"_s.arg(region, here)});
}

tl::expected<NamedFunction, ApiError> FunctionNames::named(const QString &text, const QString &qualifier) const
{
    const bool isArn = text.contains(u':');
    if (!isArn && text.size() > LongestName)
        return tl::unexpected(*Constraints().length(u"functionName"_s, text, 1, LongestName).error("InvalidParameterValueException"));
    if (text.size() > LongestArn)
        return tl::unexpected(*Constraints().length(u"functionName"_s, text, 1, LongestArn).error());
    const auto ref = parseFunctionRef(text);
    if (!ref)
        return tl::unexpected(Constraints().pattern(u"functionName"_s, text, NamePattern).error().value_or(ApiError{400, "ValidationException", u"The name of the function is not valid."_s}));
    if (!qualifier.isEmpty() && !ref->qualifier.isEmpty() && qualifier != ref->qualifier)
        return tl::unexpected(ApiError{400, "InvalidParameterValueException", u"The derived qualifier from the function name does not match the specified qualifier."_s});
    if (const auto error = foreignRegion(text, m_catalogue))
        return tl::unexpected(*error);
    const project::Function *declared = m_catalogue.declared(ref->name);
    const QString name = declared ? declared->name : ref->name;
    return NamedFunction{name, qualifier.isEmpty() ? ref->qualifier : qualifier, m_catalogue.arnOf(name)};
}

tl::expected<NamedFunction, ApiError> FunctionNames::named(const RestCall &call) const
{
    return named(call.path.value(u"FunctionName"_s), call.queryValue(u"Qualifier"_s));
}

QString FunctionNames::versionOf(const NamedFunction &function) const
{
    const QString version = m_deployed.versionOf(function.name, function.qualifier);
    const project::Function *own = version.isEmpty() ? declared(function.name) : nullptr;
    return own && own->aliases.contains(function.qualifier) ? Latest : version;
}

bool FunctionNames::exists(const NamedFunction &function) const
{
    const QString version = versionOf(function);
    return version == Latest ? isDeclared(function.name) || m_deployed.version(function.name, Latest) : !version.isEmpty();
}

tl::expected<NamedFunction, ApiError> FunctionNames::existing(const RestCall &call) const
{
    auto function = named(call);
    if (function && !exists(*function)) {
        // While the template cannot be read, nobody knows.
        if (const auto project = m_catalogue.project(); !project)
            return tl::unexpected(unavailable(project.error()));
        return tl::unexpected(functionNotFound(function->qualifiedArn()));
    }
    return function;
}

tl::expected<NamedFunction, ApiError> FunctionNames::unqualified(const RestCall &call) const
{
    auto function = named(call);
    if (function && !function->qualifier.isEmpty())
        return tl::unexpected(ApiError{400, "InvalidParameterValueException", u"This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN."_s});
    return existing(call);
}

} // namespace eph::cloud
