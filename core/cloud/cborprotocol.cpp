// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/cborprotocol.h"

#include "core/base/text.h"

#include <QCborMap>
#include <QCborStreamWriter>
#include <QCborValue>
#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

void write(QCborStreamWriter &writer, const QString &name, const QJsonValue &value)
{
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        writer.startMap(quint64(object.size()));
        for (auto it = object.begin(); it != object.end(); ++it) {
            writer.append(it.key());
            write(writer, it.key(), *it);
        }
        writer.endMap();
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        writer.startArray(quint64(array.size()));
        for (const auto &one : array)
            write(writer, {}, one);
        writer.endArray();
    } else if (value.isDouble()) {
        if (name == "Timestamp"_L1)
            writer.append(QCborKnownTags::UnixTime_t);
        writer.append(value.toDouble());
    } else if (value.isBool()) {
        writer.append(value.toBool());
    } else if (value.isString()) {
        writer.append(value.toString());
    } else {
        writer.appendNull();
    }
}

} // namespace

tl::expected<QJsonObject, ApiError> cborInput(const http::Request &request)
{
    if (request.truncated || request.bodySize != request.body.size())
        return tl::unexpected(ApiError{400, "ValidationException", Core::tr("The request is too large.")});
    QCborParserError error;
    const QCborValue value = request.body.isEmpty() ? QCborValue(QCborMap()) : QCborValue::fromCbor(request.body, &error);
    if (error.error != QCborError::NoError || !value.isMap())
        return tl::unexpected(ApiError{400, "SerializationException", Core::tr("The request is no CBOR map.")});
    return value.toMap().toJsonObject();
}

http::Response cborResponse(const JsonAnswer &answer, const QByteArray &requestId)
{
    QByteArray body;
    QCborStreamWriter writer(&body);
    write(writer, {}, answer ? *answer : QJsonObject{{u"__type"_s, QString::fromLatin1(answer.error().type)}, {u"message"_s, answer.error().message}});
    return {answer ? 200 : answer.error().status, {{"Content-Type", "application/cbor"}, {"smithy-protocol", "rpc-v2-cbor"}, {"x-amzn-RequestId", requestId}}, body};
}

} // namespace eph::cloud
