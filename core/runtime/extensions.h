// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/extensionsapi.h"
#include "core/runtime/telemetry.h"
#include "core/sys/process.h"

#include <QObject>
#include <memory>
#include <optional>
#include <vector>

namespace eph::runtime {

/// A file that comes in a layer's `extensions` folder, which the service executes.
struct ExternalExtension {
    QString name; ///< The file's.
    QString path;
};
/// Those of all layers, by name; a later layer's takes the place of an earlier one's.
[[nodiscard]] QList<ExternalExtension> externalExtensions(const QStringList &layerFolders);

/// The processes of external extensions beside a function's, and the API that they and internal ones use. Lives on the
/// runtime's thread.
class Extensions : public QObject
{
    Q_OBJECT
public:
    /// What the platform gives the runtime and them to end: 2 seconds with external ones, 500 ms with internal ones alone.
    static constexpr auto ShutdownTime = std::chrono::milliseconds(2000);
    static constexpr auto InternalShutdownTime = std::chrono::milliseconds(500);

    /// @param addresses where an extension's receiver of telemetry may listen.
    Extensions(const sys::Clock &clock, QStringList addresses);
    ~Extensions() override { endAtOnce(); }

    [[nodiscard]] ExtensionsApi &api() { return m_api; }
    /// Any, external or internal, has registered or is expected to.
    [[nodiscard]] bool arePresent() const { return !m_api.isEmpty(); }
    [[nodiscard]] Telemetry &telemetry() { return *m_telemetry; }
    /// A new life of the environment begins: whatever an earlier one left is gone.
    void begin();
    /// The init is over: nobody may register or subscribe any more.
    void closeRegistration();

    struct Spec {
        QString name;
        sys::ProcessSpec process;
    };
    /// Starts those from layers. False where one cannot be executed, which is told.
    [[nodiscard]] bool start(sys::ProcessLauncher &launcher, const ExtensionsApi::Function &function, const QList<Spec> &specs);
    void suspend();
    void resume();
    /// The shutdown begins. Returns how long the runtime has before they are told.
    [[nodiscard]] std::chrono::milliseconds beginShutdown();
    /// Tells them of the end and leaves them what is left of their time; what is still there then is killed, and so is at once
    /// what does not want to be told.
    void shutDown(const QByteArray &reason, qint64 nowEpochMs);
    /// Some still have their time to end.
    [[nodiscard]] bool areLeaving() const { return !m_leaving.empty(); }
    void endAtOnce();
    [[nodiscard]] sys::ProcessUsage usage() const;

    std::function<void(const QByteArray &)> onOutput;
    std::function<void(const QString &extension, const QString &state, const QStringList &types)> onSubscribed;
    /// One could not be executed, in the system's words.
    std::function<void(const QString &name, const QString &reason)> onLaunchError;
    /// One ended though nobody asked it to.
    std::function<void(const QString &name, const sys::ExitStatus &)> onCrash;
    /// The last of those that were leaving is gone.
    std::function<void()> onGone;

private:
    struct Running {
        QString name;
        std::shared_ptr<sys::Process> process;
    };

    const sys::Clock &m_clock;
    QStringList m_addresses;
    ExtensionsApi m_api;
    std::shared_ptr<Telemetry> m_telemetry; ///< Of this life, or of the one that has just ended.
    /// What ends, and what it is still to be told.
    struct Leaving {
        std::vector<Running> processes;
        std::shared_ptr<Telemetry> telemetry;
        size_t left = 0;
    };
    void gone(const std::shared_ptr<Leaving> &leaving);

    std::vector<Running> m_running;
    std::vector<std::shared_ptr<Leaving>> m_leaving;
    std::optional<sys::Nanoseconds> m_shutdownBegan;
};

} // namespace eph::runtime
