// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commandline.h"

#include "app/cli/command.h"
#include "app/common/composition.h"
#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/sys/bubblewrap.h"

#include <QCoreApplication>
#include <QSocketNotifier>
#include <algorithm>
#include <array>
#include <csignal>
#include <sys/eventfd.h>
#include <unistd.h>

namespace eph::cli {

using namespace Qt::StringLiterals;

void ProjectOptions::addTo(CLI::App &command)
{
    command.add_option("--project,-p", folder, "Folder of the project, or its template file")->type_name("DIR")->capture_default_str();
    command.add_option("--parameter,-P", parameters, "Value of a template parameter; may be repeated")->type_name("NAME=VALUE");
}

namespace {

/// A misspelt parameter would leave the default in force, and a value that is not allowed whatever comes of it.
[[nodiscard]] Result<project::Project> checked(project::Project project, const project::LoadRequest &asked)
{
    const bool isRead = std::none_of(project.findings.cbegin(), project.findings.cend(), [](const Finding &finding) { return finding.rule == "syntax"_L1; });
    for (auto it = asked.parameters.cbegin(); isRead && it != asked.parameters.cend(); ++it) {
        if (!project.parameters.contains(it.key())) {
            const QString meant = closestName(it.key(), project.parameters.keys());
            return failure(ErrorCode::Usage, Core::tr("The template declares no parameter “%1”.").arg(it.key()), meant.isEmpty() ? Core::tr("Parameters stand under Parameters in the template.") : Core::tr("Did you mean “%1”?").arg(meant));
        }
        const auto wrong = std::find_if(project.findings.cbegin(), project.findings.cend(), [&](const Finding &finding) { return finding.rule == "value-not-allowed"_L1 && finding.key == "Parameters."_L1 + it.key(); });
        if (wrong != project.findings.cend())
            return failure(ErrorCode::Usage, wrong->message, wrong->hint);
    }
    return project;
}

} // namespace

Result<project::LoadRequest> ProjectOptions::request() const
{
    project::LoadRequest request{QString::fromLocal8Bit(folder.c_str()), {}, {}};
    for (const std::string &parameter : parameters) {
        const QString text = QString::fromLocal8Bit(parameter.c_str());
        const qsizetype equals = text.indexOf(u'=');
        if (equals < 1)
            return failure(ErrorCode::Usage, Core::tr("“%1” is no parameter.").arg(text), Core::tr("Write it as NAME=VALUE."));
        request.parameters.insert(text.left(equals), text.mid(equals + 1));
    }
    return request;
}

Result<project::Project> ProjectOptions::open() const
{
    return request().and_then([](const project::LoadRequest &asked) { return project::loadProject(asked).and_then([&asked](project::Project project) { return checked(std::move(project), asked); }); });
}

void FunctionOptions::addTo(CLI::App &command, Name name)
{
    const bool required = name == Name::Required;
    command.add_option("function", function, required ? "Name or logical id" : "Name or logical id; may be left out when there is only one")->required(required);
    project.addTo(command);
}

Result<FunctionOptions::Chosen> FunctionOptions::open() const
{
    auto opened = project.open();
    if (!opened)
        return tl::unexpected(opened.error());
    const auto chosen = opened->chosenFunction(QString::fromLocal8Bit(function.c_str()));
    if (!chosen)
        return tl::unexpected(chosen.error());
    project::Function copy = **chosen;
    return Chosen{*std::move(opened), std::move(copy)};
}

void RunOptions::addTo(CLI::App &command)
{
    CLI::Option *without = command.add_flag("--no-sandbox", noSandbox, "Run functions without namespaces of their own");
    command.add_flag("--no-network", noNetwork, "Functions on Node.js and Python reach nothing but the platform")->excludes(without);
    command.add_flag("--cpu-share", cpuShare, "Hold functions to the processor time that their memory buys");
}

Result<services::CloudOptions> RunOptions::chosen() const
{
    return sandbox().map([this](const runtime::SandboxOptions &sandbox) {
        services::CloudOptions options;
        options.sandbox = sandbox;
        options.sharesProcessor = cpuShare;
        return options;
    });
}

Result<runtime::SandboxOptions> RunOptions::sandbox() const
{
    if (noSandbox)
        return runtime::SandboxOptions{};
    if (!noNetwork)
        return app::Composition::sandbox();
    const auto bubblewrap = sys::findBubblewrap();
    if (!bubblewrap)
        return failure(ErrorCode::Unsupported, Core::tr("Functions cannot be kept from the network: %1").arg(bubblewrap.error().message), bubblewrap.error().hint);
    return runtime::SandboxOptions{*bubblewrap, false};
}

namespace {

struct CommandGroup {
    QByteArrayView names; ///< What stands first on the command line.
    void (*add)(CLI::App &, Action &);
};

constexpr std::array Groups{
    CommandGroup{"init", addInit},
    CommandGroup{"list", addList},
    CommandGroup{"show", addShow},
    CommandGroup{"invoke", addInvoke},
    CommandGroup{"serve", addServe},
    CommandGroup{"events", addEvents},
    CommandGroup{"routes", addRoutes},
    CommandGroup{"connect", addConnect},
    CommandGroup{"sources", addSources},
    CommandGroup{"schedule", addSchedule},
    CommandGroup{"watch", addWatch},
    CommandGroup{"env", addEnv},
    CommandGroup{"set", addSet},
    CommandGroup{"warm", addWarm},
    CommandGroup{"check", addCheck},
    CommandGroup{"doctor", addDoctor},
    CommandGroup{"fidelity", addFidelity},
    CommandGroup{"logs", addLogs},
    CommandGroup{"cost", addCost},
    CommandGroup{"package diff", addPackage},
    CommandGroup{"plan deploy rollback releases export secret", addDeploy},
    CommandGroup{"rehearse", addRehearse},
    CommandGroup{"find", addFind},
    CommandGroup{"help", addHelp},
    CommandGroup{"completion", addCompletion},
};

bool has(const CommandGroup &group, QByteArrayView name)
{
    return QByteArray(' ' + group.names.toByteArray() + ' ').contains(QByteArray(' ' + name.toByteArray() + ' '));
}

} // namespace

void addCommands(CLI::App &app, Action &action, QByteArrayView first)
{
    app.require_subcommand(0, 1);
    app.set_version_flag("--version", "eph " EPHEMERA_VERSION);
    app.footer("Each command explains itself with examples: eph COMMAND --help\nKeys of the JSON output: eph help json");
    const auto *asked = std::find_if(Groups.begin(), Groups.end(), [first](const CommandGroup &group) { return has(group, first); });
    if (asked != Groups.end())
        return asked->add(app, action);
    for (const CommandGroup &group : Groups)
        group.add(app, action);
}

schedule::Instant now()
{
    return schedule::nowOf(sys::SystemClock());
}

int run(int argc, char **argv)
{
    CLI::App app("Runs serverless functions on this machine as the cloud would run them.", "eph");
    Action action;
    addCommands(app, action, argc > 1 ? argv[1] : "");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? Fine : Usage;
    }
    if (!action) {
        print(QByteArray::fromStdString(app.help()));
        return Usage;
    }
    const int code = action();
    return code == Fine && !printedEverything() ? Failed : code;
}

namespace {

int interruptions = -1;

/// Any thread may be the one that gets the signal; the loop hears of it through the descriptor.
void interrupted(int)
{
    const quint64 one = 1;
    [[maybe_unused]] const ssize_t written = ::write(interruptions, &one, sizeof one);
}

} // namespace

int runLoop(const std::function<void(std::function<void(int)>)> &work)
{
    interruptions = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    QSocketNotifier notifier(interruptions, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, [] { QCoreApplication::exit(Cancelled); });
    struct sigaction action{};
    action.sa_handler = interrupted;
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGINT, SIGTERM})
        ::sigaction(signal, &action, nullptr);
    // An exit that is asked for before the loop runs would be lost.
    QMetaObject::invokeMethod(qApp, [&work] { work([](int code) { QCoreApplication::exit(code); }); }, Qt::QueuedConnection);
    return QCoreApplication::exec();
}

void exitWhenSettled(services::LocalCloud &cloud, const std::function<void(int)> &exit, int code)
{
    cloud.settled().then(qApp, [exit, code](services::LocalCloud::Waiting waiting) {
        if (waiting.events > 0 && waiting.kept)
            note(u"Asynchronous events that failed and would be tried again: %1. They are kept: eph serve goes on with them"_s.arg(waiting.events));
        else if (waiting.events > 0)
            note(u"Asynchronous events that failed and would be tried again: %1. They are lost: nothing can be kept in the project's folder"_s.arg(waiting.events));
        exit(code);
    });
}

} // namespace eph::cli
