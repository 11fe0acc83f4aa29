// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logstore.h"
#include "core/services/invokeservice.h"
#include "core/services/localcloud.h"
#include "core/sys/clock.h"
#include "core/sys/posixprocess.h"

namespace eph::app {

/// The composition root: everything real, built once, handed on by reference.
class Composition
{
public:
    /// Fails when the installation is broken.
    [[nodiscard]] static Result<std::unique_ptr<Composition>> create(services::CloudOptions options);

    sys::SystemClock clock;
    sys::PosixProcessLauncher launcher;
    sys::Interpreters interpreters;
    logs::LogStore logs;
    services::LocalCloud cloud;
    services::InvokeService invokes;

    Composition(services::CloudOptions options, cost::PriceBook prices);

    /// A sandbox as far as this machine has one.
    [[nodiscard]] static runtime::SandboxOptions sandbox();
};

} // namespace eph::app
