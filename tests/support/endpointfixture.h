// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logarchive.h"
#include "core/logs/logstore.h"
#include "core/services/localcloud.h"
#include "core/sys/posixprocess.h"
#include "tests/support/testproject.h"

#include <QTest>

namespace eph::test {

/// A local cloud that serves a project on a port of its own, with short waits between asynchronous tries.
struct EndpointFixture {
    explicit EndpointFixture(const TestProject &project, services::CloudOptions options = {}, std::chrono::milliseconds settle = std::chrono::milliseconds(cloud::DeployedFunctions::SettleMs),
                             const sys::Clock &time = systemClock())
        : clock(time)
        , cloud(launcher, clock, logs, sys::Interpreters(), options)
    {
        if (auto archive = logs::LogArchive::open(logs::LogArchive::folderIn(project.path())))
            logs.setNext(*std::move(archive));
        cloud::LocalServer::Request request{{project.path(), {}, {}}, 0, 0, {}};
        request.settle = settle;
        request.asyncDelays = {std::chrono::milliseconds(20), std::chrono::milliseconds(40), std::chrono::milliseconds(10), std::chrono::milliseconds(50)};
        QFuture<Result<cloud::LocalServer::Ports>> opened = cloud.serve(request);
        (void)QTest::qWaitFor([&] { return opened.isFinished(); }, 5000);
        port = opened.result().value().endpoint;
        gatewayPort = opened.result().value().gateway;
    }

    static const sys::Clock &systemClock()
    {
        static const sys::SystemClock clock;
        return clock;
    }

    sys::PosixProcessLauncher launcher;
    const sys::Clock &clock;
    logs::LogStore logs;
    services::LocalCloud cloud;
    quint16 port = 0;
    quint16 gatewayPort = 0;
};

} // namespace eph::test
