// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/codeuploads.h"
#include "core/cloud/declaredcode.h"
#include "core/cloud/functionnames.h"
#include "core/runtime/pool.h"

namespace eph::cloud {

/// Lambda's API of functions and their versions: create, get, list, update, delete, publish, and the account's limits. A function
/// that a template declares is described and published like any other; its code and configuration are changed in the project.
/// Lives on the runtime's thread. Source: fact sheet of the control API, November 2026.
class LambdaFunctionsApi : public QObject
{
    Q_OBJECT
public:
    LambdaFunctionsApi(const runtime::Pool &pool, FunctionCatalogue &catalogue, DeployedFunctions &deployed, CodeUploads &uploads);

    void addTo(RestRoutes &routes);

private:
    using Described = tl::expected<FunctionVersion, ApiError>;

    void create(const RestCall &call);
    void finishCreate(const RestCall &call, const QJsonObject &input, const account::CodeStore::Code &code);
    void updateCode(const RestCall &call);
    void finishUpdateCode(const RestCall &call, const QJsonObject &input, const account::CodeStore::Code &code);
    [[nodiscard]] RestReply updateConfiguration(const RestCall &call);
    [[nodiscard]] RestReply remove(const RestCall &call);
    void list(const RestCall &call);
    void listVersions(const RestCall &call);
    void get(const RestCall &call);
    void getConfiguration(const RestCall &call);
    void download(const RestCall &call);
    void publish(const RestCall &call);
    /// What `$LATEST` is, unless the call asks for another.
    void publishNow(const RestCall &call, const NamedFunction &function, const FunctionVersion &latest);
    void accountSettings(const RestCall &call);

    /// `$LATEST` and the numbers of a function.
    [[nodiscard]] QList<NamedFunction> withVersions(const QString &name) const;
    /// The part of them that the call asks for, without their states.
    void answerPage(const RestCall &call, const QList<NamedFunction> &all, const QString &member);
    /// The configuration, in the shape that the call has.
    void tell(const RestCall &call, const std::function<QJsonObject(const NamedFunction &, const QJsonObject &)> &shape);
    /// What a version is, beside the thread for one that a template declares.
    void describe(const NamedFunction &function, std::function<void(const Described &)> take);
    void describeAll(QList<NamedFunction> functions, std::function<void(QList<FunctionVersion>)> done);
    /// One that can be changed by calls, and is not being changed.
    [[nodiscard]] Described changeable(const RestCall &call, const QString &revision);
    /// Publishes what `$LATEST` is, unless that has been done.
    [[nodiscard]] RestReply publishVersion(const NamedFunction &function, FunctionVersion latest, const QString &description, std::optional<qint64> settlesMs);
    [[nodiscard]] tl::expected<FunctionVersion, ApiError> withLayers(FunctionVersion version, const QJsonArray &arns) const;
    [[nodiscard]] std::optional<ApiError> existsAlready(const QString &name) const;

    const runtime::Pool &m_pool;
    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
    CodeUploads &m_uploads;
    FunctionNames m_names;
    std::shared_ptr<DeclaredCode> m_code = std::make_shared<DeclaredCode>();
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::cloud
