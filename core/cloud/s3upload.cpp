// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3upload.h"

namespace eph::cloud {

namespace {
constexpr qsizetype LongestLine = 8192;
constexpr qsizetype MostTrailers = 16;
} // namespace

QByteArray AwsChunkDecoder::take(QByteArrayView bytes)
{
    QByteArray content;
    while (!bytes.isEmpty() && m_state != State::Broken) {
        if (m_state == State::Content) {
            const qsizetype piece = std::min<qint64>(m_left, bytes.size());
            content.append(bytes.first(piece));
            bytes = bytes.sliced(piece);
            m_left -= piece;
            if (m_left == 0)
                m_state = State::LineEnd;
            continue;
        }
        const qsizetype end = bytes.indexOf('\n');
        m_line.append(end < 0 ? bytes : bytes.first(end));
        if (m_line.size() > LongestLine)
            m_state = State::Broken;
        if (end < 0)
            break;
        bytes = bytes.sliced(end + 1);
        const QByteArray line = std::exchange(m_line, {}).trimmed();
        if (m_state == State::Trailers) {
            const qsizetype colon = line.indexOf(':');
            if (colon > 0 && m_trailers.size() < MostTrailers)
                m_trailers.emplaceBack(line.left(colon), line.mid(colon + 1).trimmed());
            continue;
        }
        if (m_state == State::LineEnd) {
            m_state = line.isEmpty() ? State::Size : State::Broken;
            continue;
        }
        bool isNumber = false;
        m_left = line.left(line.indexOf(';') < 0 ? line.size() : line.indexOf(';')).toLongLong(&isNumber, 16);
        m_state = !isNumber || m_left < 0 ? State::Broken : m_left == 0 ? State::Trailers : State::Content;
    }
    return content;
}

S3Upload::S3Upload(const QString &path, const http::Request &head)
    : m_path(path)
    , m_file(path)
    , m_checksum(S3Checksum::announcedBy(head))
    , m_chunked(head.header("x-amz-content-sha256").startsWith("STREAMING-") || head.header("Content-Encoding").contains("aws-chunked"))
{
    m_failed = !m_file.open(QIODevice::WriteOnly);
}

S3Upload::~S3Upload()
{
    m_file.close();
    // Nothing is there any more where it was taken.
    QFile::remove(m_path);
}

void S3Upload::take(QByteArrayView bytes)
{
    const QByteArray content = m_chunked ? m_decoder.take(bytes) : QByteArray();
    const QByteArrayView whole = m_chunked ? QByteArrayView(content) : bytes;
    m_size += whole.size();
    m_hash.addData(QByteArray::fromRawData(whole.data(), whole.size()));
    if (m_checksum)
        m_checksum->add(whole);
    m_failed = m_failed || m_file.write(whole.data(), whole.size()) != whole.size();
}

QByteArray S3Upload::finish(const http::Request &request)
{
    m_failed = m_failed || !m_file.flush();
    m_file.close();
    m_md5 = m_hash.result();
    const QByteArray announced = request.header("Content-MD5");
    const QByteArray expected = QByteArray::fromBase64(announced);
    bool right = announced.isEmpty() || expected == m_md5;
    if (m_checksum) {
        const QByteArray inHeader = request.header(m_checksum->header());
        const QByteArray given = inHeader.isEmpty() ? m_decoder.trailer(m_checksum->header()) : inHeader;
        right = right && given == m_checksum->value();
    }
    m_md5 = m_md5.toHex();
    if (m_failed)
        return "InternalError";
    if (request.truncated || (m_chunked && !m_decoder.isWhole()))
        return "IncompleteBody";
    if (!announced.isEmpty() && expected.size() != m_hash.hashLength(QCryptographicHash::Md5))
        return "InvalidDigest";
    return right ? QByteArray() : QByteArray("BadDigest");
}

} // namespace eph::cloud
