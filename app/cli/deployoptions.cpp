// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/deployoptions.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <thread>

namespace eph::cli {

using namespace Qt::StringLiterals;

void DeployOptions::addTo(CLI::App &command)
{
    project.addTo(command);
    command.add_option("--target", target, "local or aws; otherwise as samconfig.toml says for the stage, or local");
    command.add_option("--stage", stage, "Name of the stage")->capture_default_str();
    command.add_option("--profile", profile, "Of the shared configuration");
    command.add_option("--region", region, "Region");
    command.add_option("--endpoint-url", endpointUrl, "Address of all services, instead of the provider's own");
    command.add_flag("--json", json, "Print JSON");
}

services::DeployTarget DeployOptions::chosen() const
{
    return {QString::fromStdString(target), QString::fromStdString(stage), QString::fromStdString(profile), QString::fromStdString(region), QString::fromStdString(endpointUrl)};
}

Result<std::unique_ptr<OpenTarget>> OpenTarget::open(const DeployOptions &options)
{
    const auto project = options.project.open();
    if (!project)
        return tl::unexpected(project.error());
    std::unique_ptr<OpenTarget> target(new OpenTarget);
    services::DeployRequest request{*options.project.request(), options.chosen(), {}};
    const services::DeployTarget whole = services::completed(request.target, project->folder);
    if (whole.kind == "local"_L1 && whole.endpointUrl.isEmpty()) {
        // Its account is the project's, which a window or a server that runs shares: what is made here is seen there.
        services::CloudOptions cloud;
        cloud.prestart = false;
        auto composition = app::Composition::create(cloud, app::Composition::ProgramLogBytes);
        if (!composition)
            return tl::unexpected(composition.error());
        target->m_composition = *std::move(composition);
        cloud::LocalServer::Request serving;
        serving.project = request.project;
        serving.schedules = cloud::ScheduleRunner::Scope::None;
        serving.duty = cloud::LocalServer::Duty::Account;
        QFuture<Result<cloud::LocalServer::Ports>> opened = target->m_composition->cloud.serve(serving);
        opened.waitForFinished();
        const auto ports = opened.result();
        if (!ports)
            return tl::unexpected(ports.error());
        request.localEndpoint = QUrl(ports->endpointUrl());
        if (request.target.region.isEmpty())
            request.target.region = project->region;
    }
    auto service = services::DeployService::open(request, target->m_transport, target->m_clock, target->m_secrets);
    if (!service)
        return tl::unexpected(service.error());
    target->m_service = *std::move(service);
    return target;
}

int runCancellable(const std::function<int(const std::atomic<bool> &)> &work)
{
    std::atomic<bool> cancelled = false;
    int result = Failed;
    std::thread thread;
    const int code = runLoop([&](const std::function<void(int)> &exit) {
        thread = std::thread([&, exit] {
            result = work(cancelled);
            QMetaObject::invokeMethod(qApp, [exit, &result] { exit(result); }, Qt::QueuedConnection);
        });
    });
    cancelled = true;
    if (thread.joinable())
        thread.join();
    return code == Cancelled ? result : code;
}

} // namespace eph::cli
