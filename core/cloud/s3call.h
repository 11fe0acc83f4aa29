// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/http/server.h"

#include <QHash>
#include <QJsonObject>
#include <QUrlQuery>
#include <QXmlStreamWriter>
#include <functional>
#include <optional>

namespace eph::cloud::s3 {

inline constexpr int MaxListed = 1000;

/// A request about a bucket or an object, and its answer in the service's words.
struct Call {
    const http::Request &request;
    http::Responder responder;
    QByteArray id;
    QString bucket;
    QString key;
    QUrlQuery query;
    http::Headers pageHeaders = {}; ///< What a browser is told of the page that it asks for.

    [[nodiscard]] QString parameter(const QString &name) const { return query.queryItemValue(name, QUrl::FullyDecoded); }
    [[nodiscard]] QByteArray trace() const { return request.header("X-Amzn-Trace-Id"); }
    [[nodiscard]] http::Headers headers() const { return http::Headers{{"x-amz-request-id", id}, {"Server", "AmazonS3"}} + pageHeaders; }
    void answer(int status, const QByteArray &xml = {}, http::Headers more = {}) const;
    void fail(const QByteArray &code, const QString &message) const;
    void failCondition(const QByteArray &code) const;
    void fail(const Error &error) const { fail(error.detail.isEmpty() ? QByteArray("InternalError") : error.detail.toLatin1(), error.message); }
};

[[nodiscard]] QString isoOf(qint64 epochMs);
[[nodiscard]] QByteArray quoted(const QString &etag);

/// Text elements in a row, within one that is written by `write`.
using WriteXml = std::function<void(QXmlStreamWriter &)>;
[[nodiscard]] QByteArray xmlOf(const QString &root, const WriteXml &write);
/// Elements of that name, each with its children by name.
[[nodiscard]] QList<QHash<QString, QString>> readList(const QByteArray &xml, const QString &element);

/// First and last byte that are wanted; nullopt: all. A range that holds nothing begins behind the end.
[[nodiscard]] std::optional<std::pair<qint64, qint64>> rangeOf(const QByteArray &header, qint64 size);

/// Headers that belong to the object and come back with it.
[[nodiscard]] QJsonObject keptHeaders(const http::Request &request);

} // namespace eph::cloud::s3
