// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/deployedfunctions.h"

#include <QDateTime>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QUuid>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;

QByteArray FunctionVersion::codeSha256() const
{
    return QByteArray::fromBase64(configuration.value("CodeSha256"_L1).toString().toLatin1()).toHex();
}

QJsonObject FunctionVersion::toJson() const
{
    QJsonArray layerHashes;
    for (const QByteArray &layer : layers)
        layerHashes.append(QString::fromLatin1(layer));
    return {{u"configuration"_s, configuration}, {u"layers"_s, layerHashes}, {u"settlesMs"_s, settlesMs}, {u"creating"_s, creating}};
}

FunctionVersion FunctionVersion::fromJson(const QJsonObject &json)
{
    FunctionVersion version{json.value("configuration"_L1).toObject(), {}, json.value("settlesMs"_L1).toInteger(), json.value("creating"_L1).toBool()};
    const QJsonArray layers = json.value("layers"_L1).toArray();
    for (const auto &layer : layers)
        version.layers << layer.toString().toLatin1();
    return version;
}

DeployedFunctions::DeployedFunctions(account::DocumentStore &documents, const account::CodeStore &code, const sys::Clock &clock, qint64 settleMs)
    : m_documents(documents)
    , m_code(code)
    , m_clock(clock)
    , m_settleMs(settleMs)
{
}

QStringList DeployedFunctions::names() const
{
    QStringList names;
    const auto all = m_documents.all(kinds::Version);
    for (const auto &[key, document] : all) {
        if (key.name == Latest)
            names << key.owner;
    }
    return names;
}

std::optional<FunctionVersion> DeployedFunctions::version(const QString &name, const QString &version) const
{
    const QJsonObject *document = m_documents.find({kinds::Version, name, version});
    return document ? std::optional(FunctionVersion::fromJson(*document)) : std::nullopt;
}

QStringList DeployedFunctions::publishedVersions(const QString &name) const
{
    QStringList versions = m_documents.all(kinds::Version, name).keys();
    versions.removeAll(Latest);
    std::sort(versions.begin(), versions.end(), [](const QString &a, const QString &b) { return a.toInt() < b.toInt(); });
    return versions;
}

QString DeployedFunctions::versionOf(const QString &name, const QString &qualifier) const
{
    if (qualifier.isEmpty() || qualifier == Latest)
        return Latest;
    if (const QJsonObject *alias = m_documents.find({kinds::Alias, name, qualifier}))
        return alias->value("FunctionVersion"_L1).toString();
    return m_documents.find({kinds::Version, name, qualifier}) ? qualifier : QString();
}

QString DeployedFunctions::pickVersion(const QString &name, const QString &qualifier) const
{
    const QJsonObject *alias = qualifier.isEmpty() ? nullptr : m_documents.find({kinds::Alias, name, qualifier});
    const QJsonObject weights = alias ? alias->value("RoutingConfig"_L1).toObject().value("AdditionalVersionWeights"_L1).toObject() : QJsonObject();
    double chance = weights.isEmpty() ? 1 : QRandomGenerator::global()->generateDouble();
    for (auto weight = weights.begin(); weight != weights.end(); ++weight) {
        chance -= weight.value().toDouble();
        if (chance < 0)
            return weight.key();
    }
    return versionOf(name, qualifier);
}

std::optional<Result<runtime::FunctionConfig>> DeployedFunctions::config(const QString &name, const QString &wanted)
{
    if (std::exchange(m_seen, m_documents.generation()) != m_documents.generation())
        m_configs.clear();
    const QString key = name + u':' + wanted;
    if (const auto known = m_configs.constFind(key); known != m_configs.cend())
        return *known;
    const auto kept = version(name, wanted);
    if (!kept)
        return std::nullopt;
    if (kept->creating && isSettling(*kept))
        return failure(ErrorCode::Conflict, u"The operation cannot be performed at this time. The function is currently in the following state: Pending"_s);
    const QJsonObject &told = kept->configuration;
    const QJsonObject logging = told.value("LoggingConfig"_L1).toObject();
    runtime::FunctionConfig config;
    config.name = name;
    config.version = wanted;
    config.codeFolder = m_code.folderOf(kept->codeSha256());
    for (const QByteArray &layer : kept->layers)
        config.layerFolders << m_code.folderOf(layer);
    config.handler = told.value("Handler"_L1).toString();
    config.arm = told.value("Architectures"_L1).toArray().contains(u"arm64"_s);
    config.runtime = told.value("Runtime"_L1).toString();
    config.region = told.value("FunctionArn"_L1).toString().section(u':', 3, 3);
    config.memoryMiB = told.value("MemorySize"_L1).toInt();
    config.ephemeralStorageMiB = told.value("EphemeralStorage"_L1).toObject().value("Size"_L1).toInt();
    config.timeout = std::chrono::seconds(told.value("Timeout"_L1).toInt());
    const QJsonObject variables = told.value("Environment"_L1).toObject().value("Variables"_L1).toObject();
    for (auto it = variables.begin(); it != variables.end(); ++it)
        config.environment.insert(it.key(), it.value().toString());
    if (const QString group = logging.value("LogGroup"_L1).toString(); group != config.logGroupName())
        config.logGroup = group;
    config.jsonLogs = logging.value("LogFormat"_L1).toString() == "JSON"_L1;
    config.logLevel = logging.value("ApplicationLogLevel"_L1).toString(u"INFO"_s);
    config.systemLogLevel = logging.value("SystemLogLevel"_L1).toString(u"INFO"_s);
    config.tenantIsolation = told.value("TenancyConfig"_L1).toObject().value("TenantIsolationMode"_L1).toString() == "PER_TENANT"_L1;
    applySettings(config);
    return *m_configs.insert(key, config);
}

void DeployedFunctions::applySettings(runtime::FunctionConfig &config) const
{
    if (const QJsonObject *reserved = m_documents.find({kinds::Concurrency, config.name, {}}))
        config.reservedConcurrency = reserved->value("ReservedConcurrentExecutions"_L1).toInt();
    if (const QJsonObject *recursion = m_documents.find({kinds::Recursion, config.name, {}}))
        config.recursionAllowed = recursion->value("RecursiveLoop"_L1).toString() == "Allow"_L1;
    const auto provisioned = m_documents.all(kinds::Provisioned, config.name);
    int asked = 0;
    for (auto it = provisioned.begin(); it != provisioned.end(); ++it) {
        const QJsonObject *alias = m_documents.find({kinds::Alias, config.name, it.key()});
        if ((alias ? alias->value("FunctionVersion"_L1).toString() : it.key()) == config.version)
            asked += it->value("RequestedProvisionedConcurrentExecutions"_L1).toInt();
    }
    if (asked > 0 && !config.tenantIsolation)
        config.provisionedConcurrency = asked;
}

runtime::AsyncPolicy DeployedFunctions::asyncPolicy(const QString &name, const QString &qualifier, const QString &number, const runtime::AsyncPolicy &declared) const
{
    const auto kept = version(name, number);
    const QJsonObject *settings = m_documents.find({kinds::EventInvoke, name, qualifier.isEmpty() ? Latest : qualifier});
    runtime::AsyncPolicy policy = kept ? runtime::AsyncPolicy() : declared;
    if (kept)
        policy.deadLetter = kept->configuration.value("DeadLetterConfig"_L1).toObject().value("TargetArn"_L1).toString();
    if (!settings)
        return policy;
    const QJsonObject destinations = settings->value("DestinationConfig"_L1).toObject();
    policy.maxRetries = settings->value("MaximumRetryAttempts"_L1).toInt(policy.maxRetries);
    policy.maxAge = std::chrono::seconds(settings->value("MaximumEventAgeInSeconds"_L1).toInt(int(policy.maxAge.count())));
    policy.onSuccess = destinations.value("OnSuccess"_L1).toObject().value("Destination"_L1).toString();
    policy.onFailure = destinations.value("OnFailure"_L1).toObject().value("Destination"_L1).toString();
    return policy;
}

bool DeployedFunctions::isSettling(qint64 settlesMs) const
{
    // A clock that was set back does not hold anything up.
    const qint64 left = settlesMs - m_clock.epochMs();
    return left > 0 && left <= m_settleMs;
}

QJsonObject DeployedFunctions::told(const FunctionVersion &version) const
{
    QJsonObject told = version.configuration;
    const bool settling = isSettling(version);
    told.insert(u"State"_s, settling && version.creating ? u"Pending"_s : u"Active"_s);
    if (settling) {
        const QString prefix = version.creating ? u"State"_s : u"LastUpdateStatus"_s;
        told.insert(prefix + u"Reason"_s, u"The function is being created."_s);
        told.insert(prefix + u"ReasonCode"_s, u"Creating"_s);
        if (!version.creating)
            told.insert(u"LastUpdateStatus"_s, u"InProgress"_s);
        return told;
    }
    told.insert(u"LastUpdateStatus"_s, u"Successful"_s);
    // Becoming ready is a change as well.
    const QString revision = told.value("RevisionId"_L1).toString();
    if (version.settlesMs > 0)
        told.insert(u"RevisionId"_s, QUuid::createUuidV5(QUuid(revision), u"ready"_s).toString(QUuid::WithoutBraces));
    return told;
}

QSet<QByteArray> DeployedFunctions::usedCode() const
{
    QSet<QByteArray> used;
    const auto versions = m_documents.all(kinds::Version);
    for (const auto &[key, document] : versions) {
        const FunctionVersion version = FunctionVersion::fromJson(document);
        used.insert(version.codeSha256());
        for (const QByteArray &layer : version.layers)
            used.insert(layer);
    }
    const auto layers = m_documents.all(kinds::Layer);
    for (const auto &[key, layer] : layers)
        used.insert(QByteArray::fromBase64(layer.value("Content"_L1).toObject().value("CodeSha256"_L1).toString().toLatin1()).toHex());
    return used;
}

void DeployedFunctions::touch(FunctionVersion &version) const
{
    const qint64 now = m_clock.epochMs();
    version.configuration.insert(u"LastModified"_s, QString(QDateTime::fromMSecsSinceEpoch(now, Qt::UTC).toString(u"yyyy-MM-ddTHH:mm:ss.zzz"_s) + "+0000"_L1));
    version.configuration.insert(u"RevisionId"_s, QUuid::createUuid().toString(QUuid::WithoutBraces));
    version.settlesMs = settledAtMs();
}

} // namespace eph::cloud
