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
};

/// The same command inside its own mount, process, IPC and user namespaces: the system and the code read-only, homes and
/// other people's folders out of sight, a `/tmp` of its own, the code also at `/var/task` and the layers at `/opt`. Pure.
[[nodiscard]] sys::ProcessSpec sandboxed(sys::ProcessSpec spec, const FunctionConfig &config, const LaunchPlan &plan, const SandboxFolders &folders, const SandboxOptions &options);

/// Makes one tree of several layers, later ones first; files are links. Returns where it is.
[[nodiscard]] QString mergedLayers(const QStringList &layers, const QString &scratch);

} // namespace eph::runtime
