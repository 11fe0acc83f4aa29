// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/services/doctor.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

int doctor(bool json)
{
    const QList<services::Check> checks = services::examineMachine(sys::Interpreters());
    QJsonArray array;
    QList<QStringList> rows;
    bool missing = false;
    for (const services::Check &check : checks) {
        missing = missing || check.state == services::Check::State::Missing;
        const QString state = services::stateName(check.state);
        array.append(QJsonObject{{u"name"_s, check.name}, {u"state"_s, state}, {u"detail"_s, check.detail}, {u"hint"_s, check.hint}});
        rows << QStringList{state, check.name, check.detail};
        if (!check.hint.isEmpty())
            rows << QStringList{QString(), QString(), check.hint};
    }
    if (json)
        printJson(array);
    else
        printTable(rows);
    return missing ? HasFindings : Fine;
}

} // namespace

void addDoctor(CLI::App &app, Action &action)
{
    auto json = std::make_shared<bool>(false);
    CLI::App *command = app.add_subcommand("doctor", "Tells what is installed, what is missing and what works less well");
    command->add_flag("--json", *json, "Print JSON");
    command->footer("Exit code 3 means that something is missing.\n\nExamples:\n  eph doctor\n  eph doctor --json");
    command->callback([json, &action] { action = [json] { return doctor(*json); }; });
}

} // namespace eph::cli
