// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/deployservice.h"
#include "tests/support/deployproject.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/faultytransport.h"

namespace eph::test {

/// The one that writeEverything() refers to.
struct KnownSecret : sys::SecretStore {
    Result<QString> read(const QString &name) override
    {
        if (name == "planted-key")
            return value;
        return failure(ErrorCode::NotFound, "There is no secret “" + name + "”.");
    }
    QString value = "s3cr3t-plänted-0123456789";
};

/// A local cloud that serves a project, a network on which any call may go wrong, and the service between them.
struct DeployBench {
    explicit DeployBench(const TestProject &project)
        : endpoint(project, quiet(), std::chrono::milliseconds(5))
    {
        services::DeployRequest request{{project.path(), {}, {}}, {"local", "dev", {}, "us-east-1", {}}, QUrl(QStringLiteral("http://127.0.0.1:%1").arg(endpoint.port))};
        auto opened = services::DeployService::open(request, network, endpoint.clock, secrets);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        service = *std::move(opened);
    }
    /// Nothing is run here; changes are through at once.
    static services::CloudOptions quiet()
    {
        services::CloudOptions options;
        options.prestart = false;
        return options;
    }
    deploy::Deployer::Outcome deploy()
    {
        const auto release = service->prepare();
        if (!release)
            qFatal("%s", qPrintable(release.error().message));
        return apply(*release);
    }
    deploy::Deployer::Outcome apply(const services::PreparedRelease &release)
    {
        const auto outcome = service->apply(release, {}, options());
        if (!outcome)
            qFatal("%s", qPrintable(outcome.error().message));
        return *outcome;
    }
    deploy::DeployerOptions options() const
    {
        deploy::DeployerOptions options;
        options.patience = std::chrono::milliseconds(1500);
        options.firstWait = std::chrono::milliseconds(5);
        options.cancelled = &cancelled;
        return options;
    }

    EndpointFixture endpoint;
    FaultyTransport network;
    KnownSecret secrets;
    std::atomic<bool> cancelled = false;
    std::unique_ptr<services::DeployService> service;
};


/// What is in one state of an account and not in another, both ways; secrets are cut off.
inline QString difference(QStringList actual, QStringList wanted)
{
    const QStringList both = actual;
    for (const QString &line : both) {
        if (wanted.removeOne(line))
            actual.removeOne(line);
    }
    for (QStringList *lines : {&actual, &wanted}) {
        for (QString &line : *lines)
            line.truncate(160);
    }
    return "unwanted:\n" + actual.join('\n') + "\nmissing:\n" + wanted.join('\n');
}

} // namespace eph::test
