// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/s3call.h"
#include "core/cloud/s3upload.h"
#include "core/account/documentstore.h"
#include "core/cloud/apierror.h"
#include "core/cloud/bucketcors.h"
#include "core/cloud/deliveryrouter.h"
#include "core/cloud/functioncatalogue.h"
#include "core/http/server.h"
#include "core/sources/bucketstore.h"

#include <QJsonObject>
#include <QUrlQuery>
#include <memory>

namespace eph::cloud {

/// S3's API over the buckets here, by paths: objects, ranges, conditions, copies, lists, multipart uploads, and the rules for web
/// pages. Versions, policies and encryption are not. Lives on the runtime's thread.
/// Source: S3 API reference and the service models of botocore 1.43, November 2026.
class S3Api : public QObject
{
    Q_OBJECT
public:
    S3Api(sources::BucketStore &buckets, account::DocumentStore &documents, DeliveryRouter &router, FunctionCatalogue &catalogue);

    /// Signed for S3, or about a bucket that is here.
    [[nodiscard]] bool isFor(const http::Request &request) const;
    /// Takes the body of an upload into a file as it comes; null for other requests.
    [[nodiscard]] http::BodyReceiver routeBody(const http::Request &head, const http::Responder &responder);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    using Call = s3::Call;
    struct CopySource {
        QString path; ///< Of its file.
        sources::ObjectInfo object;
        bool isItself = false; ///< Source and target are the same.
    };
    struct Multipart {
        QString bucket;
        sources::ObjectInfo object;
        QMap<int, std::shared_ptr<S3Upload>> parts;
        QByteArray algorithm = {}; ///< Of its checksum, in small letters; empty: it has none.
        bool composite = false;    ///< The checksum is one of the parts'.
    };

    void onService(const Call &call);
    void onBucket(const Call &call);
    void onObject(const Call &call);
    void onCors(const Call &call);
    void onPreflight(const Call &call);
    [[nodiscard]] QList<CorsRule> corsRules(const QString &bucket) const;
    void onNotification(const Call &call);
    void putNotification(const Call &call);
    void listObjects(const Call &call);
    void deleteObjects(const Call &call);
    void putObject(const Call &call);
    void copyObject(const Call &call);
    void getObject(const Call &call);
    void beginMultipart(const Call &call);
    void putPart(const Call &call);
    void copyPart(const Call &call, Multipart &multipart, int number);
    /// What is to be copied, where its conditions hold; otherwise the call is answered.
    [[nodiscard]] std::optional<CopySource> copySource(const Call &call) const;
    void listParts(const Call &call);
    void completeMultipart(const Call &call);
    /// The body that came; null where it went elsewhere.
    [[nodiscard]] std::shared_ptr<S3Upload> takeUpload(const Call &call);
    /// What the request's conditions have against writing its object.
    [[nodiscard]] QByteArray refusalOf(const Call &call) const;

    sources::BucketStore &m_buckets;
    account::DocumentStore &m_documents; ///< Where calls put configurations of buckets.
    DeliveryRouter &m_router;            ///< To whom notifications go.
    FunctionCatalogue &m_catalogue;      ///< Of what the template says of buckets.
    QList<std::pair<http::Responder, std::shared_ptr<S3Upload>>> m_uploads; ///< Under way.
    QHash<QString, Multipart> m_multiparts; ///< By the upload's id. Not kept over a restart.
};

} // namespace eph::cloud
