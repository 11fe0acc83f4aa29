// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/webpagegate.h"

#include "core/base/text.h"
#include "core/cloud/awssignature.h"
#include "core/http/signature2.h"
#include "core/http/signature4.h"
#include "core/runtime/localcredentials.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] bool isSignedHere(const http::Request &request)
{
    const QByteArray token = sessionTokenInQuery(request);
    if (token.isEmpty())
        return false;
    const QByteArray secret = runtime::localSecretOf(token);
    return http::isPresignedWith(request, secret) || http::isPresignedByVersion2(request, secret);
}

/// The page was served by this machine, and not by the endpoint: a page that somebody has put into a bucket is nobody's program.
/// Where the browser does not tell its origin, it tells that the page's host is the endpoint's, at another port.
[[nodiscard]] bool isFromThisMachine(const http::Request &request)
{
    const QByteArray origin = request.header("Origin");
    if (origin.isEmpty())
        return request.header("Sec-Fetch-Site") == "same-site";
    const QUrl page = QUrl::fromEncoded(origin, QUrl::StrictMode);
    const QUrl endpoint = QUrl::fromEncoded("http://" + request.header("Host"), QUrl::StrictMode);
    constexpr int StandardPort = 80;
    const QString host = page.host();
    const bool isWeb = page.scheme() == "http"_L1 || page.scheme() == "https"_L1;
    return isWeb && page.port(StandardPort) != endpoint.port(StandardPort) && (host == "localhost"_L1 || host.endsWith(".localhost"_L1) || QHostAddress(host).isLoopback());
}

} // namespace

std::optional<http::Response> refusalOfPage(const http::Request &request)
{
    // It tells no more than what the bucket's rules say.
    if (request.method == "OPTIONS" && !request.header("Origin").isEmpty())
        return std::nullopt;
    const qsizetype slash = request.path.indexOf('/', 1);
    const bool isObject = slash > 1 && slash + 1 < request.path.size();
    if (isObject && presigned(request) && (isFromThisMachine(request) || isSignedHere(request)))
        return std::nullopt;
    const QString why = Core::tr("A web page may use addresses of objects that a function here has signed since the project is served, and, where the page is of this machine, those that others have signed. All else is for programs.");
    return http::jsonResponse(403, QJsonDocument(QJsonObject{{u"message"_s, why}}).toJson(QJsonDocument::Compact));
}

} // namespace eph::cloud
