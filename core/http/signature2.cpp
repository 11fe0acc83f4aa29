// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/signature2.h"

#include <QCryptographicHash>
#include <QMap>
#include <QMessageAuthenticationCode>

namespace eph::http {

namespace {

/// Parameters that name another resource than the object itself, or shape the answer.
const QList<QByteArray> SignedParameters{"accelerate", "acl", "analytics", "cors", "delete", "defaultObjectAcl", "inventory", "lifecycle", "location", "logging", "metrics", "notification", "partNumber", "policy", "replication", "requestPayment", "response-cache-control", "response-content-disposition", "response-content-encoding", "response-content-language", "response-content-type", "response-expires", "restore", "select", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website"};

} // namespace

bool isPresignedByVersion2(const Request &request, const QByteArray &secretAccessKey)
{
    QByteArray signature;
    QByteArray expires;
    QMap<QByteArray, QByteArray> amazon; ///< Those of the query count as headers.
    QMap<QByteArray, QByteArray> resource;
    const QList<QByteArray> parameters = request.query.split('&');
    for (const QByteArray &parameter : parameters) {
        const qsizetype equals = parameter.indexOf('=');
        const QByteArray name = QByteArray::fromPercentEncoding(parameter.left(equals));
        const QByteArray value = equals < 0 ? QByteArray() : QByteArray::fromPercentEncoding(parameter.mid(equals + 1));
        QByteArray *const place = name == "Signature" ? &signature : name == "Expires" ? &expires : nullptr;
        // What is not part of the signature's text could be told in two ways.
        if (place && (!place->isEmpty() || parameter.left(equals) != name))
            return false;
        if (place)
            *place = value;
        else if (name.toLower().startsWith("x-amz-"))
            amazon.insert(name.toLower(), value);
        else if (SignedParameters.contains(name))
            resource.insert(name, equals < 0 ? name : QByteArray(name + '=' + value));
    }
    if (signature.isEmpty())
        return false;
    for (const auto &[name, value] : request.headers) {
        if (const QByteArray key = name.toLower(); key.startsWith("x-amz-"))
            amazon[key] = amazon.contains(key) ? QByteArray(amazon.value(key) + ',' + value.trimmed()) : value.trimmed();
    }
    QByteArray text = request.method + '\n' + request.header("Content-MD5") + '\n' + request.header("Content-Type") + '\n' + expires + '\n';
    for (auto it = amazon.cbegin(); it != amazon.cend(); ++it)
        text += it.key() + ':' + it.value() + '\n';
    text += QByteArray::fromPercentEncoding(request.path).toPercentEncoding("/");
    if (!resource.isEmpty())
        text += '?' + resource.values().join('&');
    return QMessageAuthenticationCode::hash(text, secretAccessKey, QCryptographicHash::Sha1).toBase64() == signature;
}

} // namespace eph::http
