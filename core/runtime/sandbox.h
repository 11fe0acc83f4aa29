// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/functionconfig.h"
#include "core/runtime/launchplan.h"
#include "core/sys/process.h"

namespace eph::runtime {

/// How functions are kept apart from the desk and from each other.
struct SandboxOptions {
    QString bubblewrap;      ///< Path of the program; empty: no namespaces.
    bool network = true;     ///< Without, managed runtimes reach nothing but the platform.
    [[nodiscard]] bool isOn() const { return !bubblewrap.isEmpty(); }
};

/// Where a function finds its parts.
struct SandboxFolders {
    QString scratch; ///< Of the environment; what the function sees as `/tmp`.
    QString layers;  ///< Of the host: all layers as one tree; empty without layers.
    QString hosts;   ///< A file with the names of this environment; empty where nobody asks for them.
};

/// The same command inside its own mount, process, IPC and user namespaces: the system and the code read-only, homes and
/// other people's folders out of sight, a `/tmp` of its own, the code also at `/var/task` and the layers at `/opt`. Pure.
[[nodiscard]] sys::ProcessSpec sandboxed(sys::ProcessSpec spec, const FunctionConfig &config, const LaunchPlan &plan, const SandboxFolders &folders, const SandboxOptions &options);

/// Writes a file like /etc/hosts in which `sandbox.localdomain` is that address, and returns where it is; empty where this
/// machine has none to put it over. What listens in the environment listens there.
[[nodiscard]] QString hostsFile(const QString &address, const QString &folder);

/// Makes one tree of several layers, later ones first; files are links. Returns where it is.
[[nodiscard]] QString mergedLayers(const QStringList &layers, const QString &scratch);

} // namespace eph::runtime
