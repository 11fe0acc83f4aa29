// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/iamapi.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/awssignature.h"
#include "core/cloud/constraints.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QUrl>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QByteArray IamNamespace = "https://iam.amazonaws.com/doc/2010-05-08/";
const QByteArray StsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";
const QString RoleKind = u"role"_s;           ///< Owned by nobody.
const QString InlineKind = u"role-policy"_s;  ///< Owned by the role.
const QString AttachedKind = u"attached-policy"_s; ///< Owned by the role, named by the policy's ARN.
const QString PolicyKind = u"policy-document"_s; ///< Owned by nobody, named by its ARN.
const QString NamePattern = u"[\\w+=,.@-]+"_s;

[[nodiscard]] tl::unexpected<ApiError> refused(int status, const QByteArray &type, const QString &message)
{
    return tl::unexpected(ApiError{status, type, message});
}

[[nodiscard]] tl::unexpected<ApiError> noEntity(const QString &message)
{
    return refused(404, "NoSuchEntity", message);
}

[[nodiscard]] QString now(const sys::Clock &clock)
{
    return QDateTime::fromMSecsSinceEpoch(clock.epochMs(), Qt::UTC).toString(Qt::ISODate);
}

/// Ids begin with what they are of.
[[nodiscard]] QString newId(const QString &prefix)
{
    static const QString Letters = u"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"_s;
    QString id = prefix;
    for (int i = 0; i < 17; ++i)
        id += Letters.at(QRandomGenerator::global()->bounded(int(Letters.size())));
    return id;
}

[[nodiscard]] std::optional<ApiError> documentError(const QString &document)
{
    QJsonParseError problem;
    const QJsonDocument parsed = QJsonDocument::fromJson(document.toUtf8(), &problem);
    if (!parsed.isObject())
        return ApiError{400, "MalformedPolicyDocument", u"This policy contains invalid Json"_s};
    if (!parsed.object().contains("Statement"_L1))
        return ApiError{400, "MalformedPolicyDocument", u"Missing required field Statement"_s};
    return std::nullopt;
}

[[nodiscard]] QJsonValue encoded(const QString &document)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(document));
}

/// As it is told: documents go out percent-encoded.
[[nodiscard]] QJsonObject told(QJsonObject role)
{
    role.insert(u"AssumeRolePolicyDocument"_s, encoded(role.value("AssumeRolePolicyDocument"_L1).toString()));
    if (role.contains("Tags"_L1))
        role.insert(u"Tags"_s, QJsonObject{{u"member"_s, role.value("Tags"_L1)}});
    return role;
}

[[nodiscard]] QJsonObject members(const QString &name, const QJsonArray &list)
{
    return {{name, QJsonObject{{u"member"_s, list}}}, {u"IsTruncated"_s, false}};
}

/// Lists come as `Tags.member.1.Key`.
[[nodiscard]] QJsonArray listOf(const QJsonObject &input, const QString &name)
{
    return input.value(name).toObject().value("member"_L1).toArray();
}

} // namespace

IamApi::IamApi(DeployedFunctions &deployed)
    : m_deployed(deployed)
{
}

bool IamApi::isFor(const http::Request &request)
{
    if (!isQuery(request) || request.path != "/")
        return false;
    const QByteArray service = signedService(request);
    return service == "iam" || service == "sts" || request.body.contains("Version=2010-05-08") || request.body.contains("Version=2011-06-15");
}

void IamApi::handle(const http::Request &request, const http::Responder &responder)
{
    const QByteArray id = runtime::newRequestId();
    const QByteArray action = queryAction(request);
    const bool sts = request.body.contains("Version=2011-06-15") || signedService(request) == "sts";
    const bool whole = !request.truncated && request.bodySize == request.body.size();
    const QJsonObject input = queryFields(request.body);
    const Answer answer = !whole ? refused(400, "ValidationError", Core::tr("The request is too large.")) : sts ? identity(action, input) : perform(action, input);
    const QByteArray space = sts ? StsNamespace : IamNamespace;
    responder.respond(answer ? queryResponse(action, space, *answer, id) : queryError(answer.error(), space, id));
}

IamApi::Answer IamApi::identity(const QByteArray &action, const QJsonObject &input) const
{
    if (action == "GetCallerIdentity")
        return QJsonObject{{u"Arn"_s, u"arn:aws:sts::%1:assumed-role/local/ephemera"_s.arg(LocalAccount)}, {u"UserId"_s, u"AROAEPHEMERALOCAL000:ephemera"_s}, {u"Account"_s, LocalAccount}};
    if (action != "AssumeRole")
        return refused(400, "InvalidAction", Core::tr("STS has no call “%1” here.").arg(QString::fromLatin1(action)));
    const QString role = input.value("RoleArn"_L1).toString();
    const QString session = input.value("RoleSessionName"_L1).toString();
    if (const auto error = Constraints().required(u"roleArn"_s, input.value("RoleArn"_L1)).length(u"roleArn"_s, role, 20, 2048).required(u"roleSessionName"_s, input.value("RoleSessionName"_L1)).length(u"roleSessionName"_s, session, 2, 64).error("ValidationError"))
        return tl::unexpected(*error);
    const QJsonObject *kept = m_deployed.documents().find({RoleKind, {}, role.section(u'/', -1)});
    const qint64 seconds = input.contains("DurationSeconds"_L1) ? input.value("DurationSeconds"_L1).toString().toLongLong() : 3600;
    const QString until = QDateTime::fromMSecsSinceEpoch(m_deployed.clock().epochMs() + seconds * 1000, Qt::UTC).toString(Qt::ISODate);
    // Like all credentials here they open nothing.
    return QJsonObject{{u"Credentials"_s, QJsonObject{{u"AccessKeyId"_s, newId(u"ASIA"_s).first(20)}, {u"SecretAccessKey"_s, u"local"_s}, {u"SessionToken"_s, u"local"_s}, {u"Expiration"_s, until}}},
                       {u"AssumedRoleUser"_s, QJsonObject{{u"AssumedRoleId"_s, QString((kept ? kept->value("RoleId"_L1).toString() : u"AROAEPHEMERALOCAL000"_s) + u':' + session)},
                                                          {u"Arn"_s, u"arn:aws:sts::%1:assumed-role/%2/%3"_s.arg(LocalAccount, role.section(u'/', -1), session)}}}};
}

IamApi::Answer IamApi::write(const QList<account::DocumentStore::Change> &changes, const QJsonObject &answer)
{
    const auto written = m_deployed.documents().apply(changes);
    return written ? Answer(answer) : refused(500, "ServiceFailure", written.error().message);
}

IamApi::Answer IamApi::perform(const QByteArray &action, const QJsonObject &input)
{
    if (action == "CreateRole")
        return createRole(input);
    if (action == "ListRoles")
        return listRoles(input);
    static const QByteArrayList onPolicies{"CreatePolicy", "GetPolicy", "DeletePolicy", "GetPolicyVersion", "ListPolicyVersions", "ListEntitiesForPolicy"};
    if (onPolicies.contains(action))
        return performOnPolicy(action, input);
    if (action == "ListPolicies") {
        QJsonArray policies;
        const auto all = m_deployed.documents().all(PolicyKind, {});
        for (QJsonObject policy : all) {
            policy.remove("Document"_L1);
            policies.append(policy);
        }
        return members(u"Policies"_s, policies);
    }
    const QString role = input.value("RoleName"_L1).toString();
    if (role.isEmpty())
        return refused(400, "InvalidAction", Core::tr("IAM has no call “%1” here.").arg(QString::fromLatin1(action)));
    if (!m_deployed.documents().find({RoleKind, {}, role}))
        return noEntity(u"The role with name %1 cannot be found."_s.arg(role));
    return performOnRole(action, role, input);
}

IamApi::Answer IamApi::createRole(const QJsonObject &input)
{
    const QString name = input.value("RoleName"_L1).toString();
    const QString path = input.value("Path"_L1).toString(u"/"_s);
    const QString document = input.value("AssumeRolePolicyDocument"_L1).toString();
    if (const auto error = Constraints().required(u"roleName"_s, input.value("RoleName"_L1)).length(u"roleName"_s, name, 1, 64).pattern(u"roleName"_s, name, NamePattern).required(u"assumeRolePolicyDocument"_s, input.value("AssumeRolePolicyDocument"_L1))
                               .pattern(u"path"_s, path, u"(/)|(/[!-~]+/)"_s).length(u"description"_s, input.value("Description"_L1), 0, 1000).range(u"maxSessionDuration"_s, input.value("MaxSessionDuration"_L1), 3600, 43200).error("ValidationError"))
        return tl::unexpected(*error);
    if (const auto error = documentError(document))
        return tl::unexpected(*error);
    if (m_deployed.documents().find({RoleKind, {}, name}))
        return refused(409, "EntityAlreadyExists", u"Role with name %1 already exists."_s.arg(name));
    QJsonObject role{{u"Path"_s, path}, {u"RoleName"_s, name}, {u"RoleId"_s, newId(u"AROA"_s)}, {u"Arn"_s, u"arn:aws:iam::%1:role%2%3"_s.arg(LocalAccount, path, name)}, {u"CreateDate"_s, now(m_deployed.clock())},
                     {u"AssumeRolePolicyDocument"_s, document}, {u"MaxSessionDuration"_s, input.value("MaxSessionDuration"_L1).toString(u"3600"_s).toInt()}};
    if (input.contains("Description"_L1))
        role.insert(u"Description"_s, input.value("Description"_L1));
    if (const QJsonArray tags = listOf(input, u"Tags"_s); !tags.isEmpty())
        role.insert(u"Tags"_s, tags);
    return write({{{RoleKind, {}, name}, role}}, {{u"Role"_s, told(role)}});
}

IamApi::Answer IamApi::listRoles(const QJsonObject &input)
{
    const QString prefix = input.value("PathPrefix"_L1).toString(u"/"_s);
    QJsonArray roles;
    const auto all = m_deployed.documents().all(RoleKind, {});
    for (QJsonObject role : all) {
        role.remove("Tags"_L1);
        if (role.value("Path"_L1).toString().startsWith(prefix))
            roles.append(told(role));
    }
    return members(u"Roles"_s, roles);
}

IamApi::Answer IamApi::performOnRole(const QByteArray &action, const QString &role, const QJsonObject &input)
{
    const account::DocumentStore &documents = m_deployed.documents();
    const QString policy = input.value("PolicyName"_L1).toString();
    const QString arn = input.value("PolicyArn"_L1).toString();
    if (action == "GetRole")
        return QJsonObject{{u"Role"_s, told(*documents.find({RoleKind, {}, role}))}};
    if (action == "DeleteRole")
        return deleteRole(role);
    if (action == "UpdateRole")
        return updateRole(role, input, {u"Description"_s, u"MaxSessionDuration"_s});
    if (action == "UpdateAssumeRolePolicy") {
        const QString document = input.value("PolicyDocument"_L1).toString();
        if (const auto error = documentError(document))
            return tl::unexpected(*error);
        return updateRole(role, {{u"AssumeRolePolicyDocument"_s, document}}, {u"AssumeRolePolicyDocument"_s});
    }
    if (action == "PutRolePolicy")
        return putRolePolicy(role, input);
    if (action == "GetRolePolicy" || action == "DeleteRolePolicy") {
        const QJsonObject *kept = documents.find({InlineKind, role, policy});
        if (!kept)
            return noEntity(u"The role policy with name %1 cannot be found."_s.arg(policy));
        if (action == "DeleteRolePolicy")
            return write({{{InlineKind, role, policy}, std::nullopt}});
        return QJsonObject{{u"RoleName"_s, role}, {u"PolicyName"_s, policy}, {u"PolicyDocument"_s, encoded(kept->value("PolicyDocument"_L1).toString())}};
    }
    if (action == "ListRolePolicies")
        return members(u"PolicyNames"_s, QJsonArray::fromStringList(documents.all(InlineKind, role).keys()));
    if (action == "AttachRolePolicy")
        return attach(role, arn);
    if (action == "DetachRolePolicy") {
        if (!documents.find({AttachedKind, role, arn}))
            return noEntity(u"Policy %1 was not found."_s.arg(arn));
        return write({{{AttachedKind, role, arn}, std::nullopt}});
    }
    if (action == "ListInstanceProfilesForRole")
        return members(u"InstanceProfiles"_s, {});
    if (action == "ListAttachedRolePolicies") {
        QJsonArray attached;
        const QStringList arns = documents.all(AttachedKind, role).keys();
        for (const QString &one : arns)
            attached.append(QJsonObject{{u"PolicyName"_s, one.section(u'/', -1)}, {u"PolicyArn"_s, one}});
        return members(u"AttachedPolicies"_s, attached);
    }
    if (action == "TagRole" || action == "UntagRole" || action == "ListRoleTags")
        return tagRole(action, role, input);
    return refused(400, "InvalidAction", Core::tr("IAM has no call “%1” here.").arg(QString::fromLatin1(action)));
}

IamApi::Answer IamApi::deleteRole(const QString &role)
{
    if (!m_deployed.documents().all(AttachedKind, role).isEmpty())
        return refused(409, "DeleteConflict", u"Cannot delete entity, must detach all policies first."_s);
    if (!m_deployed.documents().all(InlineKind, role).isEmpty())
        return refused(409, "DeleteConflict", u"Cannot delete entity, must delete policies first."_s);
    return write({{{RoleKind, {}, role}, std::nullopt}});
}

IamApi::Answer IamApi::updateRole(const QString &role, const QJsonObject &input, const QStringList &names)
{
    QJsonObject kept = *m_deployed.documents().find({RoleKind, {}, role});
    for (const QString &name : names) {
        if (input.contains(name))
            kept.insert(name, name == "MaxSessionDuration"_L1 ? QJsonValue(input.value(name).toString().toInt()) : input.value(name));
    }
    return write({{{RoleKind, {}, role}, kept}});
}

IamApi::Answer IamApi::putRolePolicy(const QString &role, const QJsonObject &input)
{
    const QString name = input.value("PolicyName"_L1).toString();
    const QString document = input.value("PolicyDocument"_L1).toString();
    if (const auto error = Constraints().required(u"policyName"_s, input.value("PolicyName"_L1)).length(u"policyName"_s, name, 1, 128).pattern(u"policyName"_s, name, NamePattern).required(u"policyDocument"_s, input.value("PolicyDocument"_L1)).error("ValidationError"))
        return tl::unexpected(*error);
    if (const auto error = documentError(document))
        return tl::unexpected(*error);
    // Of all inline policies of a role together, white space apart. Source: IAM quotas, November 2026.
    constexpr qsizetype MaxInline = 10'240;
    qsizetype size = QJsonDocument::fromJson(document.toUtf8()).toJson(QJsonDocument::Compact).size();
    const auto others = m_deployed.documents().all(InlineKind, role);
    for (auto other = others.begin(); other != others.end(); ++other)
        size += other.key() == name ? 0 : QJsonDocument::fromJson(other->value("PolicyDocument"_L1).toString().toUtf8()).toJson(QJsonDocument::Compact).size();
    if (size > MaxInline)
        return refused(409, "LimitExceeded", u"Maximum policy size of %1 bytes exceeded for role %2"_s.arg(MaxInline).arg(role));
    return write({{{InlineKind, role, name}, QJsonObject{{u"PolicyDocument"_s, document}}}});
}

IamApi::Answer IamApi::attach(const QString &role, const QString &arn)
{
    if (!arn.startsWith("arn:"_L1))
        return refused(400, "ValidationError", u"Invalid ARN:  Could not be parsed!"_s);
    constexpr qsizetype MaxAttached = 10;
    const bool managedByAws = arn.startsWith("arn:aws:iam::aws:policy/"_L1);
    if (!managedByAws && !m_deployed.documents().find({PolicyKind, {}, arn}))
        return noEntity(u"Policy %1 does not exist or is not attachable."_s.arg(arn));
    if (!m_deployed.documents().find({AttachedKind, role, arn}) && m_deployed.documents().all(AttachedKind, role).size() >= MaxAttached)
        return refused(409, "LimitExceeded", u"Cannot exceed quota for PoliciesPerRole: %1"_s.arg(MaxAttached));
    return write({{{AttachedKind, role, arn}, QJsonObject{{u"PolicyArn"_s, arn}}}});
}

IamApi::Answer IamApi::tagRole(const QByteArray &action, const QString &role, const QJsonObject &input)
{
    QJsonObject kept = *m_deployed.documents().find({RoleKind, {}, role});
    const QJsonArray present = kept.value("Tags"_L1).toArray();
    if (action == "ListRoleTags")
        return members(u"Tags"_s, present);
    QMap<QString, QJsonValue> tags;
    for (const auto &tag : present)
        tags.insert(tag.toObject().value("Key"_L1).toString(), tag);
    const QJsonArray added = listOf(input, u"Tags"_s);
    for (const auto &tag : added)
        tags.insert(tag.toObject().value("Key"_L1).toString(), tag);
    const QJsonArray removed = listOf(input, u"TagKeys"_s);
    for (const auto &key : removed)
        tags.remove(key.toString());
    QJsonArray all;
    for (const QJsonValue &tag : std::as_const(tags))
        all.append(tag);
    kept.insert(u"Tags"_s, all);
    return write({{{RoleKind, {}, role}, kept}});
}

IamApi::Answer IamApi::performOnPolicy(const QByteArray &action, const QJsonObject &input)
{
    if (action == "CreatePolicy")
        return createPolicy(input);
    const QString arn = input.value("PolicyArn"_L1).toString();
    const QJsonObject *kept = m_deployed.documents().find({PolicyKind, {}, arn});
    if (!kept)
        return noEntity(u"Policy %1 was not found."_s.arg(arn));
    const auto attached = m_deployed.documents().all(AttachedKind);
    if (action == "GetPolicy") {
        QJsonObject policy = *kept;
        policy.remove("Document"_L1);
        return QJsonObject{{u"Policy"_s, policy}};
    }
    // It has the one that it was made with.
    QJsonObject version{{u"VersionId"_s, kept->value("DefaultVersionId"_L1)}, {u"IsDefaultVersion"_s, true}, {u"CreateDate"_s, kept->value("CreateDate"_L1)}};
    if (action == "ListPolicyVersions")
        return members(u"Versions"_s, QJsonArray{version});
    if (action == "GetPolicyVersion") {
        if (input.value("VersionId"_L1) != version.value("VersionId"_L1))
            return noEntity(u"Policy %1 version %2 does not exist or is not attachable."_s.arg(arn, input.value("VersionId"_L1).toString()));
        version.insert(u"Document"_s, encoded(kept->value("Document"_L1).toString()));
        return QJsonObject{{u"PolicyVersion"_s, version}};
    }
    if (action == "ListEntitiesForPolicy") {
        QJsonArray roles;
        for (const auto &[key, document] : attached) {
            if (key.name == arn)
                roles.append(QJsonObject{{u"RoleName"_s, key.owner}});
        }
        return members(u"PolicyRoles"_s, roles);
    }
    if (std::any_of(attached.begin(), attached.end(), [&](const auto &one) { return one.first.name == arn; }))
        return refused(409, "DeleteConflict", u"Cannot delete a policy attached to entities."_s);
    return write({{{PolicyKind, {}, arn}, std::nullopt}});
}

IamApi::Answer IamApi::createPolicy(const QJsonObject &input)
{
    const QString name = input.value("PolicyName"_L1).toString();
    const QString path = input.value("Path"_L1).toString(u"/"_s);
    const QString document = input.value("PolicyDocument"_L1).toString();
    if (const auto error = Constraints().required(u"policyName"_s, input.value("PolicyName"_L1)).length(u"policyName"_s, name, 1, 128).pattern(u"policyName"_s, name, NamePattern).required(u"policyDocument"_s, input.value("PolicyDocument"_L1)).error("ValidationError"))
        return tl::unexpected(*error);
    if (const auto error = documentError(document))
        return tl::unexpected(*error);
    const QString arn = u"arn:aws:iam::%1:policy%2%3"_s.arg(LocalAccount, path, name);
    if (m_deployed.documents().find({PolicyKind, {}, arn}))
        return refused(409, "EntityAlreadyExists", u"A policy called %1 already exists. Duplicate names are not allowed."_s.arg(name));
    const QString time = now(m_deployed.clock());
    QJsonObject policy{{u"PolicyName"_s, name}, {u"PolicyId"_s, newId(u"ANPA"_s)}, {u"Arn"_s, arn}, {u"Path"_s, path}, {u"DefaultVersionId"_s, u"v1"_s}, {u"AttachmentCount"_s, 0}, {u"IsAttachable"_s, true}, {u"CreateDate"_s, time}, {u"UpdateDate"_s, time}};
    const QJsonObject answer{{u"Policy"_s, policy}};
    policy.insert(u"Document"_s, document);
    return write({{{PolicyKind, {}, arn}, policy}}, answer);
}

} // namespace eph::cloud
