// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/sha256.h"

#include <openssl/evp.h>

namespace eph::sys {

QByteArray sha256(QByteArrayView bytes)
{
    QByteArray hash(32, '\0');
    // It cannot fail but for want of memory.
    if (EVP_Digest(bytes.data(), size_t(bytes.size()), reinterpret_cast<unsigned char *>(hash.data()), nullptr, EVP_sha256(), nullptr) != 1)
        qBadAlloc();
    return hash;
}

} // namespace eph::sys
