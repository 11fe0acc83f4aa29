// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/signature4.h"

#include <QCryptographicHash>
#include <QHash>
#include <QMap>
#include <QMessageAuthenticationCode>
#include <algorithm>

namespace eph::http {

namespace {

constexpr char Algorithm[] = "AWS4-HMAC-SHA256";
const QString TimeForm = QStringLiteral("yyyyMMdd'T'HHmmss'Z'");

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

QByteArray hmac(const QByteArray &key, const QByteArray &bytes)
{
    return QMessageAuthenticationCode::hash(bytes, key, QCryptographicHash::Sha256);
}

/// Everything but letters, digits and `-._~`.
QByteArray encoded(const QByteArray &text)
{
    return text.toPercentEncoding();
}

QByteArray canonicalPath(const QByteArray &path, bool normalize)
{
    QList<QByteArray> parts;
    const QList<QByteArray> given = path.split('/');
    for (const QByteArray &part : given) {
        // Encoded once, however it came.
        if (!normalize) {
            parts << encoded(QByteArray::fromPercentEncoding(part));
            continue;
        }
        if (part == ".." && !parts.isEmpty())
            parts.removeLast();
        else if (!part.isEmpty() && part != "." && part != "..")
            parts << encoded(part);
    }
    if (!normalize)
        return parts.join('/').isEmpty() ? QByteArray("/") : parts.join('/');
    const bool folder = !parts.isEmpty() && (path.endsWith('/') || path.endsWith("/.") || path.endsWith("/.."));
    return '/' + parts.join('/') + (folder ? "/" : "");
}

using Parameters = QList<std::pair<QByteArray, QByteArray>>;

Parameters parametersOf(const QByteArray &query)
{
    Parameters parameters;
    const QList<QByteArray> parts = query.split('&');
    for (const QByteArray &part : parts) {
        if (part.isEmpty())
            continue;
        const qsizetype equals = part.indexOf('=');
        const auto decoded = [](const QByteArray &text) { return QByteArray::fromPercentEncoding(text); };
        parameters.append({encoded(decoded(equals < 0 ? part : part.left(equals))), encoded(decoded(equals < 0 ? QByteArray() : part.mid(equals + 1)))});
    }
    return parameters;
}

QByteArray joined(Parameters parameters)
{
    std::sort(parameters.begin(), parameters.end());
    QList<QByteArray> parts;
    for (const auto &[key, value] : std::as_const(parameters))
        parts << key + '=' + value;
    return parts.join('&');
}

/// By lower-case name; values of one name in their order.
QMap<QByteArray, QByteArray> canonicalHeaders(const Headers &headers)
{
    QMap<QByteArray, QByteArray> all;
    for (const auto &[name, value] : headers) {
        const QByteArray key = name.toLower().trimmed();
        const QByteArray simple = value.simplified();
        all[key] = all.contains(key) ? QByteArray(all.value(key) + ',' + simple) : simple;
    }
    return all;
}

struct Scope {
    QByteArray time;
    QByteArray text;
};

Scope scopeOf(const Signing &signing)
{
    const QByteArray time = signing.at.toUTC().toString(TimeForm).toLatin1();
    return {time, time.left(8) + '/' + signing.region + '/' + signing.service + "/aws4_request"};
}

/// Fills in everything but the headers.
Signature4 steps(const Request &request, const QByteArray &query, const QMap<QByteArray, QByteArray> &headers, const QByteArray &bodyHash, const Signing &signing)
{
    Signature4 result;
    QByteArray block;
    for (auto it = headers.cbegin(); it != headers.cend(); ++it)
        block += it.key() + ':' + it.value() + '\n';
    result.canonicalRequest = request.method + '\n' + canonicalPath(request.path, signing.normalizePath) + '\n' + query + '\n' + block + '\n' + headers.keys().join(';') + '\n' + bodyHash;
    const Scope scope = scopeOf(signing);
    result.stringToSign = Algorithm + QByteArray("\n") + scope.time + '\n' + scope.text + '\n' + sha256(result.canonicalRequest);
    QByteArray key = "AWS4" + signing.credentials.secretAccessKey;
    const QList<QByteArray> parts = scope.text.split('/');
    for (const QByteArray &part : parts)
        key = hmac(key, part);
    result.signature = hmac(key, result.stringToSign).toHex();
    return result;
}

} // namespace

Signature4 signRequest(const Request &request, const Signing &signing)
{
    const Scope scope = scopeOf(signing);
    const QByteArray bodyHash = sha256(request.body);
    Headers added{{"X-Amz-Date", scope.time}};
    if (signing.tellsBodyHash)
        added.append({"X-Amz-Content-Sha256", bodyHash});
    if (!signing.credentials.sessionToken.isEmpty() && signing.signsToken)
        added.append({"X-Amz-Security-Token", signing.credentials.sessionToken});
    const auto headers = canonicalHeaders(request.headers + added);
    Signature4 result = steps(request, joined(parametersOf(request.query)), headers, bodyHash, signing);
    if (!signing.credentials.sessionToken.isEmpty() && !signing.signsToken)
        added.append({"X-Amz-Security-Token", signing.credentials.sessionToken});
    added.append({"Authorization", QByteArray(Algorithm) + " Credential=" + signing.credentials.accessKeyId + '/' + scope.text + ", SignedHeaders=" + headers.keys().join(';') + ", Signature=" + result.signature});
    result.headers = added;
    return result;
}

Presigned presignRequest(const Request &request, const Signing &signing, int expiresSeconds)
{
    const Scope scope = scopeOf(signing);
    const auto headers = canonicalHeaders(request.headers);
    Parameters parameters = parametersOf(request.query);
    const auto add = [&parameters](const QByteArray &name, const QByteArray &value) { parameters.append({name, encoded(value)}); };
    add("X-Amz-Algorithm", Algorithm);
    add("X-Amz-Credential", signing.credentials.accessKeyId + '/' + scope.text);
    add("X-Amz-Date", scope.time);
    add("X-Amz-Expires", QByteArray::number(expiresSeconds));
    add("X-Amz-SignedHeaders", headers.keys().join(';'));
    const bool hasToken = !signing.credentials.sessionToken.isEmpty();
    if (hasToken && signing.signsToken)
        add("X-Amz-Security-Token", signing.credentials.sessionToken);
    Presigned result{steps(request, joined(parameters), headers, sha256(request.body), signing), {}};
    if (hasToken && !signing.signsToken)
        add("X-Amz-Security-Token", signing.credentials.sessionToken);
    add("X-Amz-Signature", result.steps.signature);
    result.query = joined(parameters);
    return result;
}

bool isPresignedWith(const Request &request, const QByteArray &secretAccessKey)
{
    Parameters signedOnes;
    QHash<QByteArray, QByteArray> told;
    const Parameters parameters = parametersOf(request.query);
    for (const auto &[name, value] : parameters) {
        told.insert(name, QByteArray::fromPercentEncoding(value));
        if (name != "X-Amz-Signature")
            signedOnes.append({name, value});
    }
    const QList<QByteArray> scope = told.value("X-Amz-Credential").split('/');
    Signing signing;
    signing.at = QDateTime::fromString(QString::fromLatin1(told.value("X-Amz-Date")), TimeForm);
    signing.at.setTimeSpec(Qt::UTC);
    if (told.value("X-Amz-Algorithm") != Algorithm || scope.size() != 5 || !signing.at.isValid())
        return false;
    signing.credentials.secretAccessKey = secretAccessKey;
    signing.region = scope.at(2);
    signing.service = scope.at(3);
    signing.normalizePath = false;
    Headers headers;
    const QList<QByteArray> names = told.value("X-Amz-SignedHeaders").split(';');
    for (const auto &header : request.headers) {
        const QByteArray name = header.first.toLower();
        if (names.contains(name))
            headers << header;
        // The service does nothing that was not asked for by whoever signed.
        else if (name.startsWith("x-amz-"))
            return false;
    }
    if (!names.contains("host"))
        return false;
    const QByteArray bodyHash = told.value("X-Amz-Content-Sha256", request.header("X-Amz-Content-Sha256"));
    return steps(request, joined(signedOnes), canonicalHeaders(headers), bodyHash.isEmpty() ? "UNSIGNED-PAYLOAD" : bodyHash, signing).signature == told.value("X-Amz-Signature");
}

} // namespace eph::http
