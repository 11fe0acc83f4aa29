// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/sha256.h"

#include <openssl/evp.h>

namespace eph::sys {

struct Sha256::Context {
    EVP_MD_CTX *digest = EVP_MD_CTX_new();

    Context() { EVP_DigestInit_ex(digest, EVP_sha256(), nullptr); }
    ~Context() { EVP_MD_CTX_free(digest); }
    Q_DISABLE_COPY_MOVE(Context)
};

Sha256::Sha256()
    : m_context(std::make_unique<Context>())
{
}

Sha256::~Sha256() = default;

void Sha256::add(QByteArrayView bytes)
{
    EVP_DigestUpdate(m_context->digest, bytes.data(), size_t(bytes.size()));
}

QByteArray Sha256::result()
{
    QByteArray bytes(32, '\0');
    EVP_DigestFinal_ex(m_context->digest, reinterpret_cast<unsigned char *>(bytes.data()), nullptr);
    return bytes;
}

QByteArray Sha256::of(QByteArrayView bytes)
{
    Sha256 hash;
    hash.add(bytes);
    return hash.result();
}

} // namespace eph::sys
