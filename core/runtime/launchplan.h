// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/runtime/functionconfig.h"
#include "core/runtime/localaddress.h"
#include "core/sys/interpreters.h"

#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace eph::runtime {

/// How the process of an environment is started, apart from what differs between environments.
struct LaunchPlan {
    QString program;
    QStringList arguments;
    QString interpreterVersion; ///< Empty for custom runtimes.
    bool connected = false;     ///< Its client takes a connection that is there already, see ProcessSpec::connection.
    bool managed = false;       ///< A bundled client runs the handler; otherwise the user's own bootstrap does.
    bool wrapped = false;       ///< A program of the user's starts the interpreter, or something else in its place.
    QString interpreter; ///< Absolute path; empty for custom runtimes.
    QStringList readable; ///< Other folders that it needs.
    QStringList writable; ///< Caches of its own that it writes.
    /// The function's code has no usable bootstrap: the init fails with this payload instead.
    bool missingBootstrap = false;
};

/// What differs between environments.
struct EnvironmentIdentity {
    QString logStream; ///< `YYYY/MM/DD/[$LATEST]<32 hex>`
    quint16 runtimeApiPort = 0;
    QString processToken; ///< The stand-in session token; tells this process and what it started from all others.
    QString scratchFolder;
    bool provisioned = false; ///< Initialised ahead by provisioned concurrency.
    CloudAddresses cloud = {};
};

/// What a managed runtime's identifier asks for, such as Node.js 20 of `nodejs20.x`; nullopt for those without a client here.
struct LanguageVersion {
    sys::Language language;
    QString version;
};
[[nodiscard]] std::optional<LanguageVersion> languageOf(const QString &runtime);

/// Which program runs a function. Fails with NotFound without an interpreter, Unsupported for runtimes that only a custom
/// bootstrap could run here.
[[nodiscard]] Result<LaunchPlan> launchPlan(const FunctionConfig &config, const sys::Interpreters &interpreters);

/// The complete environment of the process, as on the service: nothing of the desk leaks in.
/// Source: recorded environment of `provided.al2023`, January 2026.
[[nodiscard]] QList<QByteArray> processEnvironment(const FunctionConfig &config, const LaunchPlan &plan, const EnvironmentIdentity &identity);

} // namespace eph::runtime
