// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/deployservice.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/declaredsources.h"
#include "core/cloud/functionconfigs.h"
#include "core/cloud/projectschedules.h"
#include "core/cost/currentprices.h"
#include "core/deploy/secrets.h"
#include "core/gateway/integrationfindings.h"
#include "core/package/pack.h"
#include "core/project/overrides.h"
#include "core/schedule/instant.h"
#include "core/services/deploycosts.h"
#include "core/services/packageservice.h"
#include "core/sys/sha256.h"

#include <QDir>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QUrl>
#include <algorithm>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] Result<deploy::PackageRef> packLayer(const QString &folder, const deploy::Vault &vault)
{
    const auto zip = package::packFolder(folder, {});
    if (!zip)
        return tl::unexpected(zip.error());
    const QByteArray hash = sys::sha256(*zip);
    const deploy::PackageRef ref{QString::fromLatin1(hash.toHex()), QString::fromLatin1(hash.toBase64())};
    if (const auto kept = vault.keepPackage(ref.sha256, *zip); !kept)
        return tl::unexpected(kept.error());
    return ref;
}

} // namespace

QStringList stagesOf(const QString &projectFolder)
{
    QStringList stages{u"dev"_s};
    const QStringList named = project::namedStages(projectFolder);
    for (const QString &stage : named) {
        if (!stages.contains(stage))
            stages << stage;
    }
    const QList<deploy::Release> releases = deploy::Vault(projectFolder).releases();
    for (const deploy::Release &release : releases) {
        if (!stages.contains(release.spec.stage))
            stages << release.spec.stage;
    }
    return stages;
}

Result<void> checkStage(const QString &stage)
{
    static const QRegularExpression valid(u"^[A-Za-z][A-Za-z0-9]{0,15}$"_s);
    if (valid.match(stage).hasMatch())
        return {};
    return failure(ErrorCode::Usage, Core::tr("“%1” is no name for a stage.").arg(stage), Core::tr("Use a letter, then up to 15 letters and digits: it becomes part of every name."));
}

bool PreparedRelease::isBlocked() const
{
    return std::any_of(findings.cbegin(), findings.cend(), [](const Finding &finding) { return finding.severity == Severity::Error; });
}

DeployService::DeployService(const DeployRequest &request, http::Transport &transport, const sys::Clock &clock, sys::SecretStore &secrets)
    : m_request(request)
    , m_transport(transport)
    , m_clock(clock)
    , m_secrets(secrets)
    , m_vault(request.project.path)
{
}

Result<std::unique_ptr<DeployService>> DeployService::open(const DeployRequest &request, http::Transport &transport, const sys::Clock &clock, sys::SecretStore &secrets)
{
    if (const auto valid = checkStage(request.target.stage); !valid)
        return tl::unexpected(valid.error());
    DeployRequest whole = request;
    const auto loaded = project::loadProject(request.project);
    if (!loaded)
        return tl::unexpected(loaded.error());
    whole.project.path = loaded->templateFile.isEmpty() ? loaded->folder : loaded->templateFile;
    whole.target = completed(request.target, loaded->folder);
    std::unique_ptr<DeployService> service(new DeployService(whole, transport, clock, secrets));
    service->m_vault = deploy::Vault(loaded->folder);
    service->m_projectName = loaded->name;
    if (const auto connected = service->connect(); !connected)
        return tl::unexpected(connected.error());
    return service;
}

Result<void> DeployService::connect()
{
    auto access = accessOf(m_request.target, {m_transport, m_clock, m_request.environment, m_request.localEndpoint});
    if (!access)
        return tl::unexpected(access.error());
    m_client = std::make_unique<deploy::AwsClient>(m_transport, m_clock, *access);
    const auto identity = deploy::callerIdentity(*m_client);
    if (!identity)
        return tl::unexpected(identity.error());
    m_identity = *identity;
    m_client->setAccount(identity->account);
    m_values = deploy::secretSource(*m_client, m_secrets);
    return {};
}

QString DeployService::targetKey() const
{
    return m_request.target.kind == LocalTarget ? LocalTarget : QString("aws:"_L1 + m_identity.account + u':' + access().region);
}

project::Placement DeployService::placement() const
{
    return project::placementOf(m_projectName, m_request.target.stage, m_identity.account, access().region);
}

Result<deploy::Specification> DeployService::specify(const Progress &progress, QList<PackageChange> &packageChanges, Findings &findings)
{
    project::LoadRequest request = m_request.project;
    request.placement = placement();
    const auto project = project::loadProject(request);
    if (!project)
        return tl::unexpected(project.error());
    for (const Finding &finding : project->findings) {
        // What matters to a run on this machine alone does not stand in the way.
        if (finding.severity != Severity::Note)
            findings << finding;
    }
    const schedule::Instant now{std::chrono::seconds(m_clock.epochMs() / 1000)};
    findings << cloud::scheduleFindings(*project, now) << cloud::sourceFindings(*project) << gateway::integrationFindings(*project);
    const project::Overrides settings = project::loadOverrides(project->folder, m_request.target.stage);
    deploy::SpecRequest spec{*project, m_projectName, *request.placement, {}, {}, settings.variables, access().local};
    const auto before = m_vault.live(targetKey(), m_request.target.stage);
    int done = 0;
    QHash<QString, deploy::PackageRef> packed; // Functions may share a folder.
    for (const project::Function &function : project->functions) {
        if (progress && !progress(Core::tr("Packing %1").arg(function.name), done, int(project->functions.size())))
            return failure(ErrorCode::Cancelled, Core::tr("The planning was stopped."));
        ++done;
        if (function.containerImage || function.codeFolder.isEmpty())
            continue;
        // Inline code is a file once it is needed.
        if (const auto config = cloud::functionConfig(*project, function); !config)
            return tl::unexpected(config.error());
        const QString key = QStringList{function.codeFolder, function.runtime, function.architecture, function.skipBuild ? u"as is"_s : QString()}.join(u'\n');
        if (const auto known = packed.constFind(key); known != packed.cend()) {
            spec.packages.insert(function.logicalId, *known);
            continue;
        }
        PackSteps steps;
        if (progress)
            steps.installing = [&](const QString &line) { return progress(Core::tr("Bringing the dependencies of %1: %2").arg(function.name, line), done, int(project->functions.size())); };
        const auto package = packFunction(function, steps);
        if (!package)
            return tl::unexpected(package.error());
        const deploy::PackageRef ref{QString::fromLatin1(package->sha256), QString::fromLatin1(package->codeSha256)};
        if (const auto kept = m_vault.keepPackage(ref.sha256, package->zip); !kept)
            return tl::unexpected(kept.error());
        for (Finding finding : package->findings) {
            // Here it may do without: the interpreter of this machine has packages of its own.
            if (finding.rule == "dependencies"_L1 && access().local)
                finding.severity = std::min(finding.severity, Severity::Warning);
            findings << finding;
        }
        const deploy::Resource *old = before ? before->spec.find(deploy::kinds::Function + u':' + function.logicalId) : nullptr;
        if (auto change = packageChange(m_vault, old, *package))
            packageChanges << *std::move(change);
        packed.insert(key, ref);
        spec.packages.insert(function.logicalId, ref);
    }
    for (const project::Function &function : project->functions) {
        for (const QString &folder : function.layerFolders) {
            if (spec.layers.contains(folder))
                continue;
            const auto layer = packLayer(folder, m_vault);
            if (!layer)
                return tl::unexpected(layer.error());
            spec.layers.insert(folder, *layer);
        }
    }
    auto specification = deploy::specificationOf(spec);
    for (deploy::Resource &resource : specification.spec.resources) {
        if (resource.kind == deploy::kinds::Function)
        {
            QJsonObject tags;
            if (const project::Function *function = project->function(resource.name))
                tags = function->properties.value("Tags"_L1).toObject();
            tags.insert(u"ephemera:project"_s, m_projectName);
            tags.insert(u"ephemera:stage"_s, m_request.target.stage);
            resource.properties.insert(u"Tags"_s, tags);
        }
    }
    findings << specification.findings;
    return specification;
}

Result<deploy::Plan> DeployService::plan(const deploy::ReleaseSpec &spec, const ReleaseWishes &wishes, const Progress &progress)
{
    // Whatever any release of the stage has made may still be there.
    std::optional<deploy::ReleaseSpec> before;
    const QList<deploy::Release> releases = m_vault.releases();
    for (const deploy::Release &release : releases) {
        if (release.target != targetKey() || release.spec.stage != m_request.target.stage)
            continue;
        if (!before) {
            before = release.spec;
            continue;
        }
        for (const deploy::Resource &resource : release.spec.resources) {
            const bool known = std::any_of(before->resources.cbegin(), before->resources.cend(), [&](const deploy::Resource &each) { return each.kind == resource.kind && each.name == resource.name; });
            if (!known)
                before->resources << resource;
        }
    }
    deploy::PlanRequest request{spec, before, m_values, wishes.canary, wishes.prune, {}};
    if (progress)
        request.progress = [&progress](int done, int all) { return progress(Core::tr("Looking at what is there"), done, all); };
    return deploy::planRelease(*m_client, request);
}

Result<PreparedRelease> DeployService::prepare(const ReleaseWishes &wishes, const Progress &progress)
{
    PreparedRelease release;
    const auto specification = specify(progress, release.packageChanges, release.findings);
    if (!specification)
        return tl::unexpected(specification.error());
    auto planned = plan(specification->spec, wishes, progress);
    if (!planned)
        return tl::unexpected(planned.error());
    release.plan = *std::move(planned);
    tellCosts(release);
    release.findings << release.plan.findings;
    release.id = m_vault.nextId(m_request.target.stage);
    release.after = liveId();
    return release;
}

QString DeployService::liveId() const
{
    const auto live = m_vault.live(targetKey(), m_request.target.stage);
    return live ? live->id : QString();
}

void DeployService::tellCosts(PreparedRelease &release) const
{
    const auto prices = cost::currentPriceBook();
    const auto before = m_vault.live(targetKey(), m_request.target.stage);
    if (prices)
        release.costChanges = costChanges(before ? &before->spec : nullptr, release.plan.spec, *prices, schedule::Instant(std::chrono::seconds(m_clock.epochMs() / 1000)));
}

Result<PreparedRelease> DeployService::prepareRollback(const QString &releaseId, const Progress &progress)
{
    const auto old = m_vault.release(releaseId);
    if (!old)
        return tl::unexpected(old.error());
    if (old->target != targetKey() || old->spec.stage != m_request.target.stage)
        return failure(ErrorCode::Usage, Core::tr("The release “%1” went to %2, stage %3.").arg(releaseId, old->target, old->spec.stage), Core::tr("Choose that target and stage."));
    for (const deploy::Resource &resource : old->spec.resources) {
        const QString package = resource.properties.value("Package"_L1).toString();
        if (package.isEmpty())
            continue;
        if (const auto kept = m_vault.package(package); !kept)
            return tl::unexpected(kept.error());
    }
    PreparedRelease release;
    auto planned = plan(old->spec, {}, progress);
    if (!planned)
        return tl::unexpected(planned.error());
    release.plan = *std::move(planned);
    release.findings = release.plan.findings;
    tellCosts(release);
    release.id = m_vault.nextId(m_request.target.stage);
    release.after = liveId();
    release.from = releaseId;
    return release;
}

deploy::Deployer::Outcome DeployService::run(deploy::Journal &journal, const deploy::DeployerOptions &options)
{
    deploy::Deployer deployer(*m_client, m_transport, m_clock, m_vault, m_values, options);
    deploy::Deployer::Outcome outcome = deployer.run(journal);
    if (outcome.ending != deploy::Deployer::Ending::Deployed)
        return outcome;
    const deploy::Journal::Head &head = journal.head();
    deploy::Release release{head.releaseId, head.target, QDateTime::fromMSecsSinceEpoch(m_clock.epochMs(), Qt::UTC), head.by, head.why, head.from, head.profile, head.endpoint, journal.plan().spec, outcome.outputs};
    // Another target of the stage may have taken the number meanwhile.
    if (const auto taken = m_vault.release(release.id); taken && taken->target != release.target)
        release.id = m_vault.nextId(head.stage);
    if (const auto kept = m_vault.keep(release); !kept) {
        outcome.ending = deploy::Deployer::Ending::Open;
        outcome.error = kept.error();
        return outcome;
    }
    journal.finish();
    return outcome;
}

Result<deploy::Deployer::Outcome> DeployService::apply(const PreparedRelease &release, const QString &why, const deploy::DeployerOptions &options)
{
    const deploy::Journal::Head head{release.id, targetKey(), m_request.target.stage, m_request.target.endpointUrl, m_request.target.profile, m_identity.arn, why, release.from, QDateTime::fromMSecsSinceEpoch(m_clock.epochMs(), Qt::UTC).toString(Qt::ISODate)};
    const auto journal = deploy::Journal::begin(m_vault.projectFolder(), head, release.plan);
    if (!journal)
        return tl::unexpected(journal.error());
    if (liveId() != release.after) {
        (*journal)->finish();
        return failure(ErrorCode::Conflict, Core::tr("Another release of the stage “%1” was made since this one was planned.").arg(m_request.target.stage), Core::tr("Plan again: what is there is not what the plan changes."));
    }
    return run(**journal, options);
}

Result<deploy::Deployer::Outcome> DeployService::resume(deploy::Journal::Direction direction, const deploy::DeployerOptions &options)
{
    const auto journal = deploy::Journal::open(m_vault.projectFolder(), targetKey(), m_request.target.stage);
    if (!journal)
        return tl::unexpected(journal.error());
    const QList<deploy::Step> &steps = (*journal)->plan().steps;
    const bool removing = std::any_of(steps.cbegin(), steps.cend(), [&](const deploy::Step &step) { return step.phase == deploy::Phase::Remove && (*journal)->state(step.id).begun; });
    if (direction == deploy::Journal::Direction::Back && removing)
        return failure(ErrorCode::Conflict, Core::tr("This deployment has begun to take away what is no longer wanted, and cannot be taken back."), Core::tr("Resume it, then roll back to the release before."));
    if ((*journal)->direction() != direction) {
        if (const auto turned = (*journal)->turn(direction); !turned)
            return tl::unexpected(turned.error());
    }
    return run(**journal, options);
}

Result<DeployService::LiveAnswer> DeployService::invokeLive(const QString &function, const QByteArray &event)
{
    const deploy::ApiCall call{u"lambda"_s, u"Invoke"_s, {{u"FunctionName"_s, function}, {u"Qualifier"_s, deploy::LiveAlias}, {u"Payload"_s, QString::fromLatin1(event.toBase64())}}};
    QElapsedTimer timer;
    timer.start();
    const deploy::ApiAnswer answer = m_client->call(call);
    if (!answer)
        return tl::unexpected(deploy::errorOf(call, answer.error()));
    return LiveAnswer{QByteArray::fromBase64(answer->value("Payload"_L1).toString().toLatin1()), answer->value("FunctionError"_L1).toString(), double(timer.nsecsElapsed()) / 1e6};
}

QList<std::pair<QString, QString>> addressesOf(const deploy::ReleaseSpec &spec, const QJsonObject &outputs)
{
    QList<std::pair<QString, QString>> all;
    for (const deploy::Resource &resource : spec.resources) {
        const QJsonObject out = outputs.value(resource.key()).toObject();
        QString address = out.value("ApiEndpoint"_L1).toString();
        if (resource.kind == deploy::kinds::Url)
            address = out.value("FunctionUrl"_L1).toString();
        const QString stage = resource.properties.value("Stage"_L1).toString();
        if (resource.kind == deploy::kinds::RestApi && out.contains("endpoint"_L1))
            address = out.value("endpoint"_L1).toString() + u'/' + stage;
        else if (resource.kind == deploy::kinds::RestApi && out.contains("id"_L1))
            address = u"https://%1.execute-api.%2.amazonaws.com/%3"_s.arg(out.value("id"_L1).toString(), spec.region, stage);
        else if (resource.kind == deploy::kinds::Api && !address.isEmpty() && stage != "$default"_L1)
            address += u'/' + stage;
        if (!address.isEmpty())
            all << std::pair(resource.title(), address);
    }
    return all;
}

namespace {

[[nodiscard]] QJsonArray findingsJson(const Findings &findings)
{
    QJsonArray list;
    for (const Finding &finding : findings)
        list.append(QJsonObject{{u"severity"_s, severityName(finding.severity)}, {u"rule"_s, finding.rule}, {u"message"_s, finding.message}, {u"hint"_s, finding.hint}, {u"file"_s, finding.file}, {u"line"_s, finding.line}});
    return list;
}

} // namespace

QJsonObject toJson(const PreparedRelease &release)
{
    QJsonObject json = release.plan.toJson();
    json.insert(u"id"_s, release.id);
    json.insert(u"findings"_s, findingsJson(release.findings));
    QJsonArray packageChanges;
    for (const PackageChange &change : release.packageChanges) {
        QJsonObject one = toJson(change.diff);
        one.insert(u"function"_s, change.function);
        one.insert(u"summary"_s, change.summary());
        packageChanges.append(one);
    }
    json.insert(u"packageChanges"_s, packageChanges);
    json.insert(u"costChanges"_s, QJsonArray::fromStringList(release.costChanges));
    if (!release.from.isEmpty())
        json.insert(u"from"_s, release.from);
    return json;
}

QJsonObject toJson(const deploy::Deployer::Outcome &outcome, const QString &releaseId)
{
    using Ending = deploy::Deployer::Ending;
    QJsonObject json{{u"release"_s, releaseId}, {u"ending"_s, outcome.ending == Ending::Deployed ? u"deployed"_s : outcome.ending == Ending::TakenBack ? u"takenBack"_s : u"open"_s}, {u"outputs"_s, outcome.outputs}};
    if (outcome.error)
        json.insert(u"error"_s, QJsonObject{{u"message"_s, outcome.error->message}, {u"hint"_s, outcome.error->hint}});
    return json;
}

QJsonObject summaryOf(const deploy::Release &release, bool live)
{
    QJsonObject functions;
    for (const deploy::Resource &resource : release.spec.resources) {
        if (resource.kind == deploy::kinds::Function)
            functions.insert(resource.name, QJsonObject{{u"version"_s, release.outputs.value(resource.key()).toObject().value("Version"_L1)}, {u"codeSha256"_s, resource.properties.value("CodeSha256"_L1)}});
    }
    return {{u"id"_s, release.id}, {u"target"_s, release.target}, {u"stage"_s, release.spec.stage}, {u"at"_s, release.at.toUTC().toString(Qt::ISODate)}, {u"by"_s, release.by}, {u"why"_s, release.why}, {u"from"_s, release.from}, {u"live"_s, live}, {u"functions"_s, functions}};
}

} // namespace eph::services
