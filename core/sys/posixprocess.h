// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/process.h"

namespace eph::sys {

/// Real processes: started by vfork (a fork from a large window costs milliseconds), ended with the thread that started
/// them, watched through a pidfd.
class PosixProcessLauncher final : public ProcessLauncher
{
public:
    [[nodiscard]] Result<std::unique_ptr<Process>> start(const ProcessSpec &spec) override;
};

} // namespace eph::sys
