// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/codestore.h"
#include "core/runtime/codehash.h"
#include "core/runtime/functionconfig.h"

namespace eph::cloud {

/// The code of functions that a template declares, as the package that it would be deployed as. Any thread.
class DeclaredCode
{
public:
    /// Hash and size of the package; it is made where the code has changed. Io when a file cannot be read.
    [[nodiscard]] Result<account::CodeStore::Code> describe(const runtime::FunctionConfig &config);

private:
    runtime::CodeHash m_hash;
    std::mutex m_mutex;
    QHash<QByteArray, account::CodeStore::Code> m_known; ///< By the hash of the files.
};

} // namespace eph::cloud
