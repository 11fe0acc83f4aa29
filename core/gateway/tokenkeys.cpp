// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/tokenkeys.h"

#include "core/base/text.h"
#include "core/gateway/base64url.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxFileBytes = 1024 * 1024;
/// RSA with more bits takes longer than anybody should be able to make a server work.
constexpr qsizetype MaxKeyBytes = 16384 / 8;

template<class T, void (*free)(T *)>
struct Freed {
    void operator()(T *value) const { free(value); }
};
using Number = std::unique_ptr<BIGNUM, Freed<BIGNUM, BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM, OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX, EVP_MD_CTX_free>>;

Number numberOf(const QByteArray &bytes)
{
    return bytes.isEmpty() || bytes.size() > MaxKeyBytes ? nullptr : Number(BN_bin2bn(reinterpret_cast<const unsigned char *>(bytes.constData()), int(bytes.size()), nullptr));
}

/// Null where the numbers are no key.
std::shared_ptr<EVP_PKEY> rsaKey(const QJsonObject &key)
{
    const Number modulus = numberOf(fromBase64Url(key.value("n"_L1).toString()));
    const Number exponent = numberOf(fromBase64Url(key.value("e"_L1).toString()));
    const Builder builder(OSSL_PARAM_BLD_new());
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    if (!modulus || !exponent || !builder || !context || EVP_PKEY_fromdata_init(context.get()) != 1)
        return nullptr;
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    EVP_PKEY *made = nullptr;
    if (!parameters || EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    return {made, EVP_PKEY_free};
}

const EVP_MD *digestOf(const QString &algorithm)
{
    return algorithm == "RS256"_L1 ? EVP_sha256() : algorithm == "RS384"_L1 ? EVP_sha384() : algorithm == "RS512"_L1 ? EVP_sha512() : nullptr;
}

bool isSigned(const QByteArray &text, const QByteArray &signature, const EVP_MD *digest, EVP_PKEY *key)
{
    const DigestContext context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1
        && EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char *>(signature.constData()), size_t(signature.size()),
                            reinterpret_cast<const unsigned char *>(text.constData()), size_t(text.size())) == 1;
}

tl::unexpected<Error> noKeySet(const QString &why)
{
    return failure(ErrorCode::Invalid, why);
}

} // namespace

Result<TokenKeys> TokenKeys::parse(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonObject set = QJsonDocument::fromJson(json, &error).object();
    if (error.error != QJsonParseError::NoError)
        return noKeySet(error.errorString());
    if (!set.value("keys"_L1).isArray())
        return noKeySet(Core::tr("it has no list of keys"));
    TokenKeys all;
    const QJsonArray keys = set.value("keys"_L1).toArray();
    for (const auto &value : keys) {
        const QJsonObject key = value.toObject();
        if (key.value("kty"_L1) != "RSA"_L1 || key.value("use"_L1).toString(u"sig"_s) != "sig"_L1)
            continue;
        const QString id = key.value("kid"_L1).toString();
        auto made = rsaKey(key);
        if (!made)
            return noKeySet(Core::tr("“%1” is no RSA key").arg(id));
        all.m_keys.insert(id, std::move(made));
    }
    return all;
}

QString TokenKeys::problemOf(const QString &token) const
{
    const qsizetype signatureAt = token.lastIndexOf(u'.');
    const QJsonObject header = QJsonDocument::fromJson(fromBase64Url(token.section(u'.', 0, 0))).object();
    const EVP_MD *digest = digestOf(header.value("alg"_L1).toString());
    if (!digest)
        return u"the token is not signed by RS256, RS384 or RS512"_s;
    const auto key = m_keys.constFind(header.value("kid"_L1).toString());
    if (key == m_keys.cend())
        return u"the key of the token is not known"_s;
    const QByteArray signature = fromBase64Url(token.sliced(signatureAt + 1));
    return isSigned(token.first(signatureAt).toLatin1(), signature, digest, key->get()) ? QString() : u"the signature of the token is not valid"_s;
}

Result<std::shared_ptr<const TokenKeys>> TokenKeyFile::read(const QString &path)
{
    if (path.isEmpty() || (path == m_path && project::areCurrent(m_stamps)))
        return m_keys;
    m_path = path;
    m_stamps = project::stampsOf({path});
    QFile file(path);
    if (!file.exists())
        return m_keys = nullptr;
    if (!file.open(QIODevice::ReadOnly))
        return m_keys = failure(ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(path, file.errorString()));
    auto keys = TokenKeys::parse(file.read(MaxFileBytes));
    if (!keys)
        return m_keys = failure(ErrorCode::Invalid, Core::tr("“%1” is no JSON web key set: %2.").arg(path, keys.error().message), Core::tr("Save what the issuer's jwks_uri answers."));
    return m_keys = std::make_shared<const TokenKeys>(*std::move(keys));
}

} // namespace eph::gateway
