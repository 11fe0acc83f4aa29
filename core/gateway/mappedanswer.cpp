// SPDX-License-Identifier: GPL-3.0-or-later
/// The way back of a MappedCall.
#include "core/gateway/mappedcall.h"

#include "core/base/text.h"
#include "core/gateway/answer.h"
#include "core/gateway/api.h"
#include "core/gateway/mappingsources.h"
#include "core/gateway/requestvalue.h"
#include "core/http/headerline.h"
#include "core/mapping/methods.h"

#include <QRegularExpression>
#include <QSet>
#include <functional>

namespace eph::gateway {

using namespace Qt::StringLiterals;
using mapping::Value;

namespace {

/// Which the client sees under another name.
[[nodiscard]] bool isRenamed(const QByteArray &name)
{
    static const QSet<QByteArray> all{"authorization", "connection", "content-md5", "date", "expect", "host", "max-forwards", "proxy-authenticate", "server", "trailer", "upgrade", "user-agent", "www-authenticate", "x-amzn-requestid"};
    return all.contains(name.toLower());
}

} // namespace

IntegrationAnswer MappedCall::mockAnswer() const
{
    // It may be written without its quotation marks.
    static const QRegularExpression written(uR"x(^\s*\{(?:.*[\s,{])?["']?statusCode["']?\s*:\s*(\d{3})(?!\d).*\}\s*$)x"_s, QRegularExpression::DotMatchesEverythingOption);
    const auto parsed = mapping::valueOfJson(m_body);
    const Value told = parsed ? mapping::memberOf(*parsed, u"statusCode"_s) : Value();
    const auto *status = told.as<qint64>();
    IntegrationAnswer answer;
    answer.selector = status ? QString::number(*status) : parsed ? QString() : written.match(QString::fromUtf8(m_body)).captured(1);
    answer.status = answer.selector.toInt();
    return answer;
}

std::optional<QString> MappedCall::responseValue(const QString &source, const IntegrationAnswer &given) const
{
    const bool http = m_call.api->kind == ApiKind::Http;
    if (const auto name = behind(source, http ? "response.header."_L1 : "integration.response.header."_L1)) {
        if (!http)
            return exactHeader(given.headers, *name);
        const QByteArray value = http::headerValue(given.headers, name->toUtf8());
        return value.isEmpty() ? std::nullopt : std::optional(QString::fromUtf8(value));
    }
    if (const auto name = behind(source, "integration.response.multivalueheader."_L1))
        return exactHeader(given.headers, *name, Which::All);
    const auto part = behind(source, http ? "response.body"_L1 : "integration.response.body"_L1);
    if (!part)
        return requestValue(m_call, source, &m_context);
    return bodyPart(given.body, part->startsWith(u'.') ? part->sliced(1) : *part);
}

http::Response MappedCall::answer(const IntegrationAnswer &given)
{
    if (m_integration.type == Integration::Type::HttpProxy || m_integration.type == Integration::Type::Action)
        return passedOn(given);
    if (m_integration.type == Integration::Type::Mock && given.status == 0)
        return broken(Core::tr("Nothing says the mock's status: a request template for this type of body must come to {\"statusCode\": 200}."));
    const IntegrationResponse *chosen = nullptr;
    for (const IntegrationResponse &response : m_integration.responses) {
        if (response.pattern.isEmpty())
            continue;
        const QRegularExpression pattern(QRegularExpression::anchoredPattern(response.pattern));
        if (pattern.isValid() && pattern.match(given.selector).hasMatch()) {
            chosen = &response;
            break;
        }
    }
    for (const IntegrationResponse &response : m_integration.responses) {
        if (!chosen && response.pattern.isEmpty())
            chosen = &response;
    }
    if (!chosen)
        return broken(Core::tr("No integration response fits “%1”, and there is none for everything else.").arg(given.selector));
    return mapped(*chosen, given);
}

/// Only a client that asks for one of the API's binary types gets bytes.
bool MappedCall::isBinaryAnswer(const IntegrationAnswer &given) const
{
    const QByteArray accepted = m_call.request.header("Accept").split(',').first().trimmed();
    return isAmong(accepted.isEmpty() || accepted == "*/*" ? http::headerValue(given.headers, "Content-Type") : accepted, m_call.api->binaryMediaTypes);
}

http::Response MappedCall::mapped(const IntegrationResponse &response, const IntegrationAnswer &given)
{
    http::Response result;
    result.status = response.status;
    result.body = given.body;
    if (response.content == ContentHandling::ToBinary) {
        if (const auto decoded = QByteArray::fromBase64Encoding(given.body, QByteArray::AbortOnBase64DecodingErrors))
            result.body = *decoded;
        else
            return broken(Core::tr("The answer is not base64, as CONVERT_TO_BINARY wants it."));
    } else if (const bool binary = isBinaryAnswer(given); response.content == ContentHandling::ToText && binary) {
        result.body = given.body.toBase64();
    } else if (!binary) {
        result.body = asText(given.body);
    }
    QByteArray type = "application/json";
    if (const auto *found = templateFor(response.templates, m_call.request.header("Accept"))) {
        type = found->type.toLatin1();
        // An empty one maps nothing.
        const auto text = found->isEmpty ? std::nullopt : rendered(found->program, given.body);
        if (!text && !found->isEmpty)
            return broken(m_problem);
        if (text)
            result.body = text->toUtf8();
    }
    result.headers.emplaceBack("Content-Type", type);
    const auto put = [&result](const QString &name, const QString &value) {
        const QByteArray header = name.toUtf8();
        if (header.compare("Transfer-Encoding", Qt::CaseInsensitive) != 0 && header.compare("Content-Length", Qt::CaseInsensitive) != 0)
            http::setHeader(result.headers, isRenamed(header) ? QByteArray("x-amzn-Remapped-" + header) : header, value.toUtf8());
    };
    for (const auto &[target, source] : response.headers) {
        const auto name = behind(target, "method.response.header."_L1);
        const auto value = name ? responseValue(source, given) : std::nullopt;
        if (value)
            put(*name, *value);
    }
    const Value overrides = memberAt(m_context, u"responseOverride"_s);
    eachMember(memberAt(overrides, u"header"_s), [&put](const QString &name, const Value &value) { put(name, value.text()); });
    bool ok = false;
    if (const int status = memberAt(overrides, u"status"_s).text().toInt(&ok); ok && status >= 100 && status <= 599)
        result.status = status;
    if (result.status < 100 || result.status > 599)
        return broken(Core::tr("The integration response has no status code."));
    return result;
}

http::Response MappedCall::passedOn(const IntegrationAnswer &given) const
{
    http::Response result{given.status, {}, given.body};
    const bool rest = m_call.api->kind == ApiKind::Rest;
    for (const auto &[name, value] : given.headers) {
        static const QSet<QByteArray> ofTheirConnection{"connection", "keep-alive", "proxy-connection", "upgrade", "via"};
        const bool isOfTheirs = isOfTheBody(name) || ofTheirConnection.contains(name.toLower());
        if (!isOfTheirs)
            http::addHeader(result.headers, rest && isRenamed(name) ? QByteArray("x-amzn-Remapped-" + name) : name, value);
    }
    // How long the body would be is all that is known of it.
    if (m_call.request.method == "HEAD")
        result.headLength = http::headerValue(given.headers, "Content-Length").toLongLong();
    for (const IntegrationResponse &response : m_integration.responses) {
        if (m_call.api->kind != ApiKind::Http || response.pattern != QString::number(given.status))
            continue;
        for (const auto &[target, source] : response.headers) {
            const QString how = target.section(u':', 0, 0);
            const QByteArray name = target.section(u'.', 1).toUtf8();
            const auto value = how == "remove"_L1 ? std::optional(QString()) : expressed(source, [&](const QString &part) { return responseValue(part, given); });
            if (!value)
                continue;
            if (target == "overwrite:statuscode"_L1) {
                if (const int status = value->toInt(); status >= 100 && status <= 599)
                    result.status = status;
                continue;
            }
            if (how != "append"_L1)
                http::removeHeader(result.headers, name);
            if (how != "remove"_L1)
                http::addHeader(result.headers, name, value->toUtf8());
        }
    }
    return result;
}

} // namespace eph::gateway
