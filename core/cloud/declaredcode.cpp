// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/declaredcode.h"

#include "core/package/pack.h"

#include <QCryptographicHash>

namespace eph::cloud {

Result<account::CodeStore::Code> DeclaredCode::describe(const runtime::FunctionConfig &config)
{
    const QByteArray files = m_hash.of({config.codeFolder});
    {
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_known.constFind(files); known != m_known.cend())
            return *known;
    }
    const auto zip = package::packFolder(config.codeFolder, config.runtime);
    if (!zip)
        return tl::unexpected(zip.error());
    const account::CodeStore::Code code{QCryptographicHash::hash(*zip, QCryptographicHash::Sha256).toHex(), zip->size()};
    const std::lock_guard lock(m_mutex);
    m_known.insert(files, code);
    return code;
}

} // namespace eph::cloud
