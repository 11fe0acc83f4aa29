// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/localcredentials.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>
#include <array>

namespace eph::runtime {

QByteArray localSecretOf(const QByteArray &sessionToken)
{
    static const QByteArray key = [] {
        std::array<quint32, 8> words{};
        QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
        return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof words);
    }();
    constexpr int SecretBytes = 30;
    return QMessageAuthenticationCode::hash(sessionToken, key, QCryptographicHash::Sha256).first(SecretBytes).toBase64();
}

} // namespace eph::runtime
