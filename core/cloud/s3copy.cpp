// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3api.h"

#include "core/base/text.h"
#include "core/cloud/s3call.h"
#include "core/cloud/s3conditions.h"

#include <QCryptographicHash>
#include <QUrl>
#include <QXmlStreamWriter>

// Objects that are made of others.
namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace s3;
using sources::ObjectInfo;

namespace {

/// The header with an object's checksum; empty where it has none.
[[nodiscard]] QString checksumHeaderOf(const ObjectInfo &object)
{
    const QStringList names = object.headers.keys();
    const auto found = std::find_if(names.begin(), names.end(), [](const QString &name) { return name.startsWith(QLatin1StringView(S3Checksum::HeaderPrefix)); });
    return found == names.end() ? QString() : *found;
}

/// A copy is one object, whatever its source came in: its tag and its checksum are of all its bytes. False where the file cannot be read.
[[nodiscard]] bool takeDigests(ObjectInfo &object, const QString &path, const QByteArray &algorithm)
{
    object.headers.remove(checksumHeaderOf(object));
    const auto checksum = S3Checksum::of(algorithm);
    if (!checksum && !object.etag.contains(u'-'))
        return true;
    constexpr qint64 ReadBytes = 256 * 1024;
    QFile file(path);
    QCryptographicHash md5(QCryptographicHash::Md5);
    bool whole = file.open(QIODevice::ReadOnly);
    while (whole && !file.atEnd()) {
        const QByteArray piece = file.read(ReadBytes);
        whole = !piece.isEmpty();
        md5.addData(piece);
        if (checksum)
            checksum->add(piece);
    }
    object.etag = QString::fromLatin1(md5.result().toHex());
    if (checksum)
        object.headers.insert(QString::fromLatin1(S3Checksum::HeaderPrefix + algorithm), QString::fromLatin1(checksum->value()));
    return whole;
}

} // namespace

std::optional<S3Api::CopySource> S3Api::copySource(const Call &call) const
{
    QString source = QUrl::fromPercentEncoding(call.request.header("x-amz-copy-source"));
    if (source.startsWith(u'/'))
        source.remove(0, 1);
    const QString bucket = source.section(u'/', 0, 0);
    const auto object = m_buckets.find(bucket, source.section(u'/', 1));
    if (!object) {
        call.fail(object.error());
        return std::nullopt;
    }
    if (readCondition(call.request, "x-amz-copy-source-", *object) != Condition::Holds) {
        call.failCondition("PreconditionFailed");
        return std::nullopt;
    }
    return CopySource{m_buckets.pathOf(bucket, object->key), *object, bucket == call.bucket && object->key == call.key};
}

void S3Api::copyObject(const Call &call)
{
    (void)takeUpload(call);
    const auto from = copySource(call);
    if (!from)
        return;
    const QByteArray asked = call.request.header("x-amz-checksum-algorithm").toLower();
    if (!asked.isEmpty() && !S3Checksum::of(asked))
        return call.fail("InvalidRequest", S3Checksum::unsupported());
    const bool replaces = call.request.header("x-amz-metadata-directive") == "REPLACE";
    if (!replaces && from->isItself)
        return call.fail("InvalidRequest", u"This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."_s);
    const QString file = m_buckets.newTemporaryFile();
    if (!QFile::copy(from->path, file))
        return call.fail("InternalError", Core::tr("“%1” could not be copied.").arg(from->object.key));
    ObjectInfo wanted = from->object;
    wanted.key = call.key;
    if (replaces) {
        wanted.headers = keptHeaders(call.request);
        wanted.contentType = QString::fromUtf8(call.request.header("Content-Type"));
    }
    const bool read = takeDigests(wanted, file, asked.isEmpty() ? checksumHeaderOf(from->object).mid(S3Checksum::HeaderPrefix.size()).toLatin1() : asked);
    const auto put = read ? m_buckets.put(call.bucket, wanted, file, u"ObjectCreated:Copy"_s, call.trace()) : failure(ErrorCode::Io, Core::tr("“%1” could not be copied.").arg(from->object.key));
    QFile::remove(file);
    if (!put)
        return call.fail(put.error());
    call.answer(200, xmlOf(u"CopyObjectResult"_s, [&](QXmlStreamWriter &xml) {
        xml.writeTextElement(u"LastModified"_s, isoOf(put->modifiedMs));
        xml.writeTextElement(u"ETag"_s, QString::fromLatin1(quoted(put->etag)));
        if (const QString header = checksumHeaderOf(*put); !header.isEmpty()) {
            xml.writeTextElement(S3Checksum::elementOf(header.sliced(S3Checksum::HeaderPrefix.size()).toLatin1()), put->headers.value(header).toString());
            xml.writeTextElement(u"ChecksumType"_s, u"FULL_OBJECT"_s);
        }
    }));
}

} // namespace eph::cloud
