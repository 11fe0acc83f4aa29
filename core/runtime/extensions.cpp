// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/extensions.h"

#include <QDir>
#include <QMap>
#include <QTimer>
#include <algorithm>

namespace eph::runtime {

namespace {
using namespace std::chrono_literals;
/// Of the time that there is to end.
constexpr int RuntimeSharePercent = 30;
} // namespace

QList<ExternalExtension> externalExtensions(const QStringList &layerFolders)
{
    QMap<QString, QString> found;
    for (const QString &layer : layerFolders) {
        const QFileInfoList files = QDir(layer + QStringLiteral("/extensions")).entryInfoList(QDir::Files, QDir::Name);
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
    // What those of an earlier life still say is not of this one.
    for (const auto &leaving : m_leaving) {
        for (const Running &running : leaving->processes)
            running.process->onOutput = nullptr;
    }
    m_telemetry = std::make_shared<Telemetry>(m_clock, m_addresses);
    m_telemetry->onSubscribed = [this](const QString &extension, const QString &state, const QStringList &types) { onSubscribed(extension, state, types); };
}

void Extensions::closeRegistration()
{
    m_api.closeRegistration();
    m_telemetry->closeSubscription();
}

bool Extensions::start(sys::ProcessLauncher &launcher, const ExtensionsApi::Function &function, const QList<Spec> &specs)
{
    QStringList names;
    for (const Spec &spec : specs)
        names << spec.name;
    m_api.reset(function, names);
    for (const Spec &spec : specs) {
        auto process = launcher.start(spec.process);
        if (!process) {
            onLaunchError(spec.name, process.error().detail);
            return false;
        }
        (*process)->onOutput = [this](const QByteArray &bytes) { onOutput(bytes); };
        (*process)->onExit = [this, name = spec.name](const sys::ExitStatus &status) { onCrash(name, status); };
        m_running.push_back({spec.name, std::move(*process)});
    }
    return true;
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

std::chrono::milliseconds Extensions::beginShutdown()
{
    m_shutdownBegan = m_clock.monotonic();
    return (m_running.empty() ? InternalShutdownTime : ShutdownTime) * RuntimeSharePercent / 100;
}

void Extensions::shutDown(const QByteArray &reason, qint64 nowEpochMs)
{
    const auto began = std::exchange(m_shutdownBegan, std::nullopt);
    if (m_running.empty())
        return;
    const auto spent = began ? std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.monotonic() - *began) : 0ms;
    const auto time = std::max(ShutdownTime - spent, 0ms);
    m_telemetry->hurry();
    m_api.shutDown(reason, nowEpochMs + time.count());
    const auto leaving = std::make_shared<Leaving>(Leaving{std::exchange(m_running, {}), m_telemetry, 0});
    leaving->left = leaving->processes.size();
    m_leaving.push_back(leaving);
    for (const Running &running : leaving->processes) {
        // How they end is up to them.
        running.process->onExit = [this, leaving = std::weak_ptr(leaving)](const sys::ExitStatus &) { gone(leaving.lock()); };
        running.process->resume();
        if (!m_api.isToldOfShutdown(running.name))
            running.process->kill();
    }
    QTimer::singleShot(time, this, [leaving = std::weak_ptr(leaving)] {
        const auto late = leaving.lock();
        for (size_t i = 0; late && i < late->processes.size(); ++i)
            late->processes[i].process->kill();
    });
}

void Extensions::gone(const std::shared_ptr<Leaving> &leaving)
{
    if (!leaving || --leaving->left > 0)
        return;
    // One of its processes is on the call stack.
    QMetaObject::invokeMethod(this, [this, leaving] {
        std::erase(m_leaving, leaving);
        if (m_leaving.empty())
            onGone();
    }, Qt::QueuedConnection);
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
