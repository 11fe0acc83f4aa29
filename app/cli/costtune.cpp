// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/costoptions.h"
#include "app/cli/invokerunner.h"
#include "app/common/composition.h"
#include "core/services/memorytuning.h"
#include "core/services/templateservice.h"

#include <QCoreApplication>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

void printTuning(const services::TuningResult &result)
{
    QList<QStringList> rows{{u"MEMORY"_s, u"DURATION"_s, u"±"_s, u"INIT"_s, u"USED"_s, u"PER MILLION"_s, QString()}};
    for (int i = 0; i < result.points.size(); ++i) {
        const services::TuningPoint &point = result.points.at(i);
        const QString memory = u"%1 MB"_s.arg(point.memoryMiB);
        if (!point.failure.isEmpty())
            rows << QStringList{memory, u"failed"_s, {}, {}, {}, {}, point.failure};
        else
            rows << QStringList{memory, duration(point.meanMs), duration(point.marginMs), duration(point.initMs), u"%1 MB"_s.arg(point.maxMemoryMiB), point.perMillion.readable(), i == result.best ? u"recommended"_s : QString()};
    }
    printTable(rows);
    note(u"Measured on this machine, with the processor share that each size buys; the cloud's processors differ."_s);
}

int tune(const CostOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    const auto event = readEvent(text(options.event), chosen->project);
    if (!event)
        return fail(event.error());
    auto cloud = options.run.chosen();
    if (!cloud)
        return fail(cloud.error());
    cloud->prestart = false;
    const auto composition = app::Composition::create(*cloud, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    services::TuningRequest request{{chosen->project, chosen->function, *event, {}, QByteArray::fromStdString(options.tenantId)}};
    if (!options.sizes.empty())
        request.sizes = QList<int>(options.sizes.begin(), options.sizes.end());
    request.runs = options.runs;
    request.goal = options.goal == "cost" ? services::TuningGoal::Cost : options.goal == "speed" ? services::TuningGoal::Speed : services::TuningGoal::Balanced;
    services::MemoryTuning tuning((*composition)->invokes, (*composition)->cloud);
    return runLoop([&](const std::function<void(int)> &exit) {
        QObject::connect(&tuning, &services::MemoryTuning::failed, qApp, [exit](const Error &error) { exit(fail(error)); });
        QObject::connect(&tuning, &services::MemoryTuning::finished, qApp, [&, exit](const services::TuningResult &result) {
            if (options.json)
                printJson(services::toJson(result));
            else
                printTuning(result);
            if (result.best < 0)
                return exit(Failed);
            if (options.apply) {
                const int memory = result.points.at(result.best).memoryMiB;
                if (const auto changed = services::changeFunction(chosen->function, {{{u"MemorySize"_s}, QString::number(memory)}}); !changed)
                    return exit(fail(changed.error()));
                note(u"“%1” has %2 MB now."_s.arg(result.function).arg(memory));
            }
            exitWhenSettled((*composition)->cloud, exit, Fine);
        });
        if (const auto started = tuning.start(request); !started)
            exit(fail(started.error()));
    });
}

void addTuneOptions(CLI::App &command, CostOptions &options)
{
    options.function.addTo(command, FunctionOptions::Name::Required);
    command.add_option("--event,-e", options.event, "The event: a file, - for standard input, JSON, or a name in the events folder");
    command.add_option("--tenant-id", options.tenantId, "Whom a function with tenant isolation runs for")->type_name("ID");
    command.add_option("--sizes", options.sizes, "Memory sizes in MB; otherwise 128, 256, 512, 1024, 1769, 3008")->delimiter(',');
    command.add_option("--runs", options.runs, "Warm runs at each size")->capture_default_str();
    command.add_option("--goal", options.goal, "cost, speed or balanced")->capture_default_str()->check(CLI::IsMember({"cost", "speed", "balanced"}));
    command.add_flag("--apply", options.apply, "Write the recommended size into the template");
    options.run.addTo(command);
}

} // namespace

void addTuning(CLI::App &cost, Action &action)
{
    addCostCommand(cost, action, "tune", "Measures a function at several memory sizes and recommends one", tune, addTuneOptions);
}

} // namespace eph::cli
