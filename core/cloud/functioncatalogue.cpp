// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functioncatalogue.h"

#include "core/cloud/functionconfigs.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

FunctionCatalogue::FunctionCatalogue(project::LoadRequest request)
    : m_request(std::move(request))
{
}

Result<void> FunctionCatalogue::refresh()
{
    if (m_project && project::stampsOf(m_project->sources) == m_stamps)
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
    if (const auto known = m_configs.constFind(name); known != m_configs.cend())
        return *known;
    const auto function = m_project->chosenFunction(name);
    if (!function)
        return tl::unexpected(function.error());
    return *m_configs.insert(name, functionConfig(*m_project, **function));
}

Result<const project::Project *> FunctionCatalogue::project()
{
    return refresh().map([this]() -> const project::Project * { return &*m_project; });
}

Result<std::shared_ptr<const QList<gateway::Api>>> FunctionCatalogue::apis()
{
    if (const auto fresh = refresh(); !fresh)
        return tl::unexpected(fresh.error());
    if (!m_apis)
        m_apis = std::make_shared<const QList<gateway::Api>>(gateway::apisOf(*m_project));
    return m_apis;
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
    return configs;
}

} // namespace eph::cloud
