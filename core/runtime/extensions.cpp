// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/extensions.h"

#include <QAbstractEventDispatcher>
#include <QDir>
#include <QMap>
#include <QTimer>

namespace eph::runtime {

QList<ExternalExtension> externalExtensions(const QStringList &layerFolders)
{
    QMap<QString, QString> found;
    for (const QString &layer : layerFolders) {
        const QFileInfoList files = QDir(layer + QStringLiteral("/extensions")).entryInfoList(QDir::Files | QDir::Executable, QDir::Name);
        for (const QFileInfo &file : files)
            found.insert(file.fileName(), file.absoluteFilePath());
    }
    QList<ExternalExtension> extensions;
    for (auto it = found.cbegin(); it != found.cend(); ++it)
        extensions << ExternalExtension{it.key(), it.value()};
    return extensions;
}

Extensions::Extensions(const sys::Clock &clock, QStringList addresses)
    : m_clock(clock)
    , m_addresses(std::move(addresses))
{
    m_api.onSubscribe = [this](const QString &name, const QByteArray &body) { return m_telemetry->subscribe(name, body); };
    begin();
}

void Extensions::begin()
{
    endAtOnce();
    m_telemetry = std::make_shared<Telemetry>(m_clock, m_addresses);
    m_telemetry->onSubscribed = [this](const QString &extension, const QString &state, const QStringList &types) { onSubscribed(extension, state, types); };
}

void Extensions::closeRegistration()
{
    m_api.closeRegistration();
    m_telemetry->closeSubscription();
}

Result<void> Extensions::start(sys::ProcessLauncher &launcher, const ExtensionsApi::Function &function, const QList<Spec> &specs)
{
    QStringList names;
    for (const Spec &spec : specs)
        names << spec.name;
    m_api.reset(function, names);
    for (const Spec &spec : specs) {
        auto process = launcher.start(spec.process);
        if (!process)
            return tl::unexpected(process.error());
        (*process)->onOutput = [this](const QByteArray &bytes) { onOutput(bytes); };
        (*process)->onExit = [this, name = spec.name](const sys::ExitStatus &status) { onCrash(name, status); };
        m_running.push_back({spec.name, std::move(*process)});
    }
    return {};
}

void Extensions::suspend()
{
    m_telemetry->pause();
    for (const Running &running : m_running)
        running.process->suspend();
}

void Extensions::resume()
{
    for (const Running &running : m_running)
        running.process->resume();
    m_telemetry->resume();
}

void Extensions::shutDown(const QByteArray &reason, qint64 nowEpochMs)
{
    if (m_running.empty())
        return;
    m_telemetry->hurry();
    m_api.shutDown(reason, nowEpochMs + ShutdownTime.count());
    for (const Running &running : m_running) {
        running.process->resume();
        // What they still say belongs to no invocation; how they end is up to them.
        running.process->onExit = nullptr;
        running.process->onOutput = nullptr;
        // They, and what is still to be told to them, may outlive this environment, not this thread.
        QTimer::singleShot(ShutdownTime, QAbstractEventDispatcher::instance(), [process = running.process, telemetry = m_telemetry] { process->kill(); });
    }
    m_running.clear();
}

void Extensions::endAtOnce()
{
    for (const Running &running : m_running) {
        running.process->onOutput = nullptr;
        running.process->onExit = nullptr;
    }
    m_running.clear();
}

sys::ProcessUsage Extensions::usage() const
{
    sys::ProcessUsage sum;
    for (const Running &running : m_running) {
        const sys::ProcessUsage one = running.process->usage();
        sum.memoryBytes += one.memoryBytes;
        sum.processes += one.processes;
    }
    return sum;
}

} // namespace eph::runtime
