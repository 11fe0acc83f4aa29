// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/services/templateservice.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct WarmOptions {
    FunctionOptions function;
    int minutes = 5;
    bool off = false;
};

int warm(const WarmOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    if (const auto changed = services::setWarmUp(chosen->function, options.off ? 0 : options.minutes); !changed)
        return fail(changed.error());
    return Fine;
}

} // namespace

void addWarm(CLI::App &app, Action &action)
{
    auto options = std::make_shared<WarmOptions>();
    CLI::App *command = app.add_subcommand("warm", "Keeps a function warm by a schedule in the template");
    options->function.addTo(*command, FunctionOptions::Name::Required);
    CLI::Option *every = command->add_option("--every", options->minutes, "Minutes between two calls")->type_name("MINUTES")->capture_default_str()->check(CLI::Range(1, 1440));
    command->add_flag("--off", options->off, "Take the schedule away")->excludes(every);
    command->footer("The schedule sends {\"warmUp\":true}; have the handler return at once for it. `eph serve` sends it, too.\n\nExamples:\n  eph warm purchase --every 5\n  eph warm purchase --off");
    command->callback([options, &action] { action = [options] { return warm(*options); }; });
}

} // namespace eph::cli
