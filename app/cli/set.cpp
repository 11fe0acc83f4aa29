// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/services/templateservice.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct SetOptions {
    FunctionOptions function;
    std::vector<std::string> assignments;
};

int set(const SetOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    const auto &[project, function] = *chosen;
    QList<services::PropertyChange> changes;
    for (const std::string &assignment : options.assignments) {
        const QString text = QString::fromLocal8Bit(assignment.c_str());
        const qsizetype equals = text.indexOf(u'=');
        if (equals < 1)
            return fail({ErrorCode::Usage, u"“%1” is no assignment."_s.arg(text), u"Write it as NAME=VALUE, such as MemorySize=256."_s, {}});
        changes << services::PropertyChange{text.left(equals).split(u'.'), text.mid(equals + 1)};
    }
    if (const auto changed = services::changeFunction(function, changes); !changed)
        return fail(changed.error());
    return Fine;
}

} // namespace

void addSet(CLI::App &app, Action &action)
{
    auto options = std::make_shared<SetOptions>();
    CLI::App *command = app.add_subcommand("set", "Changes properties of a function in the template, in place");
    options->function.addTo(*command, FunctionOptions::Name::Required);
    command->add_option("assignments", options->assignments, "NAME=VALUE, names as in the template, joined by dots")->required();
    command->footer("Nothing else in the file changes: comments, order, quotes and line ends stay.\n\nExamples:\n  eph set purchase MemorySize=256 Timeout=10\n  eph set purchase Environment.Variables.TABLE=orders");
    command->callback([options, &action] { action = [options] { return set(*options); }; });
}

} // namespace eph::cli
