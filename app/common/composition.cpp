// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/composition.h"

#include "core/logs/logarchive.h"
#include "core/project/privatefolder.h"
#include "core/sys/bubblewrap.h"
#include "core/cost/currentprices.h"

namespace eph::app {

Composition::Composition(services::CloudOptions options, cost::PriceBook prices, qint64 logBytes)
    : logs(logBytes)
    , meter(prices, clock)
    , cloud(launcher, clock, logs, interpreters, options)
    , invokes(cloud, interpreters, std::move(prices))
{
    meter.watch(cloud);
    QObject::connect(&meter, &services::CostMeter::failed, &meter, [this](const Error &error) { tell(error); });
}

void Composition::keepWith(const QString &projectFolder, const QString &region)
{
    keepLogs(projectFolder);
    meter.setProject(projectFolder, region);
}

void Composition::tell(const Error &error)
{
    logs.append({clock.epochMs(), logs::Source::Platform, {}, {}, {}, error.message.toUtf8()});
}

void Composition::keepLogs(const QString &projectFolder)
{
    if (projectFolder == m_logFolder)
        return;
    m_logFolder = projectFolder;
    logs.setNext(nullptr);
    if (projectFolder.isEmpty())
        return;
    project::privateFolder(projectFolder);
    logs::ArchiveOptions options;
    if (const auto rules = logs::Redaction::rulesOf(projectFolder))
        options.rules = *rules;
    else
        tell(rules.error());
    auto archive = logs::LogArchive::open(logs::LogArchive::folderIn(projectFolder), options);
    if (archive)
        return logs.setNext(*std::move(archive));
    tell(archive.error());
}

runtime::SandboxOptions Composition::sandbox()
{
    return {sys::findBubblewrap().value_or(QString())};
}

Result<std::unique_ptr<Composition>> Composition::create(services::CloudOptions options, qint64 logBytes)
{
    auto prices = cost::currentPriceBook();
    if (!prices)
        return tl::unexpected(prices.error());
    return std::make_unique<Composition>(options, *std::move(prices), logBytes);
}

} // namespace eph::app
