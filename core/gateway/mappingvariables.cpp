// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/mappingvariables.h"

#include "core/base/jsontext.h"
#include "core/gateway/api.h"
#include "core/mapping/jsonpath.h"

#include <QSet>
#include <QUrl>

namespace eph::gateway {

using namespace Qt::StringLiterals;
using mapping::Value;

namespace {

using Answer = std::optional<Value>;

[[nodiscard]] Value parametersOf(const Call &call)
{
    Value path = Value::map();
    for (auto it = call.match.pathParameters.cbegin(); it != call.match.pathParameters.cend(); ++it)
        (*path.as<Value::MapPtr>())->insert(it.key(), Value(it.value()));
    Value query = Value::map();
    const auto parameters = queryOf(call.request);
    for (const auto &[name, value] : parameters)
        (*query.as<Value::MapPtr>())->insert(name, Value(value));
    // With what the gateway adds.
    QJsonObject event;
    addMultiValues(call, event);
    const QJsonObject headers = event.value("headers"_L1).toObject();
    Value header = Value::map();
    for (auto it = headers.begin(); it != headers.end(); ++it) {
        if (!staysAtGateway(it.key().toUtf8()))
            (*header.as<Value::MapPtr>())->insert(it.key(), Value(it->toString()));
    }
    Value all = Value::map();
    (*all.as<Value::MapPtr>())->insert(u"path"_s, path);
    (*all.as<Value::MapPtr>())->insert(u"querystring"_s, query);
    (*all.as<Value::MapPtr>())->insert(u"header"_s, header);
    return all;
}

class Input final : public mapping::Object
{
public:
    Input(const Call &call, const QByteArray &body) : m_body(body), m_parameters(parametersOf(call)) {}

    [[nodiscard]] Value member(const QString &name) const override { return name == "body"_L1 ? Value(m_body.isEmpty() ? u"{}"_s : QString::fromUtf8(m_body)) : Value(); }
    [[nodiscard]] Answer call(const QString &method, const QList<Value> &arguments) const override
    {
        if (method == "params"_L1 && arguments.isEmpty())
            return m_parameters;
        if (arguments.size() != 1)
            return std::nullopt;
        const QString text = arguments.first().text();
        if (method == "params"_L1)
            return parameter(text);
        if (method != "path"_L1 && method != "json"_L1)
            return std::nullopt;
        // A body that no template looks into is not read.
        if (!m_parsed)
            m_parsed = bodyValue(m_body);
        const auto found = mapping::jsonPath(*m_parsed, text);
        if (!found)
            return std::nullopt;
        if (method == "path"_L1)
            return *found;
        // What is not there is an empty text.
        return Value(found->isNull() ? u"\"\""_s : QString::fromUtf8(mapping::jsonOf(*found)));
    }

private:
    [[nodiscard]] Value parameter(const QString &name) const
    {
        for (const auto &[place, values] : (*m_parameters.as<Value::MapPtr>())->members()) {
            if (const Value *found = (*values.as<Value::MapPtr>())->find(name))
                return *found;
        }
        return {};
    }

    QByteArray m_body;
    mutable std::optional<Value> m_parsed;
    Value m_parameters;
};

/// Quotation marks, backslashes and line ends as JavaScript writes them.
[[nodiscard]] QString escaped(const QString &text)
{
    QString result;
    for (const QChar letter : text) {
        switch (letter.unicode()) {
        case '\'': result += "\\'"_L1; break;
        case '"': result += "\\\""_L1; break;
        case '\\': result += "\\\\"_L1; break;
        case '\n': result += "\\n"_L1; break;
        case '\r': result += "\\r"_L1; break;
        case '\t': result += "\\t"_L1; break;
        case '\b': result += "\\b"_L1; break;
        case '\f': result += "\\f"_L1; break;
        default:
            if (letter < u' ')
                result += QString::asprintf("\\u%04X", letter.unicode());
            else
                result += letter;
        }
    }
    return result;
}

class Utilities final : public mapping::Object
{
public:
    [[nodiscard]] Answer call(const QString &method, const QList<Value> &arguments) const override
    {
        if (arguments.size() != 1)
            return std::nullopt;
        const QString text = arguments.first().text();
        if (method == "escapeJavaScript"_L1)
            return Value(escaped(text));
        if (method == "parseJson"_L1)
            return mapping::valueOfJson(text.toUtf8());
        if (method == "urlEncode"_L1)
            return Value(QString::fromLatin1(formEncoded(text)));
        if (method == "urlDecode"_L1)
            return Value(QUrl::fromPercentEncoding(text.toUtf8().replace('+', ' ')));
        if (method == "base64Encode"_L1)
            return Value(QString::fromLatin1(text.toUtf8().toBase64()));
        if (method == "base64Decode"_L1)
            return Value(QString::fromUtf8(QByteArray::fromBase64(text.toUtf8())));
        return std::nullopt;
    }
};

} // namespace

bool staysAtGateway(const QByteArray &name)
{
    static const QSet<QByteArray> all{"connection", "content-length", "content-md5", "expect", "keep-alive", "max-forwards", "proxy-authenticate", "server", "te", "trailer", "transfer-encoding", "upgrade", "www-authenticate"};
    return all.contains(name.toLower());
}

Value inputOf(const Call &call, const QByteArray &body)
{
    return Value(std::make_shared<const Input>(call, body));
}

Value utilities()
{
    return Value(std::make_shared<const Utilities>());
}

Value contextValue(const Call &call)
{
    // The body is no part of it, and may be large.
    Call bare = call;
    bare.request.body.clear();
    QJsonObject context = restEvent(bare).value("requestContext"_L1).toObject();
    if (call.api->kind == ApiKind::Http)
        context.insert(u"routeKey"_s, call.route().key());
    context.insert(u"requestOverride"_s, QJsonObject{{u"path"_s, QJsonObject()}, {u"querystring"_s, QJsonObject()}, {u"header"_s, QJsonObject()}});
    context.insert(u"responseOverride"_s, QJsonObject{{u"header"_s, QJsonObject()}});
    return mapping::valueOfJson(compactJson(context)).value_or(Value());
}

Value bodyValue(const QByteArray &body)
{
    if (body.trimmed().isEmpty())
        return Value::map();
    const auto parsed = mapping::valueOfJson(body);
    return parsed ? *parsed : Value(QString::fromUtf8(body));
}

QByteArray formEncoded(const QString &text)
{
    return QUrl::toPercentEncoding(text, "*", "~").replace("%20", "+");
}

} // namespace eph::gateway
