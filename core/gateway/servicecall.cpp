// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/servicecall.h"

#include "core/base/jsontext.h"
#include "core/base/text.h"
#include "core/http/headerline.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrl>
#include <QXmlStreamReader>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// How a service is spoken to.
struct Protocol {
    QByteArray version; ///< Of the query protocol: what its forms say.
    QByteArray target;  ///< Of the JSON protocol: what stands before an action.
};
const QHash<QString, Protocol> &protocols()
{
    static const QHash<QString, Protocol> all{
        {u"sqs"_s, {"2012-11-05", "AmazonSQS."}}, {u"sns"_s, {"2010-03-31", {}}}, {u"iam"_s, {"2010-05-08", {}}}, {u"sts"_s, {"2011-06-15", {}}}, {u"monitoring"_s, {"2010-08-01", {}}},
        {u"events"_s, {{}, "AWSEvents."}}, {u"kinesis"_s, {{}, "Kinesis_20131202."}}, {u"logs"_s, {{}, "Logs_20140328."}}, {u"s3"_s, {}}, {u"scheduler"_s, {}}, {u"lambda"_s, {}}};
    return all;
}

struct Address {
    QString region;
    QString subdomain;
    QString service;
    bool isAction = false;
    QString rest; ///< The action's name, or the path.
};
[[nodiscard]] std::optional<Address> addressOf(const QString &uri)
{
    static const QRegularExpression pattern(uR"x(^arn:[^:]*:apigateway:([^:]*):(?:([^:]+)\.)?([A-Za-z0-9-]+):(path|action)/(.*)$)x"_s, QRegularExpression::DotMatchesEverythingOption);
    const auto match = pattern.match(uri);
    if (!match.hasMatch())
        return std::nullopt;
    return Address{match.captured(1), match.captured(2), match.captured(3), match.captured(4) == "action"_L1, match.captured(5)};
}

/// The query protocol, unless a mapping asks for the other one.
[[nodiscard]] bool isForm(const http::Headers &headers)
{
    return !http::headerValue(headers, "Content-Type").startsWith("application/x-amz-json");
}

[[nodiscard]] bool hasField(const QByteArray &form, const QByteArray &name)
{
    const QByteArray field = name + '=';
    return form.startsWith(field) || form.contains(QByteArray('&' + field));
}

/// What stands in the address, in the query and in the body, in one form.
[[nodiscard]] QByteArray formOf(const Address &address, const ServiceCall &call)
{
    QByteArray form = call.query;
    const auto add = [&form](const QByteArray &more) {
        if (!more.isEmpty())
            form += (form.isEmpty() ? "" : "&") + more;
    };
    // The body of a request without a template may be anything.
    if (call.body.contains('='))
        add(call.body.trimmed());
    if (address.isAction && !hasField(form, "Action"))
        add("Action=" + QUrl::toPercentEncoding(address.rest));
    const QString path = address.isAction ? QString() : address.rest;
    if (address.service == "sqs"_L1 && path.contains(u'/') && !path.endsWith(u'/') && !hasField(form, "QueueUrl"))
        add("QueueUrl=" + QUrl::toPercentEncoding("https://sqs.amazonaws.com/"_L1 + path));
    if (!hasField(form, "Version"))
        add("Version=" + protocols().value(address.service).version);
    return form;
}

/// The members of an element: its text where it has none.
[[nodiscard]] QJsonValue contentOf(QXmlStreamReader &xml, int depth)
{
    constexpr int Deepest = 50;
    QJsonObject members;
    QString text;
    while (!xml.atEnd()) {
        const auto token = xml.readNext();
        if (token == QXmlStreamReader::EndElement)
            break;
        if (token == QXmlStreamReader::Characters)
            text += xml.text();
        if (token != QXmlStreamReader::StartElement)
            continue;
        if (depth > Deepest) {
            xml.skipCurrentElement();
            continue;
        }
        const QString name = xml.name().toString();
        const QJsonValue value = contentOf(xml, depth + 1);
        if (!members.contains(name)) {
            members.insert(name, value);
        } else {
            QJsonArray all = members.value(name).isArray() ? members.value(name).toArray() : QJsonArray{members.value(name)};
            all.append(value);
            members.insert(name, all);
        }
    }
    return members.isEmpty() ? QJsonValue(text) : QJsonValue(members);
}

/// What the cloud answers, too, where there is nothing.
void addNulls(QJsonObject &response, QLatin1StringView result, const QStringList &names)
{
    if (!response.contains(result))
        return;
    QJsonObject members = response.value(result).toObject();
    for (const QString &name : names) {
        if (!members.contains(name))
            members.insert(name, QJsonValue::Null);
    }
    response.insert(result, members);
}

/// A parameter of an action, and what it must be.
enum class Kind { Text, Number, Json, Texts };
struct Parameter {
    QString name;
    Kind kind = Kind::Text;
    bool required = false;
};
struct Action {
    QString service;
    QString name;
    QList<Parameter> parameters;
};
const QHash<QString, Action> &actions()
{
    const auto queue = Parameter{u"QueueUrl"_s, Kind::Text, true};
    static const QHash<QString, Action> all{
        {u"SQS-SendMessage"_s, {u"sqs"_s, u"SendMessage"_s, {queue, {u"MessageBody"_s, Kind::Text, true}, {u"DelaySeconds"_s, Kind::Number}, {u"MessageAttributes"_s, Kind::Json}, {u"MessageDeduplicationId"_s}, {u"MessageGroupId"_s}, {u"MessageSystemAttributes"_s, Kind::Json}}}},
        {u"SQS-ReceiveMessage"_s, {u"sqs"_s, u"ReceiveMessage"_s, {queue, {u"AttributeNames"_s, Kind::Texts}, {u"MaxNumberOfMessages"_s, Kind::Number}, {u"MessageAttributeNames"_s, Kind::Texts}, {u"ReceiveRequestAttemptId"_s}, {u"VisibilityTimeout"_s, Kind::Number}, {u"WaitTimeSeconds"_s, Kind::Number}}}},
        {u"SQS-DeleteMessage"_s, {u"sqs"_s, u"DeleteMessage"_s, {queue, {u"ReceiptHandle"_s, Kind::Text, true}}}},
        {u"SQS-PurgeQueue"_s, {u"sqs"_s, u"PurgeQueue"_s, {queue}}},
        {u"EventBridge-PutEvents"_s, {u"events"_s, u"PutEvents"_s, {{u"Detail"_s, Kind::Text, true}, {u"DetailType"_s, Kind::Text, true}, {u"Source"_s, Kind::Text, true}, {u"Time"_s}, {u"EventBusName"_s}, {u"Resources"_s, Kind::Texts}, {u"TraceHeader"_s}}}},
        {u"Kinesis-PutRecord"_s, {u"kinesis"_s, u"PutRecord"_s, {{u"StreamName"_s, Kind::Text, true}, {u"Data"_s, Kind::Text, true}, {u"PartitionKey"_s, Kind::Text, true}, {u"SequenceNumberForOrdering"_s}, {u"ExplicitHashKey"_s}}}}};
    return all;
}

/// As the query protocol has the parameters of an action: lists and attributes are numbered.
[[nodiscard]] QByteArray formOf(const QJsonObject &input)
{
    QByteArray form;
    const auto add = [&form](const QString &name, const QJsonValue &value) { form += (form.isEmpty() ? "" : "&") + QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value.toVariant().toString()); };
    for (auto it = input.begin(); it != input.end(); ++it) {
        QString single = it.key();
        if (single.endsWith("Attributes"_L1) || single.endsWith("AttributeNames"_L1))
            single.chop(1);
        if (it->isArray()) {
            const QJsonArray items = it->toArray();
            for (qsizetype i = 0; i < items.size(); ++i)
                add(u"%1.%2"_s.arg(single).arg(i + 1), items.at(i));
        } else if (it->isObject()) {
            const QJsonObject attributes = it->toObject();
            int number = 0;
            for (auto attribute = attributes.begin(); attribute != attributes.end(); ++attribute) {
                const QString prefix = u"%1.%2."_s.arg(single).arg(++number);
                add(prefix + "Name"_L1, attribute.key());
                const QJsonObject value = attribute->toObject();
                for (auto part = value.begin(); part != value.end(); ++part)
                    add(prefix + "Value."_L1 + part.key(), *part);
            }
        } else {
            add(it.key(), *it);
        }
    }
    return form;
}

[[nodiscard]] std::optional<QJsonValue> typed(const Parameter &parameter, const QJsonValue &given)
{
    const QString text = given.isString() ? given.toString() : QString();
    switch (parameter.kind) {
    case Kind::Text: return given.isString() ? given : QJsonValue(given.toVariant().toString());
    case Kind::Number: {
        bool ok = given.isDouble();
        const double number = ok ? given.toDouble() : text.toDouble(&ok);
        return ok ? std::optional<QJsonValue>(number) : std::nullopt;
    }
    case Kind::Json: {
        const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
        return given.isObject() ? std::optional(given) : document.isObject() ? std::optional<QJsonValue>(document.object()) : std::nullopt;
    }
    case Kind::Texts: {
        const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
        return given.isArray() ? std::optional(given) : document.isArray() ? std::optional<QJsonValue>(document.array()) : std::optional<QJsonValue>(QJsonArray{text});
    }
    }
    return std::nullopt;
}

} // namespace

QString serviceOf(const QString &uri)
{
    const auto address = addressOf(uri);
    return address ? address->service : QString();
}

bool isServedHere(const QString &uri)
{
    return protocols().contains(serviceOf(uri));
}

http::Request requestOf(const ServiceCall &call)
{
    const Address address = addressOf(call.uri).value_or(Address());
    const Protocol protocol = protocols().value(address.service);
    http::Request request;
    request.method = call.method.isEmpty() ? QByteArray("POST") : call.method;
    request.headers = call.headers;
    request.query = call.query;
    request.body = call.body;
    const QString path = address.isAction ? QString() : address.rest;
    QUrl url;
    url.setPath(u'/' + (address.service == "s3"_L1 && !address.subdomain.isEmpty() ? QString(address.subdomain + u'/' + path) : path), QUrl::TolerantMode);
    request.path = url.path(QUrl::FullyEncoded).toLatin1();
    if (!protocol.version.isEmpty() && isForm(call.headers)) {
        request.method = "POST";
        request.path = "/";
        request.query.clear();
        request.body = formOf(address, call);
        http::setHeader(request.headers, "Content-Type", "application/x-www-form-urlencoded");
    } else if (!protocol.target.isEmpty()) {
        request.method = "POST";
        request.path = "/";
        if (http::headerValue(request.headers, "X-Amz-Target").isEmpty())
            http::setHeader(request.headers, "X-Amz-Target", protocol.target + address.rest.toUtf8());
        if (!http::headerValue(request.headers, "Content-Type").startsWith("application/x-amz-json"))
            http::setHeader(request.headers, "Content-Type", "application/x-amz-json-1.1");
    }
    http::setHeader(request.headers, "Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/" + address.region.toUtf8() + '/' + address.service.toUtf8() + "/aws4_request, SignedHeaders=host, Signature=" + QByteArray(64, '0'));
    return request;
}

QByteArray jsonOfXml(const QByteArray &xml)
{
    QXmlStreamReader reader(xml);
    if (!reader.readNextStartElement())
        return xml;
    const QString root = reader.name().toString();
    QJsonObject response = contentOf(reader, 0).toObject();
    if (root == "ErrorResponse"_L1)
        return compactJson(response);
    if (root == "ReceiveMessageResponse"_L1) {
        // A list under a name of its own, however many there are.
        QJsonObject result = response.value("ReceiveMessageResult"_L1).toObject();
        const QJsonValue found = result.take("Message"_L1);
        result.insert("messages"_L1, found.isUndefined() ? QJsonValue(QJsonValue::Null) : found.isArray() ? found : QJsonValue(QJsonArray{found}));
        response.insert("ReceiveMessageResult"_L1, result);
    }
    addNulls(response, "SendMessageResult"_L1, {u"MD5OfMessageAttributes"_s, u"MD5OfMessageSystemAttributes"_s, u"SequenceNumber"_s});
    addNulls(response, "PublishResult"_L1, {u"SequenceNumber"_s});
    return compactJson(QJsonObject{{root, response}});
}

bool isAction(const QString &subtype)
{
    return actions().contains(subtype);
}

Result<ServiceCall> actionCall(const QString &subtype, const QJsonObject &parameters)
{
    const Action action = actions().value(subtype);
    QJsonObject input;
    for (const Parameter &parameter : action.parameters) {
        const QJsonValue given = parameters.value(parameter.name);
        if (given.isUndefined() && !parameter.required)
            continue;
        const auto value = given.isUndefined() ? std::nullopt : typed(parameter, given);
        if (!value)
            return failure(ErrorCode::Invalid, given.isUndefined() ? Core::tr("%1 wants the parameter %2, and what it is mapped from is not there.").arg(subtype, parameter.name) : Core::tr("The parameter %2 of %1 is not what it must be: %3").arg(subtype, parameter.name, given.toString()));
        input.insert(parameter.name, *value);
    }
    ServiceCall call;
    call.uri = u"arn:aws:apigateway:%1:%2:action/%3"_s.arg(parameters.value("Region"_L1).toString(u"us-east-1"_s), action.service, action.name);
    if (action.service == "sqs"_L1) {
        call.query = formOf(input);
        return call;
    }
    // Bytes travel as base64.
    if (action.service == "kinesis"_L1)
        input.insert("Data"_L1, QString::fromLatin1(input.value("Data"_L1).toString().toUtf8().toBase64()));
    if (action.service == "events"_L1)
        input = QJsonObject{{u"Entries"_s, QJsonArray{input}}};
    call.headers.emplaceBack("Content-Type", "application/x-amz-json-1.1");
    call.body = compactJson(input);
    return call;
}

} // namespace eph::gateway
