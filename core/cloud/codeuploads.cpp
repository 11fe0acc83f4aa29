// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/codeuploads.h"

#include <QFile>
#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] ApiError invalid(const QString &message)
{
    return {400, "InvalidParameterValueException", message};
}

[[nodiscard]] CodeUploads::Taken taken(const account::CodeStore &store, const QByteArray &zip)
{
    if (zip.size() > CodeUploads::MaxZipBytes)
        return tl::unexpected(ApiError{413, "RequestEntityTooLargeException", u"Zipped size must be smaller than %1 bytes"_s.arg(CodeUploads::MaxZipBytes)});
    const auto code = store.take(zip);
    if (code)
        return *code;
    if (code.error().code == ErrorCode::Io)
        return tl::unexpected(unavailable(code.error()));
    if (code.error().detail == "TooLarge"_L1)
        return tl::unexpected(invalid(u"Unzipped size must be smaller than %1 bytes"_s.arg(package::UnpackLimits().bytes)));
    // The service's sentence, and what it leaves out.
    return tl::unexpected(invalid(u"Could not unzip uploaded file. Please check your file, then try to upload again. (%1)"_s.arg(code.error().message)));
}

} // namespace

CodeUploads::CodeUploads(const account::CodeStore &code, sources::BucketStore &buckets)
    : m_code(code)
    , m_buckets(buckets)
{
}

void CodeUploads::parse(const http::Request &request, const QByteArray &operation, std::function<void(const Parsed &)> done)
{
    if (request.bodySize > request.body.size())
        return done(tl::unexpected(ApiError{413, "RequestEntityTooLargeException", u"Request must be smaller than %1 bytes for the %2 operation"_s.arg(MaxRequestBytes).arg(QString::fromLatin1(operation))}));
    if (request.body.isEmpty())
        return done(QJsonObject());
    m_jobs.run([body = request.body]() -> Parsed {
        QJsonParseError problem;
        const QJsonDocument document = QJsonDocument::fromJson(body, &problem);
        if (document.isObject())
            return document.object();
        return tl::unexpected(ApiError{400, "SerializationException", u"Could not parse request body into json: %1"_s.arg(problem.error ? problem.errorString() : u"it is not an object"_s)});
    }, std::move(done));
}

void CodeUploads::take(const QJsonObject &code, std::function<void(const Taken &)> done)
{
    const QString bucket = code.value("S3Bucket"_L1).toString();
    const QString key = code.value("S3Key"_L1).toString();
    if (code.contains("ImageUri"_L1))
        return done(tl::unexpected(invalid(u"Container images are not run here: give a zip file or a package in a bucket."_s)));
    if (code.contains("ZipFile"_L1) == !bucket.isEmpty())
        return done(tl::unexpected(invalid(u"Please provide a source for function code."_s)));
    QString path;
    if (!bucket.isEmpty()) {
        if (const auto object = m_buckets.find(bucket, key); !object)
            return done(tl::unexpected(invalid(u"Error occurred while GetObject. S3 Error Code: %1. S3 Error Message: %2"_s.arg(object.error().detail, object.error().message))));
        path = m_buckets.pathOf(bucket, key);
    }
    m_jobs.run([store = m_code, path, base64 = code.value("ZipFile"_L1).toString()]() -> Taken {
        if (path.isEmpty()) {
            const auto decoded = QByteArray::fromBase64Encoding(base64.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
            return decoded ? taken(store, *decoded) : tl::unexpected(ApiError{400, "SerializationException", u"The zip file is not base64."_s});
        }
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return tl::unexpected(invalid(u"Error occurred while GetObject. %1"_s.arg(file.errorString())));
        return taken(store, file.read(MaxZipBytes + 1));
    }, std::move(done));
}

} // namespace eph::cloud
