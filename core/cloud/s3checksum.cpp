// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3checksum.h"

#include <QCryptographicHash>
#include <QtEndian>
#include <boost/crc.hpp>

namespace eph::cloud {

namespace {

template<class Crc, class Value>
class CrcChecksum final : public S3Checksum
{
public:
    void add(QByteArrayView bytes) override { m_crc.process_bytes(bytes.data(), size_t(bytes.size())); }
    QByteArray value() const override
    {
        QByteArray big(sizeof(Value), Qt::Uninitialized);
        qToBigEndian(Value(m_crc.checksum()), big.data());
        return big.toBase64();
    }

private:
    Crc m_crc;
};

class ShaChecksum final : public S3Checksum
{
public:
    explicit ShaChecksum(QCryptographicHash::Algorithm algorithm)
        : m_hash(algorithm)
    {
    }
    void add(QByteArrayView bytes) override { m_hash.addData(QByteArray::fromRawData(bytes.data(), bytes.size())); }
    QByteArray value() const override { return m_hash.result().toBase64(); }

private:
    QCryptographicHash m_hash;
};

using Crc32 = CrcChecksum<boost::crc_32_type, quint32>;
using Crc32C = CrcChecksum<boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>, quint32>;
using Crc64Nvme = CrcChecksum<boost::crc_optimal<64, 0xAD93D23594C93659, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, true, true>, quint64>;

} // namespace

std::unique_ptr<S3Checksum> S3Checksum::of(QByteArrayView algorithm)
{
    if (algorithm == "crc32")
        return std::make_unique<Crc32>();
    if (algorithm == "crc32c")
        return std::make_unique<Crc32C>();
    if (algorithm == "crc64nvme")
        return std::make_unique<Crc64Nvme>();
    if (algorithm == "sha1")
        return std::make_unique<ShaChecksum>(QCryptographicHash::Sha1);
    if (algorithm == "sha256")
        return std::make_unique<ShaChecksum>(QCryptographicHash::Sha256);
    return nullptr;
}

QString S3Checksum::unsupported()
{
    return QStringLiteral("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
}

QString S3Checksum::elementOf(const QByteArray &algorithm)
{
    return QStringLiteral("Checksum%1").arg(QString::fromLatin1(algorithm.toUpper()));
}

std::unique_ptr<S3Checksum> S3Checksum::announcedBy(const http::Request &head)
{
    QByteArrayList names{head.header("x-amz-trailer").trimmed().toLower()};
    for (const auto &header : head.headers)
        names << header.first.toLower();
    for (const QByteArray &name : std::as_const(names)) {
        auto checksum = name.startsWith(HeaderPrefix) ? of(QByteArrayView(name).sliced(HeaderPrefix.size())) : nullptr;
        if (!checksum)
            continue;
        checksum->m_header = name;
        return checksum;
    }
    return nullptr;
}

S3PartsChecksum::S3PartsChecksum(QByteArray algorithm, bool composite)
    : m_algorithm(std::move(algorithm))
    , m_composite(composite)
    , m_part(S3Checksum::of(m_algorithm))
    , m_whole(S3Checksum::of(m_algorithm))
{
}

void S3PartsChecksum::add(QByteArrayView bytes)
{
    m_part->add(bytes);
    if (!m_composite)
        m_whole->add(bytes);
}

QByteArray S3PartsChecksum::endPart()
{
    ++m_parts;
    const QByteArray value = std::exchange(m_part, S3Checksum::of(m_algorithm))->value();
    if (m_composite)
        m_whole->add(QByteArray::fromBase64(value));
    return value;
}

QByteArray S3PartsChecksum::value() const
{
    return m_composite ? QByteArray(m_whole->value() + '-' + QByteArray::number(m_parts)) : m_whole->value();
}

} // namespace eph::cloud
