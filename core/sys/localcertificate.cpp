// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/localcertificate.h"

#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QStandardPaths>
#include <memory>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace eph::sys {

using namespace Qt::StringLiterals;

namespace {

constexpr long AuthoritySeconds = 10L * 365 * 24 * 3600;
constexpr long CertificateSeconds = 397L * 24 * 3600; ///< Browsers take no longer one.
constexpr long SoonSeconds = 400L * 24 * 3600;

template<auto Free>
struct Freer {
    template<class T>
    void operator()(T *object) const
    {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Paper = std::unique_ptr<X509, Freer<X509_free>>;
using Buffer = std::unique_ptr<BIO, Freer<BIO_free_all>>;

Error problem(const QString &what)
{
    char text[256] = {};
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    return Error{ErrorCode::Io, Core::tr("The certificate of this machine cannot be made: %1.").arg(what), {}, QString::fromLatin1(text)};
}

QByteArray bytesOf(BIO &buffer)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(&buffer, &data);
    return QByteArray(data, qsizetype(size));
}

QByteArray pemOf(X509 &paper)
{
    const Buffer buffer(BIO_new(BIO_s_mem()));
    return PEM_write_bio_X509(buffer.get(), &paper) == 1 ? bytesOf(*buffer) : QByteArray();
}

QByteArray pemOf(EVP_PKEY &key)
{
    const Buffer buffer(BIO_new(BIO_s_mem()));
    return PEM_write_bio_PrivateKey(buffer.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1 ? bytesOf(*buffer) : QByteArray();
}

Paper paperOf(const QByteArray &pem)
{
    const Buffer buffer(BIO_new_mem_buf(pem.constData(), int(pem.size())));
    return Paper(PEM_read_bio_X509(buffer.get(), nullptr, nullptr, nullptr));
}

Key keyOf(const QByteArray &pem)
{
    const Buffer buffer(BIO_new_mem_buf(pem.constData(), int(pem.size())));
    return Key(PEM_read_bio_PrivateKey(buffer.get(), nullptr, nullptr, nullptr));
}

bool extend(X509 &paper, X509 &issuer, int kind, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, &issuer, &paper, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.constData()));
    return extension && X509_add_ext(&paper, extension.get(), -1) == 1;
}

/// A paper for that key with a number of its own; not signed yet.
Paper blank(EVP_PKEY &key, const QByteArray &name, long seconds)
{
    Paper paper(X509_new());
    unsigned char number[16] = {};
    if (!paper || RAND_bytes(number, sizeof number) != 1)
        return {};
    number[0] &= 0x7f;
    const std::unique_ptr<BIGNUM, Freer<BN_free>> wide(BN_bin2bn(number, sizeof number, nullptr));
    constexpr long EarlierSeconds = 3600; // Clocks differ.
    X509_NAME *subject = X509_get_subject_name(paper.get());
    const bool fine = X509_set_version(paper.get(), 2) == 1 && BN_to_ASN1_INTEGER(wide.get(), X509_get_serialNumber(paper.get())) && X509_gmtime_adj(X509_getm_notBefore(paper.get()), -EarlierSeconds)
        && X509_gmtime_adj(X509_getm_notAfter(paper.get()), seconds) && X509_set_pubkey(paper.get(), &key) == 1
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(name.constData()), int(name.size()), -1, 0) == 1;
    return fine ? std::move(paper) : Paper();
}

Result<void> keep(const QString &path, const QByteArray &bytes, bool secret)
{
    QSaveFile file(path);
    const bool fine = file.open(QIODevice::WriteOnly) && (!secret || file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)) && file.write(bytes) == bytes.size() && file.commit();
    return fine ? Result<void>() : failure(ErrorCode::Io, Core::tr("“%1” cannot be written: %2.").arg(path, file.errorString()));
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool lasts(X509 &paper, long seconds)
{
    time_t until = time(nullptr) + seconds;
    return X509_cmp_time(X509_get0_notAfter(&paper), &until) > 0;
}

} // namespace

QString LocalAuthority::standardFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/ephemera/tls"_s;
}

Result<LocalAuthority> LocalAuthority::open(const QString &folder)
{
    LocalAuthority authority(folder);
    if (!QDir().mkpath(folder) || !QFile::setPermissions(folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner))
        return failure(ErrorCode::Io, Core::tr("The folder “%1” cannot be made.").arg(folder));
    authority.m_certificate = contentOf(authority.file());
    authority.m_key = contentOf(folder + u"/authority.key"_s);
    const Paper paper = paperOf(authority.m_certificate);
    const Key key = keyOf(authority.m_key);
    const bool usable = paper && key && X509_check_private_key(paper.get(), key.get()) == 1 && lasts(*paper, SoonSeconds);
    if (!usable) {
        if (const auto made = authority.make(); !made)
            return tl::unexpected(made.error());
    }
    if (const auto written = authority.writeBundle(); !written)
        return tl::unexpected(written.error());
    return authority;
}

Result<void> LocalAuthority::make()
{
    const Key key(EVP_EC_gen("P-256"));
    const Paper paper = key ? blank(*key, "Ephemera local authority", AuthoritySeconds) : Paper();
    const bool fine = paper && X509_set_issuer_name(paper.get(), X509_get_subject_name(paper.get())) == 1 && extend(*paper, *paper, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        && extend(*paper, *paper, NID_key_usage, "critical,keyCertSign,cRLSign") && extend(*paper, *paper, NID_subject_key_identifier, "hash")
        && extend(*paper, *paper, NID_name_constraints, "critical,permitted;DNS:localhost,permitted;IP:127.0.0.0/255.0.0.0,permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
        && X509_sign(paper.get(), key.get(), EVP_sha256()) > 0;
    if (!fine)
        return tl::unexpected(problem(u"authority"_s));
    m_certificate = pemOf(*paper);
    m_key = pemOf(*key);
    return keep(m_folder + u"/authority.key"_s, m_key, true).and_then([&] { return keep(file(), m_certificate, false); });
}

Result<void> LocalAuthority::writeBundle() const
{
    QByteArray all;
    for (const QString &path : {u"/etc/ssl/certs/ca-certificates.crt"_s, u"/etc/pki/tls/certs/ca-bundle.crt"_s, u"/etc/ssl/ca-bundle.pem"_s}) {
        all = contentOf(path);
        if (!all.isEmpty())
            break;
    }
    return keep(bundleFile(), all + '\n' + m_certificate, false);
}

Result<LocalAuthority::Certificate> LocalAuthority::issue(const QStringList &names) const
{
    const Paper issuer = paperOf(m_certificate);
    const Key issuerKey = keyOf(m_key);
    const Key key(EVP_EC_gen("P-256"));
    const Paper paper = key ? blank(*key, "localhost", CertificateSeconds) : Paper();
    QByteArray alternatives = "DNS:localhost,IP:127.0.0.1,IP:::1";
    for (const QString &name : names)
        alternatives += ",DNS:" + name.toLatin1();
    const bool fine = issuer && issuerKey && paper && X509_set_issuer_name(paper.get(), X509_get_subject_name(issuer.get())) == 1 && extend(*paper, *issuer, NID_basic_constraints, "critical,CA:FALSE")
        && extend(*paper, *issuer, NID_key_usage, "critical,digitalSignature") && extend(*paper, *issuer, NID_ext_key_usage, "serverAuth") && extend(*paper, *issuer, NID_authority_key_identifier, "keyid")
        && extend(*paper, *issuer, NID_subject_alt_name, alternatives) && X509_sign(paper.get(), issuerKey.get(), EVP_sha256()) > 0;
    if (!fine)
        return tl::unexpected(problem(names.join(u", "_s)));
    return Certificate{pemOf(*paper) + m_certificate, pemOf(*key)};
}

} // namespace eph::sys
