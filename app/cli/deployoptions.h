// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "app/common/composition.h"
#include "core/services/deployservice.h"

#include <atomic>

namespace eph::cli {

/// Options that every command about a target has.
struct DeployOptions {
    ProjectOptions project;
    std::string target;
    std::string stage = "dev";
    std::string profile;
    std::string region;
    std::string endpointUrl;
    bool json = false;

    void addTo(CLI::App &command);
    [[nodiscard]] services::DeployTarget chosen() const;
};

/// A target that is open, with the local cloud behind it where that is the target.
class OpenTarget
{
public:
    [[nodiscard]] static Result<std::unique_ptr<OpenTarget>> open(const DeployOptions &options);

    [[nodiscard]] services::DeployService &service() { return *m_service; }

private:
    OpenTarget() = default;

    std::unique_ptr<app::Composition> m_composition; ///< Of the local cloud.
    http::NetworkTransport m_transport;
    sys::SystemClock m_clock;
    sys::SecretStore m_secrets;
    std::unique_ptr<services::DeployService> m_service;
};

/// Runs work on a thread of its own; Ctrl+C and SIGTERM set `cancelled`, and the work comes to its own end.
[[nodiscard]] int runCancellable(const std::function<int(const std::atomic<bool> &cancelled)> &work);

} // namespace eph::cli
