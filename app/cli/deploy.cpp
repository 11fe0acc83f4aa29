// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/deployoptions.h"
#include "app/cli/slownote.h"

#include "core/deploy/exports.h"

#include <QDir>
#include <QSaveFile>
#include <cstdio>
#include <unistd.h>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct ApplyOptions {
    DeployOptions target;
    std::string release;
    std::string why;
    bool prune = false;
    std::vector<int> canary;
    int canarySeconds = 300;
    double canaryErrors = 1;
    double canarySlowdown = deploy::Canary().mostSlowdown;
    bool yes = false;
    bool dryRun = false;
    bool resume = false;
    bool undo = false;
};

void tellIdentity(const services::DeployService &service)
{
    note(u"Account %1, region %2, as %3 (%4)"_s.arg(service.identity().account, service.access().region, service.identity().arn, service.access().source));
}

void printPlan(const services::PreparedRelease &release)
{
    for (const Finding &finding : release.findings)
        note(findingLine(finding));
    for (const services::PackageChange &change : release.packageChanges)
        note(u"Code of %1"_s.arg(change.summary()));
    if (release.plan.isEmpty()) {
        print(u"Nothing to do: the target is as the project wants it."_s);
    } else {
        int number = 0;
        for (const deploy::Step &step : release.plan.steps) {
            print(u"%1  %2  [%3 %4]"_s.arg(++number, 3).arg(step.summary, step.call.service, step.call.operation));
            for (const QString &detail : step.details)
                print(u"       "_s + detail);
        }
        for (const QString &line : release.costChanges)
            note(line);
        note(u"Permissions that this needs: %1"_s.arg(release.plan.permissions().join(", "_L1)));
    }
    for (const QString &key : release.plan.unused)
        note(u"No longer used, and left alone (--prune takes it away): %1"_s.arg(key));
}

[[nodiscard]] bool confirmed(const services::PreparedRelease &release)
{
    std::fprintf(stderr, "Make release %s with these %d steps? [y/N] ", qPrintable(release.id), int(release.plan.steps.size()));
    std::fflush(stderr);
    char answer[16] = {};
    return std::fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

void tellProgress(const deploy::DeployProgress &progress)
{
    using State = deploy::DeployProgress::State;
    const QString head = u"[%1/%2] %3"_s.arg(progress.number).arg(progress.all).arg(progress.summary);
    if (progress.state == State::Begun)
        note(head);
    else if (progress.state == State::Failed)
        note(u"%1: %2"_s.arg(head, progress.text));
}

/// Says how it ended, with the exit code for it.
[[nodiscard]] int ended(const deploy::Deployer::Outcome &outcome, const QString &releaseId, const deploy::ReleaseSpec &spec, bool json)
{
    using Ending = deploy::Deployer::Ending;
    if (json)
        printJson(services::toJson(outcome, releaseId));
    if (outcome.ending == Ending::Deployed) {
        if (!json) {
            print(u"Release %1 is live."_s.arg(releaseId));
            for (const auto &[title, address] : services::addressesOf(spec, outcome.outputs))
                print(title + u": "_s + address);
        }
        return Fine;
    }
    if (outcome.error && !json)
        (void)fail(*outcome.error);
    if (outcome.ending == Ending::TakenBack)
        note(u"Everything is as it was before."_s);
    else
        note(u"It is neither done nor taken back. Bring it to its end with “eph deploy --resume”, or back with “eph deploy --undo”."_s);
    return outcome.error && outcome.error->code == ErrorCode::Cancelled ? Cancelled : Provider;
}

[[nodiscard]] Result<services::PreparedRelease> prepared(services::DeployService &service, const ApplyOptions &options, const std::atomic<bool> &cancelled)
{
    SlowNote slow;
    const services::DeployService::Progress progress = [&](const QString &what, int, int) {
        // What comes after it changes all the time.
        slow.tell(what.section(": "_L1, 0, 0));
        return !cancelled;
    };
    return options.release.empty() ? service.prepare({options.prune, {QList<int>(options.canary.begin(), options.canary.end()), options.canarySeconds, options.canaryErrors / 100, options.canarySlowdown}}, progress) : service.prepareRollback(QString::fromStdString(options.release), progress);
}

int apply(const ApplyOptions &options)
{
    const auto target = OpenTarget::open(options.target);
    if (!target)
        return fail(target.error());
    services::DeployService &service = (*target)->service();
    return runCancellable([&](const std::atomic<bool> &cancelled) -> int {
        const bool json = options.target.json;
        if (!json)
            tellIdentity(service);
        deploy::DeployerOptions running;
        running.cancelled = &cancelled;
        if (!json)
            running.progress = tellProgress;
        if (options.resume || options.undo) {
            const auto heads = deploy::Journal::openIn(service.vault().projectFolder());
            const auto outcome = service.resume(options.undo ? deploy::Journal::Direction::Back : deploy::Journal::Direction::Forward, running);
            if (!outcome)
                return fail(outcome.error());
            const auto own = std::find_if(heads.cbegin(), heads.cend(), [&](const deploy::Journal::Head &head) { return head.target == service.targetKey() && head.stage == QString::fromStdString(options.target.stage); });
            const QString id = own == heads.cend() ? QString() : own->releaseId;
            const auto release = service.vault().release(id);
            const int code = ended(*outcome, id, release ? release->spec : deploy::ReleaseSpec(), json);
            return options.undo && outcome->ending == deploy::Deployer::Ending::TakenBack && !outcome->error ? int(Fine) : code;
        }
        const auto release = prepared(service, options, cancelled);
        if (!release)
            return fail(release.error());
        if (options.dryRun && json)
            printJson(services::toJson(*release));
        else if (!json)
            printPlan(*release);
        if (release->isBlocked()) {
            note(u"The errors above stand in the way."_s);
            return HasFindings;
        }
        if (options.dryRun)
            return Fine;
        if (release->plan.isEmpty()) {
            if (json)
                printJson(QJsonObject{{u"ending"_s, u"unchanged"_s}});
            return Fine;
        }
        if (!options.yes && (json || ::isatty(STDIN_FILENO) == 0))
            return fail({ErrorCode::NeedsConfirmation, u"Nothing was done: nobody said yes."_s, u"Add --yes to make the release."_s, {}});
        if (!options.yes && !confirmed(*release))
            return Cancelled;
        const auto outcome = service.apply(*release, QString::fromStdString(options.why), running);
        if (!outcome)
            return fail(outcome.error());
        return ended(*outcome, release->id, release->plan.spec, json);
    });
}

int releases(const DeployOptions &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    const deploy::Vault vault(project->folder);
    QStringList unreadable;
    const QList<deploy::Release> all = vault.releases(&unreadable);
    for (const QString &file : unreadable)
        note(u"%1 cannot be read and is left out."_s.arg(file));
    QSet<QString> seen;
    QJsonArray json;
    QList<QStringList> rows{{u"RELEASE"_s, u"LIVE"_s, u"TARGET"_s, u"AT"_s, u"FUNCTIONS"_s, u"WHY"_s}};
    for (const deploy::Release &release : all) {
        const QString place = release.target + u'/' + release.spec.stage;
        const bool live = !seen.contains(place);
        seen.insert(place);
        const QJsonObject summary = services::summaryOf(release, live);
        json.append(summary);
        QStringList functions;
        const QJsonObject versions = summary.value("functions"_L1).toObject();
        for (auto it = versions.begin(); it != versions.end(); ++it)
            functions << it.key() + u':' + it->toObject().value("version"_L1).toString();
        rows << QStringList{release.id, live ? u"live"_s : QString(), release.target, release.at.toUTC().toString(Qt::ISODate), functions.join(u' '), release.from.isEmpty() ? release.why : u"back to %1"_s.arg(release.from)};
    }
    if (options.json)
        printJson(json);
    else
        printTable(rows);
    for (const deploy::Journal::Head &head : deploy::Journal::openIn(project->folder))
        note(u"The deployment of %1 to %2, stage %3, was cut off: “eph deploy --stage %3 --resume” or “--undo”."_s.arg(head.releaseId, head.target, head.stage));
    return Fine;
}

int setSecret(const std::string &action, const std::string &name)
{
    sys::SecretStore store;
    const QString key = QString::fromStdString(name);
    if (action == "delete") {
        const auto removed = store.remove(key);
        return removed ? int(Fine) : fail(removed.error());
    }
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return fail({ErrorCode::Io, u"Standard input cannot be read."_s, {}, {}});
    QString value = QString::fromUtf8(input.readAll());
    while (value.endsWith(u'\n'))
        value.chop(1);
    if (value.isEmpty())
        return fail({ErrorCode::Usage, u"The secret is empty."_s, u"Give its value on standard input."_s, {}});
    const auto written = store.write(key, value);
    return written ? int(Fine) : fail(written.error());
}

int exportProject(const DeployOptions &options, const std::string &format, const std::string &output)
{
    const auto target = OpenTarget::open(options);
    if (!target)
        return fail(target.error());
    services::DeployService &service = (*target)->service();
    const auto release = service.prepare();
    if (!release)
        return fail(release.error());
    for (const Finding &finding : release->findings)
        note(findingLine(finding));
    const auto exported = deploy::exportRelease({QString::fromStdString(format), release->plan, service.vault()});
    if (!exported)
        return fail(exported.error());
    if (output.empty()) {
        for (const auto &[name, bytes] : exported->files) {
            if (name == exported->main)
                print(bytes);
        }
        return Fine;
    }
    const QString folder = QString::fromStdString(output);
    for (const auto &[name, bytes] : exported->files) {
        const QString path = folder + u'/' + name;
        QDir().mkpath(QFileInfo(path).path());
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
            return fail({ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, file.errorString()), {}, {}});
        if (name.endsWith(".sh"_L1))
            QFile::setPermissions(path, QFile::permissions(path) | QFile::ExeOwner | QFile::ExeUser);
        note(path);
    }
    return Fine;
}

/// Of plan and deploy.
void addPlanOptions(CLI::App &command, ApplyOptions &options)
{
    options.target.addTo(command);
    command.add_flag("--prune", options.prune, "Take away what is no longer used, too");
    command.add_option("--canary", options.canary, "Percents of the requests that go to what is new before all do, such as 10 or 10,25,50")->delimiter(',')->check(CLI::Range(1, 99));
    command.add_option("--canary-seconds", options.canarySeconds, "How long each of them is watched")->capture_default_str()->check(CLI::Range(1, 86'400));
    command.add_option("--canary-errors", options.canaryErrors, "Percent of the invocations that may fail; more take everything back")->capture_default_str()->check(CLI::Range(0.0, 100.0));
    command.add_option("--canary-slowdown", options.canarySlowdown, "How many times as long the new versions may take, by the 95th percentile, before everything is taken back; 0: any")->capture_default_str()->check(CLI::Range(0.0, 1000.0));
}

} // namespace

void addDeploy(CLI::App &app, Action &action)
{
    auto planning = std::make_shared<ApplyOptions>();
    planning->dryRun = true;
    CLI::App *command = app.add_subcommand("plan", "Says what a deployment would do, call by call, and touches nothing");
    addPlanOptions(*command, *planning);
    command->footer("Exit code 3 means that something stands in the way.\n\nExamples:\n  eph plan\n  eph plan --target aws --stage prod --profile work --json");
    command->callback([planning, &action] { action = [planning] { return apply(*planning); }; });

    auto deploying = std::make_shared<ApplyOptions>();
    command = app.add_subcommand("deploy", "Makes a release of the project: all functions, schedules and permissions together, or nothing");
    addPlanOptions(*command, *deploying);
    command->add_option("--why", deploying->why, "What to remember it by");
    command->add_flag("--yes", deploying->yes, "Do not ask");
    command->add_flag("--dry-run", deploying->dryRun, "As eph plan");
    auto *resume = command->add_flag("--resume", deploying->resume, "Bring one that was cut off to its end");
    command->add_flag("--undo", deploying->undo, "Take one that was cut off back")->excludes(resume);
    command->footer("Everything that a release makes is called PROJECT-STAGE-NAME. Functions are switched by their alias “live”, all together; when a step fails, everything\nis taken back. Ctrl+C does the same. Exit code 5: it did not go through, and the last line says whether it was taken back.\n\n"
                    "Examples:\n  eph deploy\n  eph deploy --target aws --stage prod --region eu-central-1 --why \"new prices\" --yes\n  eph deploy --stage prod --canary 10,50 --canary-seconds 600 --yes\n  eph deploy --resume");
    command->callback([deploying, &action] { action = [deploying] { return apply(*deploying); }; });

    auto back = std::make_shared<ApplyOptions>();
    command = app.add_subcommand("rollback", "Brings a release back, from what is kept on this machine");
    command->add_option("release", back->release, "Its name, such as dev-3")->required();
    back->target.addTo(*command);
    command->add_option("--why", back->why, "What to remember it by");
    command->add_flag("--yes", back->yes, "Do not ask");
    command->add_flag("--dry-run", back->dryRun, "Only print the plan");
    command->footer("It is a release of its own: rolling back can be rolled back.\n\nExamples:\n  eph rollback dev-3 --yes");
    command->callback([back, &action] {
        action = [back] {
            // The stage is in the name, unless somebody said another one.
            ApplyOptions options = *back;
            const std::string stage = options.release.substr(0, options.release.rfind('-'));
            if (options.target.stage == "dev")
                options.target.stage = stage;
            return apply(options);
        };
    });

    auto listing = std::make_shared<DeployOptions>();
    command = app.add_subcommand("releases", "Lists the releases that are kept, newest first");
    listing->project.addTo(*command);
    command->add_flag("--json", listing->json, "Print JSON");
    command->footer("Examples:\n  eph releases --json");
    command->callback([listing, &action] { action = [listing] { return releases(*listing); }; });

    struct ExportOptions {
        DeployOptions target;
        std::string format;
        std::string output;
    };
    auto exporting = std::make_shared<ExportOptions>();
    command = app.add_subcommand("export", "Writes the release down for another tool");
    exporting->target.addTo(*command);
    command->add_option("--format", exporting->format, "sam, serverless or awscli")->required()->check(CLI::IsMember({"sam", "serverless", "awscli"}));
    command->add_option("--output,-o", exporting->output, "A folder; without it the main file is printed");
    command->footer("awscli is a shell script that makes the same calls as eph deploy, with the packages beside it.\n\nExamples:\n  eph export --format awscli --stage prod --output build/prod\n  eph export --format sam");
    command->callback([exporting, &action] { action = [exporting] { return exportProject(exporting->target, exporting->format, exporting->output); }; });

    struct SecretOptions {
        std::string action;
        std::string name;
    };
    auto secret = std::make_shared<SecretOptions>();
    command = app.add_subcommand("secret", "Puts a secret into the keychain, for variables that refer to it as {{secret:NAME}}");
    command->add_option("action", secret->action, "set or delete")->required()->check(CLI::IsMember({"set", "delete"}));
    command->add_option("name", secret->name, "Its name")->required();
    command->footer("The value comes from standard input. Where there is no keychain, EPHEMERA_SECRET_NAME of the environment takes its place.\n\nExamples:\n  printf %s \"$KEY\" | eph secret set stripe-key");
    command->callback([secret, &action] { action = [secret] { return setSecret(secret->action, secret->name); }; });
}

} // namespace eph::cli
