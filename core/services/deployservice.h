// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/deployer.h"
#include "core/deploy/specification.h"
#include "core/project/loadproject.h"
#include "core/services/cloudaccess.h"
#include "core/services/packagechanges.h"
#include "core/sys/secretstore.h"

#include <QProcessEnvironment>

namespace eph::services {

struct DeployRequest {
    project::LoadRequest project;
    DeployTarget target;
    /// Of the local cloud; only used for that.
    QUrl localEndpoint;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
};

/// The stages of a project: `dev`, what samconfig.toml names, and what has been deployed.
[[nodiscard]] QStringList stagesOf(const QString &projectFolder);
/// Usage for a name that cannot be part of others.
[[nodiscard]] Result<void> checkStage(const QString &stage);

/// How a release is to be made.
struct ReleaseWishes {
    bool prune = false; ///< Takes away what is no longer used, too.
    deploy::Canary canary = {};
};

/// A plan with what it was made from.
struct PreparedRelease {
    deploy::Plan plan;
    Findings findings; ///< Of the template, the packages and the plan.
    QString id;        ///< That it will have.
    QString from;      ///< Of the release that it brings back.
    QString after;     ///< Of the release that was live when it was planned; empty: none.
    QList<PackageChange> packageChanges; ///< Against the release that is live.
    QStringList costChanges;    ///< For people, at list prices.

    [[nodiscard]] bool isBlocked() const;
};

/// One target of one project, with somebody who may act there. Any thread but the window's, one at a time.
class DeployService
{
public:
    /// Finds credentials and asks who they are. Fails as findCredentials() and callerIdentity() do.
    [[nodiscard]] static Result<std::unique_ptr<DeployService>> open(const DeployRequest &request, http::Transport &transport, const sys::Clock &clock, sys::SecretStore &secrets);

    [[nodiscard]] const deploy::CallerIdentity &identity() const { return m_identity; }
    [[nodiscard]] const deploy::AwsAccess &access() const { return m_client->access(); }
    /// `local`, or `aws:ACCOUNT:REGION`.
    [[nodiscard]] QString targetKey() const;
    [[nodiscard]] const deploy::Vault &vault() const { return m_vault; }

    using Progress = std::function<bool(const QString &what, int done, int all)>;
    /// Packs every function and plans. Changes nothing at the target.
    [[nodiscard]] Result<PreparedRelease> prepare(const ReleaseWishes &wishes = {}, const Progress &progress = {});
    /// Plans to bring a release back, from what the vault has of it.
    [[nodiscard]] Result<PreparedRelease> prepareRollback(const QString &releaseId, const Progress &progress = {});

    /// Conflict while another one of the stage is open or cut off.
    [[nodiscard]] Result<deploy::Deployer::Outcome> apply(const PreparedRelease &release, const QString &why, const deploy::DeployerOptions &options);
    /// Goes on with one that was cut off: to its end, or back.
    [[nodiscard]] Result<deploy::Deployer::Outcome> resume(deploy::Journal::Direction direction, const deploy::DeployerOptions &options);

    /// What a function that is live answered.
    struct LiveAnswer {
        QByteArray payload;
        QString error; ///< The service's word for how it failed, such as `Unhandled`; empty: it did not.
        double ms = 0; ///< Until the answer was here.
    };
    /// Sends an event to what the alias of a function points to, by the function's name there. Fails as errorOf() says.
    [[nodiscard]] Result<LiveAnswer> invokeLive(const QString &function, const QByteArray &event);

private:
    DeployService(const DeployRequest &request, http::Transport &transport, const sys::Clock &clock, sys::SecretStore &secrets);
    [[nodiscard]] Result<void> connect();
    [[nodiscard]] project::Placement placement() const;
    [[nodiscard]] Result<deploy::Specification> specify(const Progress &progress, QList<PackageChange> &packageChanges, Findings &findings);
    [[nodiscard]] Result<deploy::Plan> plan(const deploy::ReleaseSpec &spec, const ReleaseWishes &wishes, const Progress &progress);
    [[nodiscard]] QString liveId() const;
    void tellCosts(PreparedRelease &release) const;
    [[nodiscard]] deploy::Deployer::Outcome run(deploy::Journal &journal, const deploy::DeployerOptions &options);

    DeployRequest m_request;
    http::Transport &m_transport;
    const sys::Clock &m_clock;
    sys::SecretStore &m_secrets;
    deploy::Vault m_vault;
    QString m_projectName;
    std::unique_ptr<deploy::AwsClient> m_client;
    deploy::ValueSource m_values;
    deploy::CallerIdentity m_identity;
};

/// What each resource of a deployed release can be reached by: addresses of APIs and functions, by title.
[[nodiscard]] QList<std::pair<QString, QString>> addressesOf(const deploy::ReleaseSpec &spec, const QJsonObject &outputs);

[[nodiscard]] QJsonObject toJson(const PreparedRelease &release);
[[nodiscard]] QJsonObject toJson(const deploy::Deployer::Outcome &outcome, const QString &releaseId);
/// `{id, target, stage, at, by, why, from, live, functions}`.
[[nodiscard]] QJsonObject summaryOf(const deploy::Release &release, bool live);

} // namespace eph::services
