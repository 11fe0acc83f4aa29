// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gatewayresponses.h"

#include "core/base/jsontext.h"
#include "core/gateway/api.h"
#include "core/gateway/call.h"
#include "core/gateway/modelproblems.h"
#include "core/gateway/templatetext.h"
#include "core/http/headerline.h"

#include <QHash>
#include <QJsonDocument>
#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

const QString InvalidBody = u"Invalid request body"_s; ///< As the gateway refuses what does not fit its model.

constexpr auto ErrorType = "x-amzn-ErrorType";

/// The type of a refusal by what it is called on the wire.
QString typeOf(int status, const QByteArray &error, const QString &message, const QString &standard)
{
    static const QHash<QByteArray, QString> types{
        {"UnauthorizedException", u"UNAUTHORIZED"_s}, {"AccessDeniedException", u"ACCESS_DENIED"_s}, {"MissingAuthenticationTokenException", u"MISSING_AUTHENTICATION_TOKEN"_s},
        {"ForbiddenException", u"INVALID_API_KEY"_s}, {"TooManyRequestsException", u"THROTTLED"_s}, {"LimitExceededException", u"QUOTA_EXCEEDED"_s},
        {"RequestTooLargeException", u"REQUEST_TOO_LARGE"_s}, {"IntegrationTimeoutException", u"INTEGRATION_TIMEOUT"_s}, {"AuthorizerConfigurationException", u"AUTHORIZER_CONFIGURATION_ERROR"_s}};
    if (message == "Unsupported Media Type"_L1)
        return u"UNSUPPORTED_MEDIA_TYPE"_s;
    if (message == "Network error communicating with endpoint"_L1)
        return u"INTEGRATION_FAILURE"_s;
    if (status == 500 && error == "InternalServerErrorException")
        return u"API_CONFIGURATION_ERROR"_s;
    if (error == "BadRequestException")
        return message.startsWith("Missing required"_L1) ? u"BAD_REQUEST_PARAMETERS"_s : u"BAD_REQUEST_BODY"_s;
    return types.value(error, standard);
}

} // namespace

GatewayResponses readGatewayResponses(const QJsonObject &declared)
{
    constexpr auto Header = "gatewayresponse.header."_L1;
    GatewayResponses all;
    for (auto it = declared.begin(); it != declared.end(); ++it) {
        QJsonObject given = it->toObject();
        const auto member = [&](QLatin1StringView upper, QLatin1StringView lower) { return given.contains(upper) ? given.value(upper) : given.value(lower); };
        GatewayResponse response;
        if (const int status = member("StatusCode"_L1, "statusCode"_L1).toVariant().toInt(); status >= 100)
            response.status = status;
        const QJsonObject parameters = member("ResponseParameters"_L1, "responseParameters"_L1).toObject();
        const QJsonObject headers = parameters.value("Headers"_L1).toObject();
        for (auto header = headers.begin(); header != headers.end(); ++header)
            response.headers.emplaceBack(header.key().toUtf8(), header->toVariant().toString());
        for (auto parameter = parameters.begin(); parameter != parameters.end(); ++parameter) {
            if (parameter.key().startsWith(Header))
                response.headers.emplaceBack(parameter.key().sliced(Header.size()).toUtf8(), parameter->toVariant().toString());
        }
        response.body = member("ResponseTemplates"_L1, "responseTemplates"_L1).toObject().value("application/json"_L1).toString();
        all.insert(it.key(), response);
    }
    return all;
}

void applyGatewayResponse(http::Response &response, const GatewayResponses &declared, const Call &call)
{
    const QByteArray error = http::headerValue(response.headers, ErrorType);
    if (declared.isEmpty() || error.isEmpty())
        return;
    const QJsonObject refusal = QJsonDocument::fromJson(response.body).object();
    const QString message = refusal.isEmpty() ? QString::fromUtf8(response.body) : refusal.value(refusal.contains("Message"_L1) ? "Message"_L1 : "message"_L1).toString();
    const QString standard = response.status >= 500 ? u"DEFAULT_5XX"_s : u"DEFAULT_4XX"_s;
    const QString type = typeOf(response.status, error, message, standard);
    auto wanted = declared.constFind(type);
    if (wanted == declared.cend())
        wanted = declared.constFind(standard);
    if (wanted == declared.cend())
        return;
    response.status = wanted->status.value_or(response.status);
    for (const auto &[name, value] : wanted->headers) {
        response.headers.removeIf([&name = name](const auto &header) { return header.first.compare(name, Qt::CaseInsensitive) == 0; });
        response.headers.emplaceBack(name, parameterText(value, call));
    }
    if (wanted->body.isEmpty())
        return;
    // The longer name first: it begins with the other.
    QString body = wanted->body;
    body.replace("$context.error.messageString"_L1, QString::fromUtf8(jsonText(message)));
    body.replace("$context.error.message"_L1, message);
    if (body.contains("$context.error.validationErrorString"_L1)) {
        const QStringList problems = message == InvalidBody && call.match.route ? modelProblems(call.request.body, call.route().bodyModel) : QStringList();
        // Within quotation marks, which the template has.
        const QString told = QString::fromUtf8(jsonText(problems.isEmpty() ? message : QString(u'[' + problems.join(", "_L1) + u']')));
        body.replace("$context.error.validationErrorString"_L1, told.sliced(1, told.size() - 2));
    }
    body.replace("$context.error.responseType"_L1, type);
    response.body = filledTemplate(body, call).toUtf8();
    // It is a template for JSON.
    if (http::headerValue(response.headers, "Content-Type").startsWith("text/plain") && !std::any_of(wanted->headers.cbegin(), wanted->headers.cend(), [](const auto &header) { return header.first.compare("Content-Type", Qt::CaseInsensitive) == 0; }))
        http::setHeader(response.headers, "Content-Type", "application/json");
}

} // namespace eph::gateway
