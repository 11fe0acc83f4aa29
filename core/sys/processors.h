// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace eph::sys {

/// Processors that this program may use; at least 1.
[[nodiscard]] int processorCount();

/// Tells whether a processor has nothing to do at this very moment, as the kernel counts what could run; the caller itself
/// counts, too. Cheap enough to be asked a thousand times a second. Any thread.
/// Source: proc_loadavg(5).
class ProcessorLoad
{
public:
    ProcessorLoad();
    ~ProcessorLoad();
    Q_DISABLE_COPY_MOVE(ProcessorLoad)

    /// True where the kernel does not say.
    [[nodiscard]] bool isOneIdle() const;

private:
    int m_file; ///< Stays open: opening it would cost more than reading it.
};

} // namespace eph::sys
