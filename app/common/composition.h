// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logstore.h"
#include "core/services/costmeter.h"
#include "core/services/invokeservice.h"
#include "core/services/localcloud.h"
#include "core/sys/clock.h"
#include "core/sys/posixprocess.h"

namespace eph::app {

/// The composition root: everything real, built once, handed on by reference.
class Composition
{
public:
    static constexpr qint64 WindowLogBytes = 64LL * 1024 * 1024;
    static constexpr qint64 ProgramLogBytes = 8LL * 1024 * 1024; ///< Of a program that prints its log as it comes.
    /// Fails when the installation is broken.
    [[nodiscard]] static Result<std::unique_ptr<Composition>> create(services::CloudOptions options, qint64 logBytes = WindowLogBytes);

    sys::SystemClock clock;
    sys::PosixProcessLauncher launcher;
    sys::Interpreters interpreters;
    logs::LogStore logs;
    services::CostMeter meter; ///< Outlives the cloud: what ends with it is metered, too.
    services::LocalCloud cloud;
    services::InvokeService invokes;

    /// Keeps what is logged and used from now on with that project; without a folder nothing is kept. What cannot be kept is told in
    /// the log. The region decides the prices.
    void keepWith(const QString &projectFolder, const QString &region);

    Composition(services::CloudOptions options, cost::PriceBook prices, qint64 logBytes);

    /// A sandbox as far as this machine has one.
    [[nodiscard]] static runtime::SandboxOptions sandbox();

private:
    void keepLogs(const QString &projectFolder);
    void tell(const Error &error);

    QString m_logFolder;
};

} // namespace eph::app
