// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/environment.h"

#include <QRandomGenerator>

namespace eph::runtime {

void Environment::connectExtensions()
{
    ExtensionsApi &api = m_extensions.api();
    api.onNext = [this] {
        if (m_process && m_api.isWaiting())
            onNext();
    };
    api.onReady = [this](const QString &name, const QStringList &events) { tell(platform::extensionReady(name, events)); };
    api.onInitError = [this](const ExtensionsApi::Failure &failure) { extensionFailed(failure.extension, "Extension.InitError", failure.errorType); };
    api.onExitError = [this](const ExtensionsApi::Failure &failure) { extensionFailed(failure.extension, "Extension.ExitError", failure.errorType); };
    m_extensions.onOutput = [this](const QByteArray &bytes) {
        m_extensionSplitter.feed(bytes, [this](const QByteArray &line) { takeLine(line, Telemetry::Source::Extension); });
    };
    m_extensions.onSubscribed = [this](const QString &extension, const QString &state, const QStringList &types) { tell(platform::telemetrySubscribed(extension, state, types)); };
    m_extensions.onCrash = [this](const QString &name, const sys::ExitStatus &status) { extensionFailed(name, "Extension.Crash", platform::exitReason(status.code, status.signal)); };
}

QString Environment::newToken() const
{
    return m_surroundings.hostToken + u'-' + QString::number(QRandomGenerator::global()->generate64(), 16);
}

Result<void> Environment::startExtensions()
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

void Environment::extensionFailed(const QString &name, const QByteArray &errorType, const QByteArray &reason)
{
    const QByteArray text = "Extension " + name.toUtf8() + ": " + reason;
    tellText("RequestId: " + requestId() + " Error: " + text);
    const QByteArray payload = platform::errorPayload(errorType, requestId(), text);
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
