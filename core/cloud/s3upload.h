// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/s3checksum.h"
#include "core/http/message.h"

#include <QCryptographicHash>
#include <QFile>

namespace eph::cloud {

/// Takes the pieces of a body that SDKs wrap: `SIZE;chunk-signature=…` before each, trailers at the end.
/// Source: S3 API reference, signature calculations for chunked uploads, November 2026.
class AwsChunkDecoder
{
public:
    /// What of it is content. Nothing more after a piece that is malformed.
    [[nodiscard]] QByteArray take(QByteArrayView bytes);
    /// The last piece has come, and nothing was malformed.
    [[nodiscard]] bool isWhole() const { return m_state == State::Trailers; }
    /// Of those that have come whole; empty where there is none of that name.
    [[nodiscard]] QByteArray trailer(const QByteArray &name) const { return http::headerValue(m_trailers, name); }

private:
    enum class State { Size, Content, LineEnd, Trailers, Broken };
    State m_state = State::Size;
    QByteArray m_line;
    http::Headers m_trailers;
    qint64 m_left = 0;
};

/// A body on its way into a file.
class S3Upload
{
public:
    S3Upload(const QString &path, const http::Request &head);
    /// Removes the file, unless it was taken.
    ~S3Upload();

    void take(QByteArrayView bytes);
    /// Closes the file. Empty when it is whole and has the checksum that was announced; the service's name of the failure
    /// otherwise.
    [[nodiscard]] QByteArray finish(const http::Request &request);
    [[nodiscard]] const QString &path() const { return m_path; }
    /// That the client announced, once the upload is finished; null where it announced none.
    [[nodiscard]] const S3Checksum *checksum() const { return m_checksum.get(); }
    /// In hexadecimal.
    [[nodiscard]] QString md5() const { return QString::fromLatin1(m_md5); }
    [[nodiscard]] qint64 size() const { return m_size; }

private:
    QString m_path;
    QFile m_file;
    QCryptographicHash m_hash{QCryptographicHash::Md5};
    AwsChunkDecoder m_decoder;
    std::unique_ptr<S3Checksum> m_checksum;
    QByteArray m_md5;
    qint64 m_size = 0;
    bool m_chunked = false;
    bool m_failed = false;
};

} // namespace eph::cloud
