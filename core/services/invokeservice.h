// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functionconfigs.h"
#include "core/cost/lambdacost.h"
#include "core/project/loadproject.h"
#include "core/services/fidelity.h"
#include "core/services/localcloud.h"

#include <QFuture>
#include <QJsonObject>

namespace eph::services {

/// A finished invocation with what it cost.
struct InvocationRecord {
    QString function;
    QByteArray event;
    runtime::Invocation invocation;
    Money cost;
    QString advice; ///< What to do when this machine is the cause of a failure; otherwise empty.
};

/// Its JSON form, as `eph invoke --json` prints it.
[[nodiscard]] QJsonObject toJson(const InvocationRecord &record);
/// The payload as a JSON value when it is JSON, otherwise as text.
[[nodiscard]] QByteArray toJsonText(const InvocationRecord &record);

/// Runs functions of a project in the local cloud.
class InvokeService
{
public:
    InvokeService(LocalCloud &cloud, sys::Interpreters interpreters, cost::PriceBook prices);

    struct Request {
        project::Project project;
        project::Function function; ///< Of that project.
        QByteArray event; ///< JSON; checked before anything is started.
        QByteArray clientContext;
        QByteArray tenantId = {}; ///< Of a function with tenant isolation.
    };
    [[nodiscard]] QFuture<Result<InvocationRecord>> invoke(const Request &request) const;

    /// A request that has been checked, to run any number of times.
    struct Prepared {
        runtime::InvokeRequest invoke;
        project::Function function;
        project::LoadRequest home; ///< Where the function's calls belong.
    };
    /// Fails with Invalid for an event or a client context that is no JSON or too large, Unsupported for what has no way to
    /// run here.
    [[nodiscard]] static Result<Prepared> prepare(const Request &request);
    /// Any thread.
    [[nodiscard]] QFuture<Result<InvocationRecord>> run(const Prepared &prepared) const;

    /// How true a run of that function is to the cloud. Any thread; may start an interpreter to ask for its version.
    [[nodiscard]] QList<FidelityNote> fidelity(const project::Project &project, const project::Function &function) const;
    [[nodiscard]] const cost::PriceBook &prices() const { return m_prices; }

private:
    LocalCloud &m_cloud;
    sys::Interpreters m_interpreters;
    cost::PriceBook m_prices;
};

} // namespace eph::services
