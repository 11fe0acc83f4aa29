// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/package/selection.h"

#include <functional>
#include <optional>

namespace eph::package {

/// What a function is built for.
struct CodeTarget {
    QString runtime;      ///< Such as `nodejs22.x`.
    QString architecture; ///< `x86_64` or `arm64`.
};

/// How the dependencies of a code folder are had, as its manifest and lock file say.
struct DependencyRecipe {
    QString source;          ///< The file that fixes them: `package-lock.json`, `requirements.txt`.
    QStringList programs;    ///< The project's own tool; the first that is there. None: nothing has to be fetched.
    QStringList arguments;
    QString workingFolder;   ///< Empty: a scratch folder that holds the inputs.
    QList<PackedFile> inputs;
    QString insteadOf;       ///< The folder of the code that they stand for: `node_modules`; empty: they lie beside the code.
    QByteArray key;          ///< Equal where the dependencies are, hexadecimal.
    QStringList loose;       ///< Requirements that name no exact version.

    [[nodiscard]] QString tool() const; ///< For people: `npm ci`.
};

/// Stands for the folder to install into among the arguments of a recipe.
inline constexpr auto InstallTarget = "{target}";

/// Nothing for a folder without dependencies, and for one whose manifest no lock file fixes. Io where a manifest cannot be read.
[[nodiscard]] Result<std::optional<DependencyRecipe>> dependenciesOf(const QString &folder, const CodeTarget &target);

/// Runs the tool in a scratch folder of the user's cache, once for each key, and says where they lie then. `step` is told what the
/// tool says, and stops it by returning false (Cancelled). NotFound where there is no such tool, Invalid where it fails. Blocks; any thread.
[[nodiscard]] Result<InstalledFiles> installDependencies(const DependencyRecipe &recipe, const std::function<bool(const QString &line)> &step = {});

} // namespace eph::package
