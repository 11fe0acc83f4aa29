// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/machinefindings.h"

#include "core/base/text.h"
#include "core/cloud/declaredsources.h"
#include "core/cloud/eventsourcemapping.h"
#include "core/cloud/projectschedules.h"
#include "core/gateway/integrationfindings.h"
#include "core/runtime/launchplan.h"

#include <QFileInfo>
#include <QHash>
#include <QSet>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

Finding findingAt(const project::Function &function, Severity severity, const QString &rule, const QString &message, const QString &hint)
{
    return {severity, rule, message, hint, function.location.file, function.location.line, 0, "Resources."_L1 + function.logicalId + ".Properties.Runtime"_L1};
}

/// Identifiers that the service has or had. Source: Lambda runtimes page, November 2026.
bool isKnownRuntime(const QString &runtime)
{
    static const QSet<QString> known{
        u"nodejs24.x"_s, u"nodejs22.x"_s, u"nodejs20.x"_s, u"nodejs18.x"_s, u"nodejs16.x"_s, u"nodejs14.x"_s, u"nodejs12.x"_s, u"nodejs10.x"_s, u"nodejs8.10"_s, u"nodejs6.10"_s,
        u"python3.14"_s, u"python3.13"_s, u"python3.12"_s, u"python3.11"_s, u"python3.10"_s, u"python3.9"_s, u"python3.8"_s, u"python3.7"_s, u"python3.6"_s, u"python2.7"_s};
    return known.contains(runtime);
}

/// Asks for each version once: a project has many functions and few runtimes.
using Known = QHash<QString, Result<sys::Interpreter>>;

std::optional<Finding> findingOf(const project::Function &function, const sys::Interpreters &interpreters, Known &known)
{
    if (function.runtime.isEmpty() || function.containerImage)
        return std::nullopt;
    const std::optional<runtime::LanguageVersion> asked = runtime::languageOf(function.runtime);
    if (!asked) {
        if (function.runtime.startsWith("provided"_L1) || QFileInfo(function.codeFolder + "/bootstrap"_L1).isExecutable())
            return std::nullopt;
        return findingAt(function, Severity::Warning, u"no-local-client"_s, Core::tr("The runtime “%1” of “%2” has no local client.").arg(function.runtime, function.name),
                         Core::tr("Node.js and Python run directly; any other language runs as an executable named “bootstrap”."));
    }
    if (!isKnownRuntime(function.runtime))
        return findingAt(function, Severity::Warning, u"unknown-runtime"_s, Core::tr("“%1” of “%2” is no runtime of the service.").arg(function.runtime, function.name), Core::tr("Use one such as nodejs22.x or python3.13."));
    if (!known.contains(function.runtime))
        known.insert(function.runtime, interpreters.find(asked->language, asked->version));
    const Result<sys::Interpreter> &interpreter = *known.constFind(function.runtime);
    if (!interpreter)
        return findingAt(function, Severity::Warning, u"no-interpreter"_s, interpreter.error().message, interpreter.error().hint);
    if (interpreter->isVersion(asked->version))
        return std::nullopt;
    return findingAt(function, Severity::Note, u"other-version"_s,
                     Core::tr("“%1” asks for %2 %3; here it runs with %4.").arg(function.name, sys::languageName(asked->language), asked->version, interpreter->version),
                     Core::tr("Install %1 %2 and put it into PATH to run the same version as the cloud.").arg(sys::languageName(asked->language), asked->version));
}

} // namespace

Findings allFindings(const project::Project &project, const sys::Interpreters &interpreters, schedule::Instant now)
{
    Findings findings = project.findings;
    Known known;
    for (const project::Function &function : project.functions) {
        if (const auto finding = findingOf(function, interpreters, known))
            findings << *finding;
    }
    return findings + cloud::scheduleFindings(project, now) + cloud::mappingFindings(project) + cloud::sourceFindings(project) + gateway::integrationFindings(project);
}

} // namespace eph::services
