// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functioncatalogue.h"

#include "core/base/text.h"
#include "core/cloud/apigatewayapi.h"
#include "core/cloud/functionconfigs.h"
#include "core/cloud/functionref.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

FunctionCatalogue::FunctionCatalogue(project::LoadRequest request, DeployedFunctions *deployed)
    : m_request(std::move(request))
    , m_deployed(deployed)
{
}

Result<void> FunctionCatalogue::refresh()
{
    if (m_deployed && std::exchange(m_deployedSeen, m_deployed->documents().generation()) != m_deployed->documents().generation()) {
        m_configs.clear();
        m_apis.reset();
    }
    if (m_project && project::areCurrent(m_stamps))
        return {};
    m_project.reset();
    m_configs.clear();
    m_apis.reset();
    project::StampedProject loaded = project::loadStamped(m_request);
    if (!loaded.project)
        return tl::unexpected(loaded.project.error());
    const project::Project &project = *loaded.project;
    for (const Finding &finding : project.findings) {
        if (finding.rule == "syntax"_L1 && finding.file == project.templateFile)
            return failure(ErrorCode::Invalid, finding.message, finding.hint);
    }
    m_stamps = std::move(loaded.stamps);
    m_project = *std::move(loaded.project);
    ++m_generation;
    return {};
}

Result<runtime::FunctionConfig> FunctionCatalogue::find(const QString &name)
{
    if (const auto fresh = refresh(); !fresh)
        return tl::unexpected(fresh.error());
    return declaredConfig(name);
}

Result<runtime::FunctionConfig> FunctionCatalogue::declaredConfig(const QString &name)
{
    if (const auto known = m_configs.constFind(name); known != m_configs.cend())
        return *known;
    const auto function = m_project->chosenFunction(name);
    if (!function)
        return tl::unexpected(function.error());
    auto config = functionConfig(*m_project, **function);
    if (config && m_deployed)
        m_deployed->applySettings(*config);
    return *m_configs.insert(name, std::move(config));
}

const project::Function *FunctionCatalogue::declared(const QString &name)
{
    return refresh() ? m_project->function(name) : nullptr;
}

Result<runtime::InvokeRequest> FunctionCatalogue::requestTo(const QString &function)
{
    return requestWith(function, refresh());
}

Result<runtime::InvokeRequest> FunctionCatalogue::requestForEvent(const QString &function)
{
    auto request = requestTo(function);
    if (request && request->config.tenantIsolation)
        return failure(ErrorCode::Unsupported, Core::tr("“%1” has tenant isolation, and an event names no tenant.").arg(request->config.name), Core::tr("Let another function take the events, and invoke this one with a TenantId."));
    return request;
}

Result<runtime::InvokeRequest> FunctionCatalogue::requestOfSameProject(const QString &function)
{
    return m_project ? requestWith(function, {}) : requestTo(function);
}

Result<runtime::InvokeRequest> FunctionCatalogue::requestWith(const QString &function, const Result<void> &fresh)
{
    const FunctionRef ref = parseFunctionRef(function).value_or(FunctionRef{function, {}});
    const project::Function *own = fresh ? m_project->function(ref.name) : nullptr;
    const QString name = own ? own->name : ref.name;
    QString version = m_deployed ? m_deployed->pickVersion(name, ref.qualifier) : ref.qualifier.isEmpty() ? Latest : ref.qualifier;
    // An alias of the template is at what was saved last, unless it is made by a call.
    if (own && (version.isEmpty() || !m_deployed) && own->aliases.contains(ref.qualifier))
        version = Latest;
    runtime::InvokeRequest request;
    request.qualifier = ref.qualifier;
    request.async = own ? asyncPolicy(*own, ref.qualifier) : runtime::AsyncPolicy();
    if (m_deployed)
        request.async = m_deployed->asyncPolicy(name, ref.qualifier, version, request.async);
    const bool isOwn = own && version == Latest;
    auto config = isOwn || !m_deployed ? std::nullopt : m_deployed->config(name, version);
    // What was deployed runs while the template cannot be read.
    if (!config && !fresh)
        return tl::unexpected(fresh.error());
    if (!config && !ref.qualifier.isEmpty() && version != Latest)
        return failure(ErrorCode::NotFound, Core::tr("“%1” has no version or alias “%2”.").arg(name, ref.qualifier));
    if (!config)
        config = declaredConfig(name);
    if (!*config)
        return tl::unexpected(config->error());
    request.config = **std::move(config);
    return request;
}

Result<const project::Project *> FunctionCatalogue::project()
{
    return refresh().map([this]() -> const project::Project * { return &*m_project; });
}

QString FunctionCatalogue::tokenKeyFile() const
{
    return m_project ? m_project->folder + "/jwks.json"_L1 : QString();
}

Result<std::shared_ptr<const QList<gateway::Api>>> FunctionCatalogue::apis()
{
    if (const auto fresh = refresh(); !fresh)
        return tl::unexpected(fresh.error());
    if (!m_apis)
        m_apis = std::make_shared<const QList<gateway::Api>>(gateway::apisOf(*m_project) + deployedUrls() + (m_deployed ? deployedApis(m_deployed->documents()) : QList<gateway::Api>()));
    return m_apis;
}

QList<gateway::Api> FunctionCatalogue::deployedUrls()
{
    QList<gateway::Api> urls;
    const auto all = m_deployed ? m_deployed->documents().all(kinds::Url) : QList<std::pair<account::DocumentKey, QJsonObject>>();
    for (const auto &[key, url] : all) {
        const QString function = key.name.isEmpty() ? key.owner : QString(key.owner + u':' + key.name);
        // Also of one that is still being made: it answers once it is ready.
        const auto kept = m_deployed->version(key.owner, m_deployed->versionOf(key.owner, key.name));
        const project::Function *own = m_project->function(key.owner);
        urls << gateway::functionUrlApi(function, kept ? kept->configuration.value("Timeout"_L1).toInt() : own ? own->timeoutSeconds : 3, url);
    }
    return urls;
}

QString FunctionCatalogue::region()
{
    const auto read = project();
    return read ? (*read)->region : project::Project().region;
}

QString FunctionCatalogue::arnOf(const QString &name) const
{
    runtime::FunctionConfig config;
    config.name = name;
    if (m_project)
        config.region = m_project->region;
    return config.arn();
}

Result<QList<runtime::FunctionConfig>> FunctionCatalogue::all()
{
    if (const auto fresh = refresh(); !fresh)
        return tl::unexpected(fresh.error());
    QList<runtime::FunctionConfig> configs;
    for (const project::Function &function : std::as_const(m_project->functions)) {
        if (auto config = find(function.name))
            configs << *std::move(config);
    }
    if (!m_deployed)
        return configs;
    const auto versions = m_deployed->documents().all(kinds::Version);
    for (const auto &[key, document] : versions) {
        const auto config = m_deployed->config(key.owner, key.name);
        if (config && *config && (*config)->provisionedConcurrency > 0)
            configs << **config;
    }
    return configs;
}

} // namespace eph::cloud
