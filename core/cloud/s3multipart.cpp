// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3api.h"

#include "core/base/text.h"
#include "core/cloud/s3call.h"

#include <QDateTime>
#include <QFileInfo>
#include <QUuid>

// Uploads in parts.
namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace s3;
using sources::ObjectInfo;

namespace {

constexpr qint64 MaxPart = 5LL * 1024 * 1024 * 1024;
constexpr qint64 MinPart = 5 * 1024 * 1024; ///< But the last.
constexpr int MaxParts = 10'000;
constexpr qint64 ReadBytes = 256 * 1024;

[[nodiscard]] QByteArray typeOf(bool composite)
{
    return composite ? "COMPOSITE" : "FULL_OBJECT";
}

} // namespace

void S3Api::beginMultipart(const Call &call)
{
    const QString id = QUuid::createUuid().toString(QUuid::Id128);
    ObjectInfo object;
    object.key = call.key;
    object.contentType = QString::fromUtf8(call.request.header("Content-Type"));
    object.headers = keptHeaders(call.request);
    const QByteArray algorithm = call.request.header("x-amz-checksum-algorithm").toLower();
    const QByteArray type = call.request.header("x-amz-checksum-type").toUpper();
    if (!algorithm.isEmpty() && !S3Checksum::of(algorithm))
        return call.fail("InvalidRequest", S3Checksum::unsupported());
    if (!type.isEmpty() && (algorithm.isEmpty() || (type != typeOf(true) && type != typeOf(false))))
        return call.fail("InvalidRequest", u"The x-amz-checksum-type header is FULL_OBJECT or COMPOSITE, and goes with x-amz-checksum-algorithm."_s);
    const bool composite = type.isEmpty() ? algorithm != "crc64nvme" : type == "COMPOSITE";
    if (composite ? algorithm == "crc64nvme" : algorithm.startsWith("sha"))
        return call.fail("InvalidRequest", u"The %1 checksum type cannot be used with the %2 checksum algorithm."_s.arg(QString::fromLatin1(typeOf(composite)), QString::fromLatin1(algorithm)));
    m_multiparts.insert(id, {call.bucket, object, {}, algorithm, composite});
    http::Headers told;
    if (!algorithm.isEmpty())
        told = {{"x-amz-checksum-algorithm", algorithm.toUpper()}, {"x-amz-checksum-type", typeOf(composite)}};
    call.answer(200, xmlOf(u"InitiateMultipartUploadResult"_s, [&](QXmlStreamWriter &xml) {
        xml.writeTextElement(u"Bucket"_s, call.bucket);
        xml.writeTextElement(u"Key"_s, call.key);
        xml.writeTextElement(u"UploadId"_s, id);
    }), told);
}

void S3Api::putPart(const Call &call)
{
    auto upload = takeUpload(call);
    const auto multipart = m_multiparts.find(call.parameter(u"uploadId"_s));
    if (multipart == m_multiparts.end())
        return call.fail("NoSuchUpload", u"The specified upload does not exist."_s);
    const int number = call.parameter(u"partNumber"_s).toInt();
    if (number < 1 || number > MaxParts)
        return call.fail("InvalidArgument", u"Part number must be an integer between 1 and 10000, inclusive"_s);
    if (!call.request.header("x-amz-copy-source").isEmpty())
        return copyPart(call, *multipart, number);
    if (!upload)
        return call.fail("InternalError", Core::tr("The body did not arrive."));
    if (const QByteArray problem = upload->finish(call.request); !problem.isEmpty() || upload->size() > MaxPart)
        return call.fail(problem.isEmpty() ? QByteArray("EntityTooLarge") : problem, u"The part is not whole, or too large."_s);
    http::Headers told{{"ETag", quoted(upload->md5())}};
    if (const S3Checksum *checksum = upload->checksum())
        told.emplaceBack(checksum->header(), checksum->value());
    multipart->parts.insert(number, std::move(upload));
    call.answer(200, {}, told);
}

void S3Api::copyPart(const Call &call, Multipart &multipart, int number)
{
    const auto from = copySource(call);
    if (!from)
        return;
    const qint64 size = from->object.size;
    std::pair<qint64, qint64> range{0, size - 1};
    if (const QByteArray asked = call.request.header("x-amz-copy-source-range"); !asked.isEmpty()) {
        const auto wanted = rangeOf(asked, size);
        if (!wanted || wanted->first > wanted->second || wanted->first >= size)
            return call.fail("InvalidArgument", u"Range specified is not valid for source object of size: %1"_s.arg(size));
        range = *wanted;
    }
    QFile file(from->path);
    auto upload = std::make_shared<S3Upload>(m_buckets.newTemporaryFile(), call.request);
    bool whole = file.open(QIODevice::ReadOnly) && file.seek(range.first);
    for (qint64 left = range.second - range.first + 1; whole && left > 0;) {
        const QByteArray piece = file.read(std::min(ReadBytes, left));
        whole = !piece.isEmpty();
        upload->take(piece);
        left -= piece.size();
    }
    if (!whole || !upload->finish(call.request).isEmpty())
        return call.fail("InternalError", Core::tr("“%1” could not be copied.").arg(from->object.key));
    call.answer(200, xmlOf(u"CopyPartResult"_s, [&](QXmlStreamWriter &xml) {
        xml.writeTextElement(u"LastModified"_s, isoOf(QDateTime::currentMSecsSinceEpoch()));
        xml.writeTextElement(u"ETag"_s, QString::fromLatin1(quoted(upload->md5())));
    }));
    multipart.parts.insert(number, std::move(upload));
}

void S3Api::listParts(const Call &call)
{
    const auto multipart = m_multiparts.constFind(call.parameter(u"uploadId"_s));
    if (multipart == m_multiparts.cend())
        return call.fail("NoSuchUpload", u"The specified upload does not exist."_s);
    const QString asked = call.parameter(u"max-parts"_s);
    const int most = asked.isEmpty() ? MaxListed : std::clamp(asked.toInt(), 0, MaxListed);
    const int after = call.parameter(u"part-number-marker"_s).toInt();
    QList<int> numbers = multipart->parts.keys();
    numbers.removeIf([after](int number) { return number <= after; });
    const bool isCut = numbers.size() > most;
    numbers = numbers.first(std::min<qsizetype>(numbers.size(), most));
    call.answer(200, xmlOf(u"ListPartsResult"_s, [&](QXmlStreamWriter &xml) {
        xml.writeTextElement(u"Bucket"_s, call.bucket);
        xml.writeTextElement(u"Key"_s, call.key);
        xml.writeTextElement(u"UploadId"_s, multipart.key());
        xml.writeTextElement(u"PartNumberMarker"_s, QString::number(after));
        if (isCut && !numbers.isEmpty())
            xml.writeTextElement(u"NextPartNumberMarker"_s, QString::number(numbers.last()));
        xml.writeTextElement(u"MaxParts"_s, QString::number(most));
        xml.writeTextElement(u"IsTruncated"_s, isCut ? u"true"_s : u"false"_s);
        for (const int number : std::as_const(numbers)) {
            const auto &part = multipart->parts.value(number);
            xml.writeStartElement(u"Part"_s);
            xml.writeTextElement(u"PartNumber"_s, QString::number(number));
            xml.writeTextElement(u"LastModified"_s, isoOf(QFileInfo(part->path()).lastModified().toMSecsSinceEpoch()));
            xml.writeTextElement(u"ETag"_s, QString::fromLatin1(quoted(part->md5())));
            xml.writeTextElement(u"Size"_s, QString::number(part->size()));
            xml.writeEndElement();
        }
    }));
}

void S3Api::completeMultipart(const Call &call)
{
    const auto multipart = m_multiparts.find(call.parameter(u"uploadId"_s));
    if (multipart == m_multiparts.end())
        return call.fail("NoSuchUpload", u"The specified upload does not exist."_s);
    const auto named = readList(call.request.body, u"Part"_s);
    if (named.isEmpty())
        return call.fail("MalformedXML", u"The XML you provided was not well-formed or did not validate against our published schema"_s);
    if (const QByteArray refused = refusalOf(call); !refused.isEmpty())
        return call.failCondition(refused);
    QFile whole(m_buckets.newTemporaryFile());
    bool written = whole.open(QIODevice::WriteOnly);
    QByteArray digests;
    std::optional<S3PartsChecksum> checksum;
    if (!multipart->algorithm.isEmpty())
        checksum.emplace(multipart->algorithm, multipart->composite);
    const QString element = S3Checksum::elementOf(multipart->algorithm);
    int last = 0;
    for (const auto &part : named) {
        const int number = part.value(u"PartNumber"_s).toInt();
        const auto upload = multipart->parts.value(number);
        if (number <= last || !upload || part.value(u"ETag"_s).remove(u'"') != upload->md5()) {
            whole.remove();
            return call.fail(number <= last ? "InvalidPartOrder" : "InvalidPart", u"One or more of the specified parts could not be found, or their order was not ascending."_s);
        }
        if (upload->size() < MinPart && number != named.last().value(u"PartNumber"_s).toInt()) {
            whole.remove();
            return call.fail("EntityTooSmall", u"Your proposed upload is smaller than the minimum allowed size"_s);
        }
        last = number;
        digests += QByteArray::fromHex(upload->md5().toLatin1());
        QFile file(upload->path());
        written = written && file.open(QIODevice::ReadOnly);
        while (written && !file.atEnd()) {
            const QByteArray piece = file.read(ReadBytes);
            written = whole.write(piece) == piece.size();
            if (checksum)
                checksum->add(piece);
        }
        const QString sum = checksum ? QString::fromLatin1(checksum->endPart()) : QString();
        if (const QString given = part.value(element); written && !given.isEmpty() && given != sum) {
            whole.remove();
            return call.fail("InvalidPart", u"One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."_s);
        }
    }
    written = whole.flush() && written;
    whole.close();
    ObjectInfo object = multipart->object;
    object.etag = QString::fromLatin1(QCryptographicHash::hash(digests, QCryptographicHash::Md5).toHex()) + u"-%1"_s.arg(named.size());
    if (checksum) {
        const QByteArray header = S3Checksum::HeaderPrefix + multipart->algorithm;
        const QByteArray given = call.request.header(header);
        if (!given.isEmpty() && given != checksum->value()) {
            whole.remove();
            return call.fail("BadDigest", u"The checksum that you specified did not match what was received."_s);
        }
        object.headers.insert(QString::fromLatin1(header), QString::fromLatin1(checksum->value()));
    }
    const auto put = written ? m_buckets.put(call.bucket, object, whole.fileName(), u"ObjectCreated:CompleteMultipartUpload"_s, call.trace()) : failure(ErrorCode::Io, Core::tr("The parts could not be put together: %1.").arg(whole.errorString()));
    whole.remove();
    if (!put)
        return call.fail(put.error());
    const bool composite = multipart->composite;
    m_multiparts.erase(multipart);
    call.answer(200, xmlOf(u"CompleteMultipartUploadResult"_s, [&](QXmlStreamWriter &xml) {
        xml.writeTextElement(u"Location"_s, u"http://%1/%2/%3"_s.arg(QString::fromLatin1(call.request.header("Host")), call.bucket, call.key));
        xml.writeTextElement(u"Bucket"_s, call.bucket);
        xml.writeTextElement(u"Key"_s, call.key);
        xml.writeTextElement(u"ETag"_s, QString::fromLatin1(quoted(put->etag)));
        if (checksum) {
            xml.writeTextElement(element, QString::fromLatin1(checksum->value()));
            xml.writeTextElement(u"ChecksumType"_s, QString::fromLatin1(typeOf(composite)));
        }
    }));
}

} // namespace eph::cloud
