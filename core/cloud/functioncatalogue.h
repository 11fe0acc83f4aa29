// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"
#include "core/project/stampedproject.h"
#include "core/runtime/functionconfig.h"

#include <QHash>

namespace eph::cloud {

/// The functions of one project as they are saved at the moment of each question: nothing runs from an older template.
class FunctionCatalogue
{
public:
    explicit FunctionCatalogue(project::LoadRequest request);

    /// By name or logical id. NotFound when the template has none of that name, Invalid while it cannot be read.
    [[nodiscard]] Result<runtime::FunctionConfig> find(const QString &name);
    /// As it is saved now; valid until the next question.
    [[nodiscard]] Result<const project::Project *> project();
    /// Another number after every change that was taken in.
    [[nodiscard]] quint64 generation() const { return m_generation; }
    /// Its HTTP fronts; the same pointer as long as nothing has changed.
    [[nodiscard]] Result<std::shared_ptr<const QList<gateway::Api>>> apis();
    /// Of the project; the standard one while it cannot be read.
    [[nodiscard]] QString region();
    /// What a function of that name would be called, whether there is one or not.
    [[nodiscard]] QString arnOf(const QString &name) const;
    /// Every function that can run here.
    [[nodiscard]] Result<QList<runtime::FunctionConfig>> all();

private:
    [[nodiscard]] Result<void> refresh();

    project::LoadRequest m_request;
    project::Stamps m_stamps;
    quint64 m_generation = 0;
    std::optional<project::Project> m_project;
    QHash<QString, Result<runtime::FunctionConfig>> m_configs;
    std::shared_ptr<const QList<gateway::Api>> m_apis;
};

} // namespace eph::cloud
