// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3api.h"

#include "core/base/text.h"
#include "core/cloud/awssignature.h"
#include "core/cloud/bucketnotificationstore.h"
#include "core/cloud/declaredsources.h"
#include "core/cloud/s3call.h"
#include "core/cloud/s3conditions.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QUrl>
#include <QXmlStreamWriter>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace s3;
using sources::ObjectInfo;

namespace {

constexpr qint64 LongestLinkSeconds = 7LL * 24 * 3600;
constexpr qint64 ReadBytes = 256 * 1024;

/// Sends a part of a file as fast as the peer takes it.
class FileSender : public std::enable_shared_from_this<FileSender>
{
public:
    FileSender(const QString &path, qint64 from, qint64 length, http::Responder responder)
        : m_file(path)
        , m_left(length)
        , m_responder(std::move(responder))
    {
        m_opened = m_file.open(QIODevice::ReadOnly) && m_file.seek(from);
    }
    [[nodiscard]] bool isOpen() const { return m_opened; }
    void begin(const http::Response &head)
    {
        m_responder.begin(head);
        m_responder.onSent([self = shared_from_this()] { self->more(); });
        more();
    }

private:
    void more()
    {
        // Nothing piles up for whoever has left.
        while (m_left > 0 && m_responder.isConnected() && m_responder.unsent() < ReadBytes) {
            const QByteArray piece = m_file.read(std::min(ReadBytes, m_left));
            // A file that became shorter meanwhile.
            if (piece.isEmpty())
                return m_responder.abort();
            m_left -= piece.size();
            m_responder.send(piece);
        }
        if (m_left == 0 && !std::exchange(m_ended, true))
            m_responder.finish();
    }

    QFile m_file;
    qint64 m_left;
    http::Responder m_responder;
    bool m_opened = false;
    bool m_ended = false;
};

} // namespace

S3Api::S3Api(sources::BucketStore &buckets, account::DocumentStore &documents, DeliveryRouter &router, FunctionCatalogue &catalogue)
    : m_buckets(buckets)
    , m_documents(documents)
    , m_router(router)
    , m_catalogue(catalogue)
{
}

bool S3Api::isFor(const http::Request &request) const
{
    if (signedService(request) == "s3")
        return true;
    const QString bucket = QUrl::fromPercentEncoding(request.path.mid(1).split('/').first());
    return !bucket.isEmpty() && m_buckets.exists(bucket);
}

http::BodyReceiver S3Api::routeBody(const http::Request &head, const http::Responder &responder)
{
    const qsizetype slash = head.path.indexOf('/', 1);
    if (head.method != "PUT" || slash < 2 || slash + 1 == head.path.size() || !isFor(head))
        return {};
    // Those whose client left, or was refused in the middle.
    m_uploads.removeIf([](const auto &upload) { return !upload.first.isConnected(); });
    const auto upload = std::make_shared<S3Upload>(m_buckets.newTemporaryFile(), head);
    m_uploads.emplaceBack(responder, upload);
    return [upload](QByteArrayView bytes) { upload->take(bytes); };
}

std::shared_ptr<S3Upload> S3Api::takeUpload(const Call &call)
{
    for (qsizetype i = 0; i < m_uploads.size(); ++i) {
        if (m_uploads.at(i).first == call.responder)
            return m_uploads.takeAt(i).second;
    }
    // Of an empty body nothing comes.
    return call.request.bodySize == 0 ? std::make_shared<S3Upload>(m_buckets.newTemporaryFile(), call.request) : nullptr;
}

QByteArray S3Api::refusalOf(const Call &call) const
{
    const auto there = m_buckets.find(call.bucket, call.key);
    return writeRefusal(call.request, there ? &*there : nullptr);
}

void S3Api::handle(const http::Request &request, const http::Responder &responder)
{
    const QByteArray path = request.path.mid(1);
    const qsizetype slash = path.indexOf('/');
    Call call{request, responder, runtime::newRequestId(), QUrl::fromPercentEncoding(slash < 0 ? path : path.left(slash)), slash < 0 ? QString() : QUrl::fromPercentEncoding(path.mid(slash + 1)), QUrlQuery(QString::fromLatin1(request.query))};
    if (!request.header("Origin").isEmpty() && !call.bucket.isEmpty())
        call.pageHeaders = corsHeaders(corsRules(call.bucket), request).value_or(http::Headers());
    if (request.method == "OPTIONS" && !call.bucket.isEmpty())
        return onPreflight(call);
    if (const auto link = presigned(request)) {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const bool isOver = link->untilMs < now;
        if (isOver || (link->seconds && (*link->seconds < 1 || *link->seconds > LongestLinkSeconds))) {
            (void)takeUpload(call);
            return isOver ? call.fail("AccessDenied", u"Request has expired"_s)
                          : call.fail("AuthorizationQueryParametersError", u"X-Amz-Expires must be between 1 and %1 seconds"_s.arg(LongestLinkSeconds));
        }
    }
    if (call.bucket.isEmpty())
        return onService(call);
    if (call.key.isEmpty())
        return onBucket(call);
    if (!m_buckets.exists(call.bucket)) {
        (void)takeUpload(call);
        return call.fail("NoSuchBucket", u"The specified bucket does not exist"_s);
    }
    onObject(call);
}

void S3Api::onService(const Call &call)
{
    if (call.request.method != "GET")
        return call.fail("MethodNotAllowed", u"The specified method is not allowed against this resource."_s);
    const QMap<QString, qint64> buckets = m_buckets.all();
    call.answer(200, xmlOf(u"ListAllMyBucketsResult"_s, [&](QXmlStreamWriter &xml) {
        xml.writeStartElement(u"Owner"_s);
        xml.writeTextElement(u"ID"_s, u"ephemera"_s);
        xml.writeEndElement();
        xml.writeStartElement(u"Buckets"_s);
        for (auto it = buckets.begin(); it != buckets.end(); ++it) {
            xml.writeStartElement(u"Bucket"_s);
            xml.writeTextElement(u"Name"_s, it.key());
            xml.writeTextElement(u"CreationDate"_s, isoOf(it.value()));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }));
}

void S3Api::onBucket(const Call &call)
{
    const QByteArray &method = call.request.method;
    const bool bare = call.request.query.isEmpty() || call.query.hasQueryItem(u"x-id"_s);
    if (method == "PUT" && bare) {
        const auto made = m_buckets.create(call.bucket);
        return made ? call.answer(200, {}, {{"Location", '/' + call.bucket.toUtf8()}}) : call.fail(made.error());
    }
    if (!m_buckets.exists(call.bucket))
        return call.fail("NoSuchBucket", u"The specified bucket does not exist"_s);
    if (method == "HEAD")
        return call.answer(200, {}, {{"x-amz-bucket-region", m_catalogue.region().toLatin1()}});
    if (method == "DELETE" && bare) {
        if (const QString kept = keptByTemplate(m_catalogue, "AWS::S3::Bucket"_L1, call.bucket); !kept.isEmpty())
            return call.fail("AccessDenied", kept);
        const auto removed = m_buckets.remove(call.bucket);
        if (removed) {
            (void)bucketnotifications::put(m_documents, call.bucket, "<NotificationConfiguration/>");
            (void)bucketcors::forget(m_documents, call.bucket);
        }
        return removed ? call.answer(204) : call.fail(removed.error());
    }
    if (method == "POST" && call.query.hasQueryItem(u"delete"_s))
        return deleteObjects(call);
    if (call.query.hasQueryItem(u"notification"_s))
        return onNotification(call);
    if (call.query.hasQueryItem(u"cors"_s))
        return onCors(call);
    if (method == "GET" && call.query.hasQueryItem(u"location"_s))
        return call.answer(200, xmlOf(u"LocationConstraint"_s, [region = m_catalogue.region()](QXmlStreamWriter &xml) {
            // The first of all regions has no name there.
            if (region != "us-east-1"_L1)
                xml.writeCharacters(region);
        }));
    if (method == "GET" && call.query.hasQueryItem(u"versioning"_s))
        return call.answer(200, xmlOf(u"VersioningConfiguration"_s, [](QXmlStreamWriter &) {}));
    static const QStringList others{u"versioning"_s, u"acl"_s, u"policy"_s, u"lifecycle"_s, u"tagging"_s, u"encryption"_s, u"website"_s, u"logging"_s, u"versions"_s, u"uploads"_s, u"replication"_s, u"publicAccessBlock"_s, u"object-lock"_s, u"ownershipControls"_s};
    for (const QString &other : others) {
        if (call.query.hasQueryItem(other))
            return call.fail("NotImplemented", Core::tr("“%1” of a bucket is not among what is here.").arg(other));
    }
    if (method == "GET")
        return listObjects(call);
    call.fail("MethodNotAllowed", u"The specified method is not allowed against this resource."_s);
}

void S3Api::listObjects(const Call &call)
{
    const bool second = call.parameter(u"list-type"_s) == "2"_L1;
    const QString prefix = call.parameter(u"prefix"_s);
    const QString delimiter = call.parameter(u"delimiter"_s);
    const QString token = QString::fromUtf8(QByteArray::fromBase64(call.parameter(u"continuation-token"_s).toLatin1()));
    const QString after = !second ? call.parameter(u"marker"_s) : token.isEmpty() ? call.parameter(u"start-after"_s) : token;
    const bool encodes = call.parameter(u"encoding-type"_s) == "url"_L1;
    const QString asked = call.parameter(u"max-keys"_s);
    const int most = asked.isEmpty() ? MaxListed : std::clamp(asked.toInt(), 0, MaxListed);
    const auto found = m_buckets.list(call.bucket, prefix, delimiter, after, most);
    if (!found)
        return call.fail(found.error());
    const auto shown = [encodes](const QString &text) { return encodes ? QString::fromLatin1(QUrl::toPercentEncoding(text, "/")) : text; };
    call.answer(200, xmlOf(u"ListBucketResult"_s, [&](QXmlStreamWriter &xml) {
        xml.writeTextElement(u"Name"_s, call.bucket);
        xml.writeTextElement(u"Prefix"_s, shown(prefix));
        if (!delimiter.isEmpty())
            xml.writeTextElement(u"Delimiter"_s, shown(delimiter));
        if (encodes)
            xml.writeTextElement(u"EncodingType"_s, u"url"_s);
        xml.writeTextElement(u"MaxKeys"_s, QString::number(most));
        xml.writeTextElement(u"IsTruncated"_s, found->next.isEmpty() ? u"false"_s : u"true"_s);
        if (second)
            xml.writeTextElement(u"KeyCount"_s, QString::number(found->objects.size() + found->prefixes.size()));
        if (!found->next.isEmpty())
            xml.writeTextElement(second ? u"NextContinuationToken"_s : u"NextMarker"_s, second ? QString::fromLatin1(found->next.toUtf8().toBase64()) : shown(found->next));
        for (const ObjectInfo &object : found->objects) {
            xml.writeStartElement(u"Contents"_s);
            xml.writeTextElement(u"Key"_s, shown(object.key));
            xml.writeTextElement(u"LastModified"_s, isoOf(object.modifiedMs));
            xml.writeTextElement(u"ETag"_s, QString::fromLatin1(quoted(object.etag)));
            xml.writeTextElement(u"Size"_s, QString::number(object.size));
            xml.writeTextElement(u"StorageClass"_s, u"STANDARD"_s);
            xml.writeEndElement();
        }
        for (const QString &below : found->prefixes) {
            xml.writeStartElement(u"CommonPrefixes"_s);
            xml.writeTextElement(u"Prefix"_s, shown(below));
            xml.writeEndElement();
        }
    }));
}

void S3Api::deleteObjects(const Call &call)
{
    const auto objects = readList(call.request.body, u"Object"_s);
    if (objects.isEmpty() || objects.size() > MaxListed)
        return call.fail("MalformedXML", u"The XML you provided was not well-formed or did not validate against our published schema"_s);
    const bool isQuiet = readList(call.request.body, u"Delete"_s).value(0).value(u"Quiet"_s).compare("true"_L1, Qt::CaseInsensitive) == 0;
    call.answer(200, xmlOf(u"DeleteResult"_s, [&](QXmlStreamWriter &xml) {
        for (const auto &object : objects) {
            const QString key = object.value(u"Key"_s);
            const auto removed = m_buckets.removeObject(call.bucket, key, call.trace());
            if (removed && isQuiet)
                continue;
            xml.writeStartElement(removed ? u"Deleted"_s : u"Error"_s);
            xml.writeTextElement(u"Key"_s, key);
            if (!removed) {
                xml.writeTextElement(u"Code"_s, u"InternalError"_s);
                xml.writeTextElement(u"Message"_s, removed.error().message);
            }
            xml.writeEndElement();
        }
    }));
}

void S3Api::onObject(const Call &call)
{
    const QByteArray &method = call.request.method;
    if (method == "PUT" && call.query.hasQueryItem(u"partNumber"_s))
        return putPart(call);
    if (method == "PUT" && !call.request.header("x-amz-copy-source").isEmpty())
        return copyObject(call);
    for (const QString &other : {u"acl"_s, u"tagging"_s, u"retention"_s, u"legal-hold"_s, u"torrent"_s, u"attributes"_s, u"select"_s, u"restore"_s}) {
        if (!call.query.hasQueryItem(other))
            continue;
        (void)takeUpload(call);
        return call.fail("NotImplemented", Core::tr("“%1” of an object is not among what is here.").arg(other));
    }
    if (method == "PUT")
        return putObject(call);
    if (method == "GET" && call.query.hasQueryItem(u"uploadId"_s))
        return listParts(call);
    if (method == "GET" || method == "HEAD")
        return getObject(call);
    if (method == "POST" && call.query.hasQueryItem(u"uploads"_s))
        return beginMultipart(call);
    if (method == "POST" && call.query.hasQueryItem(u"uploadId"_s))
        return completeMultipart(call);
    if (method == "DELETE" && call.query.hasQueryItem(u"uploadId"_s))
        return m_multiparts.remove(call.parameter(u"uploadId"_s)) ? call.answer(204) : call.fail("NoSuchUpload", u"The specified upload does not exist."_s);
    if (method == "DELETE") {
        if (const QByteArray refused = call.request.header("If-Match").isEmpty() ? QByteArray() : refusalOf(call); !refused.isEmpty())
            return call.failCondition(refused);
        const auto removed = m_buckets.removeObject(call.bucket, call.key, call.trace());
        return removed ? call.answer(204) : call.fail(removed.error());
    }
    call.fail("MethodNotAllowed", u"The specified method is not allowed against this resource."_s);
}

void S3Api::putObject(const Call &call)
{
    const auto upload = takeUpload(call);
    if (!upload)
        return call.fail("InternalError", Core::tr("The body did not arrive."));
    if (const QByteArray problem = upload->finish(call.request); !problem.isEmpty())
        return call.fail(problem, problem == "BadDigest" ? u"The checksum that you specified did not match what was received."_s : problem == "InvalidDigest" ? u"The Content-MD5 you specified is not valid."_s : u"You did not provide the number of bytes specified by the Content-Length HTTP header"_s);
    if (const QByteArray refused = refusalOf(call); !refused.isEmpty())
        return call.failCondition(refused);
    ObjectInfo wanted;
    wanted.key = call.key;
    wanted.etag = upload->md5();
    wanted.contentType = QString::fromUtf8(call.request.header("Content-Type"));
    wanted.headers = keptHeaders(call.request);
    http::Headers told;
    if (const S3Checksum *checksum = upload->checksum()) {
        wanted.headers.insert(QString::fromLatin1(checksum->header()), QString::fromLatin1(checksum->value()));
        told = {{checksum->header(), checksum->value()}, {"x-amz-checksum-type", "FULL_OBJECT"}};
    }
    const auto put = m_buckets.put(call.bucket, wanted, upload->path(), u"ObjectCreated:Put"_s, call.trace());
    if (!put)
        return call.fail(put.error());
    call.answer(200, {}, http::Headers{{"ETag", quoted(put->etag)}} + told);
}

void S3Api::getObject(const Call &call)
{
    const auto object = m_buckets.find(call.bucket, call.key);
    if (!object)
        return call.fail(object.error());
    http::Headers headers = call.headers() + http::Headers{{"ETag", quoted(object->etag)}, {"Last-Modified", http::httpDate(object->modifiedMs)}, {"Content-Type", object->contentType.toUtf8()}, {"Accept-Ranges", "bytes"}};
    // A part of an object has no checksum.
    const bool checks = call.request.header("x-amz-checksum-mode").toUpper() == "ENABLED" && call.request.header("Range").isEmpty();
    for (auto it = object->headers.begin(); it != object->headers.end(); ++it) {
        const bool isChecksum = it.key().startsWith(QLatin1StringView(S3Checksum::HeaderPrefix));
        if (isChecksum && !checks)
            continue;
        headers.emplaceBack(it.key().toLatin1(), it.value().toString().toUtf8());
        if (isChecksum)
            headers.emplaceBack("x-amz-checksum-type", S3PartsChecksum::isComposite(it->toString().toLatin1()) ? "COMPOSITE" : "FULL_OBJECT");
    }
    // A link may say how its object is to be shown.
    for (const QByteArray &name : {QByteArray("Content-Type"), QByteArray("Content-Language"), QByteArray("Expires"), QByteArray("Cache-Control"), QByteArray("Content-Disposition"), QByteArray("Content-Encoding")}) {
        const QString wanted = call.parameter(u"response-"_s + QString::fromLatin1(name).toLower());
        if (wanted.isEmpty())
            continue;
        headers.removeIf([&](const auto &header) { return header.first.compare(name, Qt::CaseInsensitive) == 0; });
        headers.emplaceBack(name, wanted.toUtf8());
    }
    switch (readCondition(call.request, {}, *object)) {
    case Condition::Failed: return call.failCondition("PreconditionFailed");
    case Condition::NotModified:
        // There is no body that a checksum could be of.
        headers.removeIf([](const auto &header) { return header.first.startsWith(S3Checksum::HeaderPrefix); });
        return call.responder.respond({304, headers, {}});
    case Condition::Holds: break;
    }
    int status = 200;
    qint64 from = 0;
    qint64 length = object->size;
    if (const auto range = rangeOf(call.request.header("Range"), object->size)) {
        if (range->first >= object->size || range->first > range->second)
            return call.fail("InvalidRange", u"The requested range is not satisfiable"_s);
        status = 206;
        from = range->first;
        length = range->second - range->first + 1;
        headers.emplaceBack("Content-Range", "bytes " + QByteArray::number(from) + '-' + QByteArray::number(range->second) + '/' + QByteArray::number(object->size));
    }
    if (call.request.method == "HEAD") {
        http::Response head{status, headers, {}};
        head.headLength = length;
        return call.responder.respond(head);
    }
    if (length == 0)
        return call.responder.respond({status, headers, {}});
    const auto sender = std::make_shared<FileSender>(m_buckets.pathOf(call.bucket, call.key), from, length, call.responder);
    if (!sender->isOpen())
        return call.fail("NoSuchKey", u"The specified key does not exist."_s);
    headers.emplaceBack("Content-Length", QByteArray::number(length));
    sender->begin({status, headers, {}});
}

} // namespace eph::cloud
