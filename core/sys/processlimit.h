// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QString>
#include <memory>

namespace eph::sys {

/// A control group with a bound on its processes and threads, for a program that root runs: root's processes have no limit
/// of their own. Whatever a thread in it starts is in it from its first moment; moving a process there later would take
/// the kernel ten milliseconds and more. Goes with this object.
class ProcessLimit
{
public:
    /// Makes a group and puts the calling thread into it. Null for everybody but root, whose own limit does; Unsupported
    /// where the system has no controller for it (version 1's pids).
    [[nodiscard]] static Result<std::unique_ptr<ProcessLimit>> enter(int processes);
    /// To be called on a thread outside before another one enters: makes the threads of the global pool and keeps them. One
    /// that is made later, by a thread in the group, would be in it and hold it for as long as it lives.
    static void keepPoolOutside();
    /// There may not be enough left for one more function: what was killed is still on its way out, or what lives takes all.
    [[nodiscard]] bool isCrowded() const;
    /// Takes the group away; the thread that entered it, and what it started, must be gone or they keep it.
    ~ProcessLimit();
    Q_DISABLE_COPY_MOVE(ProcessLimit)

private:
    ProcessLimit(QString folder, int processes) : m_folder(std::move(folder)), m_processes(processes) {}

    QString m_folder;
    int m_processes;
};

} // namespace eph::sys
