// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/mockanswer.h"

#include "core/gateway/answer.h"
#include "core/gateway/call.h"
#include "core/gateway/templatetext.h"

#include <QRegularExpression>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// The template for JSON, or the only one there is.
struct Template {
    QString type;
    QString text;
};
[[nodiscard]] Template templateOf(const QJsonObject &templates)
{
    constexpr auto Json = "application/json"_L1;
    if (templates.isEmpty() || templates.contains(Json))
        return {Json, templates.value(Json).toString()};
    return {templates.begin().key(), templates.begin()->toString()};
}

[[nodiscard]] QJsonObject responseFor(const QJsonObject &responses, const QString &status)
{
    for (auto it = responses.begin(); it != responses.end(); ++it) {
        const QRegularExpression pattern(QRegularExpression::anchoredPattern(it.key()));
        if (it.key() != "default"_L1 && pattern.isValid() && pattern.match(status).hasMatch())
            return it->toObject();
    }
    return responses.value("default"_L1).toObject();
}

} // namespace

std::optional<MockAnswer> readMock(const QJsonObject &integration)
{
    constexpr auto Header = "method.response.header."_L1;
    // It may be written without its quotation marks.
    static const QRegularExpression status(uR"x(["']?statusCode["']?\s*:\s*["']?(\d{3}))x"_s);
    const Template asked = templateOf(integration.value("requestTemplates"_L1).toObject());
    if (isProgram(asked.text))
        return std::nullopt;
    MockAnswer mock;
    const QString wanted = status.match(asked.text).captured(1);
    const QJsonObject response = wanted.isEmpty() ? QJsonObject() : responseFor(integration.value("responses"_L1).toObject(), wanted);
    if (response.isEmpty())
        return mock;
    mock.status = response.value("statusCode"_L1).toVariant().toInt();
    const QJsonObject parameters = response.value("responseParameters"_L1).toObject();
    for (auto it = parameters.begin(); it != parameters.end(); ++it) {
        if (it.key().startsWith(Header))
            mock.headers.emplaceBack(it.key().sliced(Header.size()).toUtf8(), it->toVariant().toString());
    }
    const Template answer = templateOf(response.value("responseTemplates"_L1).toObject());
    if (isProgram(answer.text))
        return std::nullopt;
    mock.contentType = answer.type.toUtf8();
    mock.body = answer.text;
    return mock;
}

http::Response responseOf(const MockAnswer &mock, const Call &call)
{
    if (mock.status < 100 || mock.status > 599)
        return refusal(ApiKind::Rest, 500, "Internal server error", "InternalServerErrorException");
    http::Response response{mock.status, {}, filledTemplate(mock.body, call).toUtf8()};
    for (const auto &[name, value] : mock.headers)
        response.headers.emplaceBack(name, parameterText(value, call));
    if (http::headerValue(response.headers, "Content-Type").isEmpty())
        response.headers.emplaceBack("Content-Type", mock.contentType);
    return response;
}

} // namespace eph::gateway
