// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/environment.h"

#include <QRandomGenerator>
#include <cerrno>
#include <cstring>

namespace eph::runtime {

using namespace Qt::StringLiterals;

void Environment::connectExtensions()
{
    m_api.othersAreAtWork = [this] { return m_extensions.arePresent(); };
    ExtensionsApi &api = m_extensions.api();
    api.onNext = [this] {
        if (m_process && m_api.isWaiting())
            onNext();
    };
    api.onReady = [this](const QString &name, const QStringList &events) { tell(platform::extensionState(name, u"Ready"_s, events)); };
    api.onInitError = [this](const ExtensionsApi::Failure &failure) { extensionFailed(failure.extension, u"InitError"_s, "Extension.InitError", failure.errorType); };
    api.onExitError = [this](const ExtensionsApi::Failure &failure) { extensionFailed(failure.extension, u"ExitError"_s, "Extension.ExitError", failure.errorType); };
    m_extensions.onOutput = [this](const QByteArray &bytes) {
        m_extensionSplitter.feed(bytes, [this](const QByteArray &line) { takeLine(line, Telemetry::Source::Extension); });
    };
    m_extensions.onSubscribed = [this](const QString &extension, const QString &state, const QStringList &types) { tell(platform::telemetrySubscribed(extension, state, types)); };
    m_extensions.onLaunchError = [this](const QString &name, const QString &reason) { extensionNotLaunched(name, reason); };
    m_extensions.onCrash = [this](const QString &name, const sys::ExitStatus &status) {
        if (status.startError != 0)
            return extensionNotLaunched(name, QString::fromLocal8Bit(std::strerror(status.startError)));
        const QByteArray reason = status.code == 0 && status.signal == 0 ? QByteArray("exit code 0") : platform::endReason(status.code, status.signal);
        extensionFailed(name, u"Exited"_s, "Extension.Crash", reason);
    };
}

QString Environment::newToken() const
{
    return m_surroundings.hostToken + u'-' + QString::number(QRandomGenerator::global()->generate64(), 16);
}

bool Environment::startExtensions()
{
    // Whoever carries the runtime's token goes with the runtime; extensions have their time after that.
    EnvironmentIdentity identity = m_identity;
    identity.processToken = newToken();
    QList<Extensions::Spec> specs;
    const QList<ExternalExtension> externals = externalExtensions(m_config.layerFolders);
    for (const ExternalExtension &external : externals) {
        sys::ProcessSpec spec{external.path, {}, m_config.codeFolder, processEnvironment(m_config, m_plan, identity)};
        // It speaks to the platform over the network.
        SandboxOptions sandbox = m_surroundings.sandbox;
        sandbox.network = true;
        specs << Extensions::Spec{external.name, bounded(std::move(spec), sandbox)};
    }
    return m_extensions.start(m_surroundings.launcher, {m_config.name, m_config.version, m_config.handler, m_config.account}, specs);
}

void Environment::extensionNotLaunched(const QString &name, const QString &reason)
{
    const bool denied = reason == QString::fromLocal8Bit(std::strerror(EACCES));
    tell(platform::extensionState(name, u"LaunchError"_s, {}, denied ? u"PermissionDenied"_s : u"UnknownError"_s));
    failExtension(name, "Extension.LaunchError", "fork/exec /opt/extensions/" + name.toUtf8() + ": " + reason.toLower().toUtf8());
}

void Environment::extensionFailed(const QString &name, const QString &state, const QByteArray &errorType, const QByteArray &reason)
{
    tell(platform::extensionState(name, state, m_extensions.api().eventsOf(name), QString::fromLatin1(errorType)));
    failExtension(name, errorType, reason);
}

void Environment::tellUnreadyExtensions(const QString &but)
{
    const auto unready = m_extensions.api().unready();
    for (const auto &[name, isRegistered] : unready) {
        if (name != but)
            tell(platform::extensionState(name, isRegistered ? u"Registered"_s : u"Started"_s, m_extensions.api().eventsOf(name)));
    }
}

void Environment::failExtension(const QString &name, const QByteArray &errorType, const QByteArray &reason)
{
    if (!m_ready)
        tellUnreadyExtensions(name);
    tellText("RequestId: " + requestId() + " Error: " + reason);
    const QByteArray payload = platform::errorPayload(errorType, requestId(), reason);
    if (!m_ready)
        return initFailed(payload, QString::fromLatin1(errorType), "error");
    endProcess(EndReason::ExtensionFailed);
    if (!m_current)
        return setState(EnvironmentState::Ended);
    if (!m_current->answered)
        m_current->invocation.payload = payload;
    complete(m_current->answered ? m_current->invocation.outcome : Outcome::Exited, QString::fromLatin1(errorType), "error");
}

} // namespace eph::runtime
