// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/sys/filedescriptor.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <chrono>
#include <functional>
#include <memory>

namespace eph::sys {

/// What to start. The environment is complete: nothing is inherited.
struct ProcessSpec {
    QString program; ///< Absolute path.
    QStringList arguments;
    QString workingDirectory;
    QList<QByteArray> environment; ///< `NAME=value`.
    /// Processes between this one and the program that matters, such as a sandbox; the last of them is ephemera-init, which
    /// tells through descriptor 4 how the program ended. 0: the program itself.
    int wrappers = 0;
    qint64 largestFileBytes = 0; ///< A file cannot grow beyond it; 0: any.
    int processes = 0;           ///< The user's processes in its namespace, at most; 0: any.
    std::shared_ptr<FileDescriptor> connection = {}; ///< Becomes descriptor 3 and is closed here; null: none.
};

/// What a process and all that it started take now.
struct ProcessUsage {
    qint64 memoryBytes = 0; ///< Resident.
    int processes = 0;
};

/// How a process ended.
struct ExitStatus {
    int code = 0;   ///< Exit status when it exited.
    int signal = 0; ///< Signal number when it was killed, otherwise 0.
    qint64 peakMemoryBytes = 0;
    int startError = 0; ///< errno where a sandbox could not start the program; otherwise 0.
};

/// A running process that leads its own process group. Callbacks come on the thread that started it, from its event loop.
/// Deleting it kills the whole group.
class Process
{
public:
    virtual ~Process() = default;

    /// Bytes of stdout and stderr, in the order they were written.
    std::function<void(const QByteArray &)> onOutput;
    /// Once, after the last output that was there when it ended.
    std::function<void(const ExitStatus &)> onExit;

    [[nodiscard]] virtual qint64 pid() const = 0;
    /// Hands on what lies in the pipe now, without waiting.
    virtual void drainOutput() = 0;
    virtual void suspend() = 0; ///< SIGSTOP to the group.
    virtual void resume() = 0;  ///< SIGCONT to the group.
    virtual void terminate() = 0; ///< SIGTERM to the program and what is below it, not to what is between.
    virtual void kill() = 0;    ///< SIGKILL to the group.
    /// Highest resident memory so far of the process, plus what its children hold now.
    [[nodiscard]] virtual qint64 peakMemoryBytes() const = 0;
    /// At least this much: counting stops after a moment, for a fork bomb leaves no processor to count it with.
    [[nodiscard]] virtual ProcessUsage usage() const = 0;
    /// Processor time that the process and all below it have taken, as far as they are still there.
    [[nodiscard]] virtual std::chrono::nanoseconds cpuTime() const = 0;
    /// From now on no file of theirs grows beyond it, up to the ProcessSpec's own bound.
    virtual void limitFiles(qint64 largestBytes) = 0;
};

/// Starts processes; a port, so that tests can do without real ones.
class ProcessLauncher
{
public:
    virtual ~ProcessLauncher() = default;
    /// Fails with the system's reason when the program cannot be executed.
    [[nodiscard]] virtual Result<std::unique_ptr<Process>> start(const ProcessSpec &spec) = 0;
};

} // namespace eph::sys
