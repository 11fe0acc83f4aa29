// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3call.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QXmlStreamReader>

namespace eph::cloud::s3 {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] int statusOf(const QByteArray &code)
{
    static const QHash<QByteArray, int> statuses{{"AccessDenied", 403}, {"AccessForbidden", 403}, {"NoSuchCORSConfiguration", 404}, {"NoSuchBucket", 404}, {"NoSuchKey", 404}, {"NoSuchUpload", 404}, {"BucketNotEmpty", 409}, {"PreconditionFailed", 412}, {"InvalidRange", 416}, {"InternalError", 500}, {"NotImplemented", 501}, {"MethodNotAllowed", 405}};
    return statuses.value(code, 400);
}

} // namespace

QString isoOf(qint64 epochMs)
{
    return QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

QByteArray quoted(const QString &etag)
{
    return '"' + etag.toLatin1() + '"';
}

QByteArray xmlOf(const QString &root, const WriteXml &write)
{
    QByteArray text;
    QXmlStreamWriter xml(&text);
    xml.writeStartDocument();
    xml.writeStartElement(root);
    // Failures have none, and clients look for them so.
    if (root != "Error"_L1)
        xml.writeDefaultNamespace(u"http://s3.amazonaws.com/doc/2006-03-01/"_s);
    write(xml);
    xml.writeEndDocument();
    return text;
}

QJsonObject keptHeaders(const http::Request &request)
{
    static const QList<QByteArray> named{"cache-control", "content-disposition", "content-language", "expires"};
    QJsonObject kept;
    for (const auto &[name, value] : request.headers) {
        const QByteArray lower = name.toLower();
        if (lower.startsWith("x-amz-meta-") || named.contains(lower))
            kept.insert(QString::fromLatin1(lower), QString::fromUtf8(value));
        if (lower == "content-encoding" && value != "aws-chunked")
            kept.insert(QString::fromLatin1(lower), QString::fromUtf8(value).remove(u"aws-chunked,"_s));
    }
    return kept;
}

QList<QHash<QString, QString>> readList(const QByteArray &xml, const QString &element)
{
    QList<QHash<QString, QString>> list;
    QXmlStreamReader reader(xml);
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement || reader.name() != element)
            continue;
        QHash<QString, QString> fields;
        while (reader.readNextStartElement()) {
            const QString name = reader.name().toString();
            fields.insert(name, reader.readElementText(QXmlStreamReader::SkipChildElements));
        }
        list << fields;
    }
    return reader.hasError() ? QList<QHash<QString, QString>>() : list;
}

std::optional<std::pair<qint64, qint64>> rangeOf(const QByteArray &header, qint64 size)
{
    static const QRegularExpression form(u"^bytes=(\\d*)-(\\d*)$"_s);
    const auto match = form.match(QString::fromLatin1(header));
    if (!match.hasMatch() || (match.captured(1).isEmpty() && match.captured(2).isEmpty()))
        return std::nullopt;
    if (match.captured(1).isEmpty())
        return std::pair(std::max<qint64>(0, size - match.captured(2).toLongLong()), size - 1);
    const qint64 last = match.captured(2).isEmpty() ? size - 1 : std::min(size - 1, match.captured(2).toLongLong());
    return std::pair(match.captured(1).toLongLong(), last);
}

void Call::answer(int status, const QByteArray &xml, http::Headers more) const
{
    http::Response response{status, headers() + more, xml};
    if (!xml.isEmpty())
        response.headers.emplaceBack("Content-Type", "application/xml");
    // There is no body in the answer to HEAD.
    if (request.method == "HEAD")
        response.headLength = 0;
    responder.respond(response);
}

void Call::fail(const QByteArray &code, const QString &message) const
{
    answer(statusOf(code), request.method == "HEAD" ? QByteArray() : xmlOf(u"Error"_s, [&](QXmlStreamWriter &xml) {
        xml.writeTextElement(u"Code"_s, QString::fromLatin1(code));
        xml.writeTextElement(u"Message"_s, message);
        xml.writeTextElement(u"Resource"_s, QString::fromUtf8(request.path));
        xml.writeTextElement(u"RequestId"_s, QString::fromLatin1(id));
    }));
}

void Call::failCondition(const QByteArray &code) const
{
    static const QHash<QByteArray, QString> messages{{"NoSuchKey", u"The specified key does not exist."_s},
                                                     {"NotImplemented", u"A header you provided implies functionality that is not implemented"_s},
                                                     {"PreconditionFailed", u"At least one of the pre-conditions you specified did not hold"_s}};
    fail(code, messages.value(code));
}

} // namespace eph::cloud::s3
