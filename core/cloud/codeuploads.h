// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/codestore.h"
#include "core/cloud/apierror.h"
#include "core/sources/bucketstore.h"
#include "core/sys/background.h"

#include <QJsonObject>

namespace eph::cloud {

/// Takes the code that comes with a call, as a zip in the call or as an object of a bucket here. What is large is read beside the
/// runtime's thread, on which it lives.
class CodeUploads : public QObject
{
    Q_OBJECT
public:
    /// Bytes of a whole request. Source: recorded from the service.
    static constexpr qint64 MaxRequestBytes = 70'167'211;
    static constexpr qint64 MaxZipBytes = 52'428'800;

    CodeUploads(const account::CodeStore &code, sources::BucketStore &buckets);

    using Parsed = tl::expected<QJsonObject, ApiError>;
    using Taken = tl::expected<account::CodeStore::Code, ApiError>;

    /// The body as an object.
    void parse(const http::Request &request, const QByteArray &operation, std::function<void(const Parsed &)> done);
    /// `ZipFile`, or `S3Bucket` and `S3Key`.
    void take(const QJsonObject &code, std::function<void(const Taken &)> done);

private:
    const account::CodeStore &m_code;
    sources::BucketStore &m_buckets;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::cloud
