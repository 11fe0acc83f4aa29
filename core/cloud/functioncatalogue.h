// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/deployedfunctions.h"
#include "core/gateway/api.h"
#include "core/project/stampedproject.h"
#include "core/runtime/invocation.h"

#include <QHash>

namespace eph::cloud {

/// The functions of the local account: those that a project's template declares, as they are saved at the moment of each
/// question, so that nothing runs from an older template; and those that calls have made, with their versions and aliases.
class FunctionCatalogue
{
public:
    /// Without `deployed` there are only the template's.
    explicit FunctionCatalogue(project::LoadRequest request, DeployedFunctions *deployed = nullptr);

    /// An invocation, without an event, of a function by its name, its logical id or its ARN, with or without a version or an
    /// alias. NotFound when there is none, Invalid while the template cannot be read, Conflict while it is being made.
    [[nodiscard]] Result<runtime::InvokeRequest> requestTo(const QString &function);
    /// The same for a source of events, which can say for no tenant that it calls: Unsupported where there have to be some.
    [[nodiscard]] Result<runtime::InvokeRequest> requestForEvent(const QString &function);
    /// The same of the project as apis() last gave it, for whoever has just asked for those: nothing is looked at again.
    [[nodiscard]] Result<runtime::InvokeRequest> requestOfSameProject(const QString &function);
    /// By name or logical id, as it is saved now. NotFound when the template has none of that name, Invalid while it cannot be read.
    [[nodiscard]] Result<runtime::FunctionConfig> find(const QString &name);
    /// nullptr when the template declares none of that name; valid until the next question.
    [[nodiscard]] const project::Function *declared(const QString &name);
    /// As it is saved now; valid until the next question.
    [[nodiscard]] Result<const project::Project *> project();
    /// `jwks.json` of the project that was read last; empty where none was.
    [[nodiscard]] QString tokenKeyFile() const;
    /// Another number after every change that was taken in, of the template and of the account.
    [[nodiscard]] quint64 generation() const { return m_generation + (m_deployed ? m_deployed->documents().generation() : 0); }
    /// Its HTTP fronts; the same pointer as long as nothing has changed.
    [[nodiscard]] Result<std::shared_ptr<const QList<gateway::Api>>> apis();
    /// Of the project; the standard one while it cannot be read.
    [[nodiscard]] QString region();
    /// What a function of that name would be called, whether there is one or not.
    [[nodiscard]] QString arnOf(const QString &name) const;
    /// Every function that the template declares and can run here, and what was deployed to be kept ready.
    [[nodiscard]] Result<QList<runtime::FunctionConfig>> all();

private:
    [[nodiscard]] Result<runtime::InvokeRequest> requestWith(const QString &function, const Result<void> &fresh);
    [[nodiscard]] Result<void> refresh();
    [[nodiscard]] QList<gateway::Api> deployedUrls();
    /// Of the template as it was read last.
    [[nodiscard]] Result<runtime::FunctionConfig> declaredConfig(const QString &name);

    project::LoadRequest m_request;
    DeployedFunctions *m_deployed;
    project::Stamps m_stamps;
    quint64 m_generation = 0;
    quint64 m_deployedSeen = 0;
    std::optional<project::Project> m_project;
    QHash<QString, Result<runtime::FunctionConfig>> m_configs;
    std::shared_ptr<const QList<gateway::Api>> m_apis;
};

} // namespace eph::cloud
