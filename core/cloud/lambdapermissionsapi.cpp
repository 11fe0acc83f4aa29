// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdapermissionsapi.h"

#include "core/base/account.h"
#include "core/cloud/constraints.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// Of `s3.amazonaws.com`, `*`, an account or an ARN; undefined for anything else.
[[nodiscard]] QJsonValue principalOf(const QString &text)
{
    static const QRegularExpression account(u"^\\d{12}$"_s);
    static const QRegularExpression service(u"^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$|^[a-z0-9.-]+\\.amazon\\.com$"_s);
    if (text == "*"_L1)
        return text;
    if (account.match(text).hasMatch())
        return QJsonObject{{u"AWS"_s, u"arn:aws:iam::%1:root"_s.arg(text)}};
    if (text.startsWith("arn:"_L1))
        return QJsonObject{{u"AWS"_s, text}};
    if (service.match(text).hasMatch())
        return QJsonObject{{u"Service"_s, text}};
    return QJsonValue(QJsonValue::Undefined);
}

[[nodiscard]] QJsonObject conditionOf(const QJsonObject &input)
{
    QJsonObject condition;
    const auto add = [&](QLatin1StringView member, const QString &kind, const QString &key, const QJsonValue &value) {
        if (!input.contains(member))
            return;
        QJsonObject tests = condition.value(kind).toObject();
        tests.insert(key, value);
        condition.insert(kind, tests);
    };
    add("SourceAccount"_L1, u"StringEquals"_s, u"AWS:SourceAccount"_s, input.value("SourceAccount"_L1));
    add("FunctionUrlAuthType"_L1, u"StringEquals"_s, u"lambda:FunctionUrlAuthType"_s, input.value("FunctionUrlAuthType"_L1));
    add("EventSourceToken"_L1, u"StringEquals"_s, u"lambda:EventSourceToken"_s, input.value("EventSourceToken"_L1));
    add("PrincipalOrgID"_L1, u"StringEquals"_s, u"aws:PrincipalOrgID"_s, input.value("PrincipalOrgID"_L1));
    add("SourceArn"_L1, u"ArnLike"_s, u"AWS:SourceArn"_s, input.value("SourceArn"_L1));
    add("InvokedViaFunctionUrl"_L1, u"Bool"_s, u"lambda:InvokedViaFunctionUrl"_s, input.value("InvokedViaFunctionUrl"_L1).toBool() ? u"true"_s : u"false"_s);
    return condition;
}

[[nodiscard]] QString compact(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// An ARN with `*` and `?`, part by part.
[[nodiscard]] bool arnMatches(const QString &pattern, const QString &arn)
{
    const QString escaped = QRegularExpression::escape(pattern).replace("\\*"_L1, ".*"_L1).replace("\\?"_L1, "."_L1);
    const QRegularExpression wildcard(QRegularExpression::anchoredPattern(escaped));
    return wildcard.match(arn).hasMatch();
}

} // namespace

bool allowsInvoke(const QJsonObject &policy, const QString &service, const QString &sourceArn)
{
    const QJsonArray statements = policy.value("Statement"_L1).toArray();
    for (const auto &entry : statements) {
        const QJsonObject statement = entry.toObject();
        const QJsonValue principal = statement.value("Principal"_L1);
        const QString action = statement.value("Action"_L1).toString();
        const QString pattern = statement.value("Condition"_L1).toObject().value("ArnLike"_L1).toObject().value("AWS:SourceArn"_L1).toString();
        const QString account = statement.value("Condition"_L1).toObject().value("StringEquals"_L1).toObject().value("AWS:SourceAccount"_L1).toString();
        const bool whom = principal == "*"_L1 || principal.toObject().value("Service"_L1).toString() == service;
        const bool what = action == "lambda:InvokeFunction"_L1 || action == "lambda:*"_L1 || action == "*"_L1;
        if (whom && what && (pattern.isEmpty() || arnMatches(pattern, sourceArn)) && (account.isEmpty() || account == LocalAccount))
            return true;
    }
    return false;
}

LambdaPermissionsApi::LambdaPermissionsApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed)
    : m_deployed(deployed)
    , m_names(catalogue, deployed)
{
}

void LambdaPermissionsApi::addTo(RestRoutes &routes)
{
    routes.add("POST", "/2015-03-31/functions/{FunctionName}/policy", [this](const RestCall &call) { return add(call); });
    routes.add("GET", "/2015-03-31/functions/{FunctionName}/policy", [this](const RestCall &call) { return get(call); });
    routes.add("DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", [this](const RestCall &call) { return remove(call); });
}

RestReply LambdaPermissionsApi::add(const RestCall &call)
{
    const auto function = m_names.existing(call);
    if (!function)
        return tl::unexpected(function.error());
    const QJsonObject &input = call.input;
    const QJsonValue sid = input.value("StatementId"_L1);
    if (const auto error = Constraints().required(u"statementId"_s, sid).required(u"action"_s, input.value("Action"_L1)).required(u"principal"_s, input.value("Principal"_L1))
                               .length(u"statementId"_s, sid, 1, 100).pattern(u"statementId"_s, sid, u"([a-zA-Z0-9-_]+)"_s).pattern(u"action"_s, input.value("Action"_L1), u"(lambda:[*]|lambda:[a-zA-Z]+|[*])"_s)
                               .pattern(u"sourceAccount"_s, input.value("SourceAccount"_L1), u"\\d{12}"_s).oneOf(u"functionUrlAuthType"_s, input.value("FunctionUrlAuthType"_L1), {u"NONE"_s, u"AWS_IAM"_s}).error())
        return tl::unexpected(*error);
    if (function->qualifier == Latest)
        return tl::unexpected(ApiError{400, "InvalidParameterValueException", u"We currently do not support adding policies for $LATEST."_s});
    const QJsonValue principal = principalOf(input.value("Principal"_L1).toString());
    if (principal.isUndefined())
        return tl::unexpected(ApiError{400, "InvalidParameterValueException", u"The provided principal was invalid. Please check the principal and try again."_s});
    const QJsonObject *present = m_deployed.documents().find(keyOf(*function));
    QJsonObject policy = present ? *present : QJsonObject{{u"Version"_s, u"2012-10-17"_s}, {u"Id"_s, u"default"_s}};
    if (const auto error = revisionMismatch(input.value("RevisionId"_L1).toString(), policy.value("RevisionId"_L1).toString(), u"GetPolicy"_s))
        return tl::unexpected(*error);
    QJsonArray statements = policy.value("Statement"_L1).toArray();
    for (const auto &statement : statements) {
        if (statement.toObject().value("Sid"_L1) == sid)
            return tl::unexpected(ApiError{409, "ResourceConflictException", u"The statement id (%1) provided already exists. Please provide a new statement id, or remove the existing statement."_s.arg(sid.toString())});
    }
    QJsonObject statement{{u"Sid"_s, sid}, {u"Effect"_s, u"Allow"_s}, {u"Principal"_s, principal}, {u"Action"_s, input.value("Action"_L1)}, {u"Resource"_s, function->qualifiedArn()}};
    if (const QJsonObject condition = conditionOf(input); !condition.isEmpty())
        statement.insert(u"Condition"_s, condition);
    statements.append(statement);
    policy.insert(u"Statement"_s, statements);
    policy.insert(u"RevisionId"_s, QUuid::createUuid().toString(QUuid::WithoutBraces));
    return written(m_deployed.documents().put(keyOf(*function), policy), {201, {{u"Statement"_s, compact(statement)}}});
}

RestReply LambdaPermissionsApi::get(const RestCall &call)
{
    const auto function = m_names.existing(call);
    if (!function)
        return tl::unexpected(function.error());
    const QJsonObject *present = m_deployed.documents().find(keyOf(*function));
    if (!present)
        return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"The resource you requested does not exist."_s});
    QJsonObject policy = *present;
    const QJsonValue revision = policy.take("RevisionId"_L1);
    return RestAnswer{200, {{u"Policy"_s, compact(policy)}, {u"RevisionId"_s, revision}}};
}

RestReply LambdaPermissionsApi::remove(const RestCall &call)
{
    const auto function = m_names.existing(call);
    if (!function)
        return tl::unexpected(function.error());
    const QJsonObject *present = m_deployed.documents().find(keyOf(*function));
    if (!present)
        return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"No policy is associated with the given resource."_s});
    QJsonObject policy = *present;
    if (const auto error = revisionMismatch(call.queryValue(u"RevisionId"_s), policy.value("RevisionId"_L1).toString(), u"GetPolicy"_s))
        return tl::unexpected(*error);
    const QString sid = call.path.value(u"StatementId"_s);
    QJsonArray kept;
    const QJsonArray statements = policy.value("Statement"_L1).toArray();
    for (const auto &statement : statements) {
        if (statement.toObject().value("Sid"_L1).toString() != sid)
            kept.append(statement);
    }
    if (kept.size() == statements.size())
        return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"Statement %1 is not found in resource policy."_s.arg(sid)});
    policy.insert(u"Statement"_s, kept);
    policy.insert(u"RevisionId"_s, QUuid::createUuid().toString(QUuid::WithoutBraces));
    return written(m_deployed.documents().apply({{keyOf(*function), kept.isEmpty() ? std::nullopt : std::optional(policy)}}), {204});
}

} // namespace eph::cloud
