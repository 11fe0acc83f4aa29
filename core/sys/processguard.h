// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eph::sys {

/// A tiny process of its own that outlives this one by a moment: when this one ends, even by SIGKILL, it kills every
/// process that still carries the token in its environment, and removes the folder in which they kept their files.
class ProcessGuard
{
public:
    /// An empty folder is none.
    ProcessGuard(const QString &token, const QString &folder);
    ~ProcessGuard();
    Q_DISABLE_COPY_MOVE(ProcessGuard)

    /// False where the helper program could not be started; only direct children are then certain to end.
    [[nodiscard]] bool isActive() const { return m_pipe >= 0; }

private:
    int m_pipe = -1;
};

} // namespace eph::sys
