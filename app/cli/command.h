// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output.h"
#include "core/project/loadproject.h"
#include "core/schedule/instant.h"
#include "core/services/localcloud.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace eph::cli {

/// What the chosen command does; filled while the command line is parsed, called afterwards.
using Action = std::function<int()>;

/// Options that every command about a project has.
struct ProjectOptions {
    std::string folder = ".";
    std::vector<std::string> parameters;

    void addTo(CLI::App &command);
    /// Opens the project; its findings are for the caller to show.
    [[nodiscard]] Result<project::Project> open() const;
    [[nodiscard]] Result<project::LoadRequest> request() const;
};

/// Options that every command about one function has.
struct FunctionOptions {
    enum class Name { Required, Optional };
    /// A project and the function that was asked for.
    struct Chosen {
        project::Project project;
        project::Function function;
    };

    ProjectOptions project;
    std::string function;

    void addTo(CLI::App &command, Name name);
    [[nodiscard]] Result<Chosen> open() const;
};

/// Options that every command which runs functions has.
struct RunOptions {
    bool noSandbox = false;
    bool noNetwork = false;
    bool cpuShare = false;

    void addTo(CLI::App &command);
    /// Unsupported where this machine cannot do what was asked for.
    [[nodiscard]] Result<services::CloudOptions> chosen() const;

private:
    [[nodiscard]] Result<runtime::SandboxOptions> sandbox() const;
};

void addInit(CLI::App &app, Action &action);
void addList(CLI::App &app, Action &action);
void addShow(CLI::App &app, Action &action);
void addInvoke(CLI::App &app, Action &action);
void addRoutes(CLI::App &app, Action &action);
void addConnect(CLI::App &app, Action &action);
void addSources(CLI::App &app, Action &action);
void addEvents(CLI::App &app, Action &action);
void addSchedule(CLI::App &app, Action &action);
void addServe(CLI::App &app, Action &action);
void addWatch(CLI::App &app, Action &action);
void addEnv(CLI::App &app, Action &action);
void addWarm(CLI::App &app, Action &action);
void addSet(CLI::App &app, Action &action);
void addCheck(CLI::App &app, Action &action);
void addDoctor(CLI::App &app, Action &action);
void addFidelity(CLI::App &app, Action &action);
void addLogs(CLI::App &app, Action &action);
void addCost(CLI::App &app, Action &action);
void addPackage(CLI::App &app, Action &action);
void addDeploy(CLI::App &app, Action &action);
void addRehearse(CLI::App &app, Action &action);
void addFind(CLI::App &app, Action &action);
void addHelp(CLI::App &app, Action &action);
void addCompletion(CLI::App &app, Action &action);

/// The second that it is.
[[nodiscard]] schedule::Instant now();

/// What `eph help` can tell of.
[[nodiscard]] QStringList helpTopics();

/// The whole command line, as the documentation sees it; or just what belongs to the word that stands first, where a command
/// is called so: most runs need one of forty.
void addCommands(CLI::App &app, Action &action, QByteArrayView first = {});

/// Exits once what the functions left for later has run, too; says what would be tried again.
void exitWhenSettled(services::LocalCloud &cloud, const std::function<void(int)> &exit, int code);

/// Runs the event loop until `work` has called its argument with an exit code; Ctrl+C and SIGTERM end it with 130.
[[nodiscard]] int runLoop(const std::function<void(std::function<void(int)>)> &work);

} // namespace eph::cli
