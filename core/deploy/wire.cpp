// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/wire.h"

#include "core/base/jsontext.h"
#include "core/base/text.h"
#include "core/deploy/operations.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString textOf(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? u"true"_s : u"false"_s;
    return value.toVariant().toString();
}

enum class FirstLetter { Small, Large };

/// HTTP APIs write the names of their members with a small letter, and the model with a large one; what is a map of the user's own keys
/// stays as it is.
[[nodiscard]] QJsonValue withNames(const QJsonValue &value, FirstLetter letter)
{
    static const QSet<QString> maps{u"tags"_s, u"stagevariables"_s};
    if (value.isArray()) {
        QJsonArray array;
        const QJsonArray items = value.toArray();
        for (const auto &item : items)
            array.append(withNames(item, letter));
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object;
    const QJsonObject given = value.toObject();
    for (auto it = given.begin(); it != given.end(); ++it) {
        const QString first = letter == FirstLetter::Small ? it.key().first(1).toLower() : it.key().first(1).toUpper();
        object.insert(first + it.key().mid(1), maps.contains(it.key().toLower()) ? QJsonValue(*it) : withNames(*it, letter));
    }
    return object;
}

void addField(QByteArray &form, const QString &name, const QString &value)
{
    form += '&' + name.toUtf8().toPercentEncoding() + '=' + value.toUtf8().toPercentEncoding();
}

/// `Tags.member.1.Key=…`; a map is `Attributes.entry.1.key=…` and `.value`.
void addFields(QByteArray &form, const QString &name, const QJsonValue &value)
{
    if (value.isArray()) {
        const QJsonArray items = value.toArray();
        for (qsizetype i = 0; i < items.size(); ++i)
            addFields(form, u"%1.member.%2"_s.arg(name).arg(i + 1), items.at(i));
    } else if (value.isObject()) {
        const QJsonObject object = value.toObject();
        const bool map = name == "Attributes"_L1;
        int number = 0;
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (!map) {
                addFields(form, name + u'.' + it.key(), *it);
                continue;
            }
            ++number;
            addField(form, u"%1.entry.%2.key"_s.arg(name).arg(number), it.key());
            addField(form, u"%1.entry.%2.value"_s.arg(name).arg(number), textOf(*it));
        }
    } else {
        addField(form, name, textOf(value));
    }
}

void writeXml(QXmlStreamWriter &xml, const QString &name, const QJsonValue &value)
{
    // S3 repeats the element of a list, in the singular.
    static const QHash<QString, QString> singular{{u"LambdaFunctionConfigurations"_s, u"CloudFunctionConfiguration"_s}, {u"QueueConfigurations"_s, u"QueueConfiguration"_s}, {u"TopicConfigurations"_s, u"TopicConfiguration"_s}, {u"Events"_s, u"Event"_s}, {u"FilterRules"_s, u"FilterRule"_s}, {u"Key"_s, u"S3Key"_s}, {u"LambdaFunctionArn"_s, u"CloudFunction"_s}, {u"QueueArn"_s, u"Queue"_s}, {u"TopicArn"_s, u"Topic"_s}};
    if (value.isArray()) {
        const QJsonArray items = value.toArray();
        for (const auto &item : items)
            writeXml(xml, name, item);
        return;
    }
    xml.writeStartElement(singular.value(name, name));
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            writeXml(xml, it.key(), *it);
    } else {
        xml.writeCharacters(textOf(value));
    }
    xml.writeEndElement();
}

[[nodiscard]] QByteArray xmlOf(const QString &root, const QJsonObject &value)
{
    QByteArray text;
    QXmlStreamWriter xml(&text);
    xml.writeStartElement(root);
    xml.writeDefaultNamespace(u"http://s3.amazonaws.com/doc/2006-03-01/"_s);
    for (auto it = value.begin(); it != value.end(); ++it)
        writeXml(xml, it.key(), *it);
    xml.writeEndElement();
    return text;
}

/// Elements as members; `member` and `entry` are those of a list, and what comes twice is one.
[[nodiscard]] QJsonValue readXml(QXmlStreamReader &xml, int depth = 0)
{
    constexpr int Deepest = 40;
    QJsonObject object;
    QJsonArray list;
    QString text;
    bool isList = false;
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
        const QJsonValue value = readXml(xml, depth + 1);
        if (name == "member"_L1 || name == "entry"_L1) {
            isList = true;
            list.append(value);
        } else if (object.contains(name)) {
            QJsonArray several = object.value(name).isArray() ? object.value(name).toArray() : QJsonArray{object.value(name)};
            several.append(value);
            object.insert(name, several);
        } else {
            object.insert(name, value);
        }
    }
    if (isList)
        return list;
    return object.isEmpty() ? QJsonValue(text.trimmed()) : QJsonValue(object);
}

[[nodiscard]] QJsonObject readXmlDocument(const QByteArray &body)
{
    QXmlStreamReader xml(body);
    return xml.readNextStartElement() ? readXml(xml).toObject() : QJsonObject();
}

struct Parts {
    QByteArray path;
    QByteArray query;
    QJsonObject rest; ///< Members that have no place in either.
};

[[nodiscard]] Result<Parts> partsOf(const Operation &operation, const ApiCall &call)
{
    Parts parts;
    parts.rest = call.parameters;
    static const QRegularExpression place(u"\\{(\\w+)\\}"_s);
    QString path = QString::fromLatin1(operation.path);
    QString fixedQuery;
    if (const qsizetype mark = path.indexOf(u'?'); mark >= 0) {
        fixedQuery = path.mid(mark + 1);
        path.truncate(mark);
    }
    qsizetype from = 0;
    auto places = place.globalMatch(path);
    while (places.hasNext()) {
        const auto match = places.next();
        const QJsonValue value = parts.rest.take(match.captured(1));
        if (textOf(value).isEmpty())
            return failure(ErrorCode::Invalid, Core::tr("The call %1 needs a %2.").arg(call.operation, match.captured(1)));
        parts.path += path.sliced(from, match.capturedStart() - from).toLatin1() + textOf(value).toUtf8().toPercentEncoding();
        from = match.capturedEnd();
    }
    parts.path += path.sliced(from).toLatin1();
    QList<QByteArray> query;
    if (!fixedQuery.isEmpty())
        query << fixedQuery.toLatin1();
    const QStringList members = QString::fromLatin1(operation.query).split(u' ', Qt::SkipEmptyParts);
    for (const QString &member : members) {
        const QString name = member.section(u'=', 0, 0);
        const QString wire = member.contains(u'=') ? member.section(u'=', 1) : name;
        const QJsonValue value = parts.rest.take(name);
        // A map goes in by its own keys.
        if (value.isObject()) {
            const QJsonObject object = value.toObject();
            for (auto it = object.begin(); it != object.end(); ++it)
                query << it.key().toUtf8().toPercentEncoding() + '=' + textOf(*it).toUtf8().toPercentEncoding();
        } else if (!value.isUndefined() && !value.isNull()) {
            query << wire.toLatin1() + '=' + textOf(value).toUtf8().toPercentEncoding();
        }
    }
    parts.query = query.join('&');
    return parts;
}

[[nodiscard]] Result<http::Request> restRequest(const Service &service, const ApiCall &call)
{
    const Operation *operation = findOperation(call.service, call.operation);
    if (!operation)
        return failure(ErrorCode::Unsupported, Core::tr("“%1 %2” is not among the calls that a release makes.").arg(call.service, call.operation));
    auto parts = partsOf(*operation, call);
    if (!parts)
        return tl::unexpected(parts.error());
    http::Request request;
    request.method = operation->method;
    request.path = parts->path;
    request.query = parts->query;
    if (service.protocol == Protocol::RestXml) {
        // The one member that is left is the body, and the body's root is called as it is.
        if (!parts->rest.isEmpty()) {
            const auto body = parts->rest.begin();
            request.body = xmlOf(body.key(), body.value().toObject());
            request.headers << std::pair<QByteArray, QByteArray>("Content-Type", "application/xml");
        }
        return request;
    }
    // API Gateway's older API answers in another form unless it is asked for this one.
    request.headers << std::pair<QByteArray, QByteArray>("Content-Type", "application/json") << std::pair<QByteArray, QByteArray>("Accept", "application/json");
    if (request.method == "GET" || request.method == "DELETE" || request.method == "HEAD")
        return request;
    // A blob that is the body itself.
    if (call.operation == "Invoke"_L1)
        request.body = QByteArray::fromBase64(textOf(parts->rest.value("Payload"_L1)).toLatin1());
    else if (call.service == "apigateway"_L1 && parts->rest.contains("body"_L1))
        request.body = textOf(parts->rest.value("body"_L1)).toUtf8();
    else
        request.body = compactJson(call.service == "apigatewayv2"_L1 ? withNames(parts->rest, FirstLetter::Small).toObject() : parts->rest);
    return request;
}

/// What was just granted or taken away is not known everywhere for some seconds.
[[nodiscard]] bool isSettling(const QString &code, const QString &message)
{
    static const QStringList texts{u"cannot be assumed by Lambda"_s, u"must allow AWS EventBridge Scheduler to assume"_s, u"does not have permissions to call"_s, u"Unable to validate the following destination configurations"_s};
    return code.endsWith("QueueDeletedRecently"_L1) || std::any_of(texts.cbegin(), texts.cend(), [&](const QString &text) { return message.contains(text); });
}

[[nodiscard]] ApiFailure::Kind kindOf(int status, const QString &code, const QString &message)
{
    using Kind = ApiFailure::Kind;
    static const QSet<QString> throttles{u"TooManyRequestsException"_s, u"ThrottlingException"_s, u"Throttling"_s, u"ThrottledException"_s, u"RequestLimitExceeded"_s, u"RequestThrottled"_s, u"SlowDown"_s, u"LimitExceededException"_s, u"PriorRequestNotComplete"_s};
    static const QSet<QString> taken{u"EntityAlreadyExists"_s, u"ResourceAlreadyExistsException"_s, u"BucketAlreadyOwnedByYou"_s, u"QueueAlreadyExists"_s, u"QueueNameExists"_s, u"AWS.SimpleQueueService.QueueNameExists"_s};
    if (status == 429 || (throttles.contains(code) && (code != "LimitExceededException"_L1 || message.contains("ate exceeded"_L1))))
        return Kind::Throttled;
    if (taken.contains(code))
        return Kind::Exists;
    if (status == 409 || code == "ConflictException"_L1 || code == "ResourceInUseException"_L1 || code == "ConcurrentModificationException"_L1) {
        static const QRegularExpression exists(u"already exists?\\b|FunctionUrlConfig exists"_s, QRegularExpression::CaseInsensitiveOption);
        return exists.match(message).hasMatch() ? Kind::Exists : Kind::Busy;
    }
    if (isSettling(code, message))
        return Kind::Busy;
    if (status == 404 || code == "NoSuchEntity"_L1 || code == "ResourceNotFoundException"_L1 || code == "NotFound"_L1 || code.endsWith("NonExistentQueue"_L1) || code == "QueueDoesNotExist"_L1 || code.startsWith("NoSuch"_L1))
        return Kind::NotFound;
    if (status == 401 || status == 403 || code.startsWith("AccessDenied"_L1) || code == "UnrecognizedClientException"_L1 || code.startsWith("ExpiredToken"_L1) || code == "InvalidClientTokenId"_L1)
        return Kind::Denied;
    return status >= 500 ? Kind::Unreachable : Kind::Refused;
}

[[nodiscard]] ApiFailure failureOf(const http::Response &response)
{
    ApiFailure failure;
    failure.status = response.status;
    if (response.body.trimmed().startsWith('<')) {
        const QJsonObject document = readXmlDocument(response.body);
        const QJsonObject error = document.contains("Error"_L1) ? document.value("Error"_L1).toObject() : document;
        failure.code = error.value("Code"_L1).toString();
        failure.message = error.value("Message"_L1).toString();
    } else {
        const QJsonObject body = QJsonDocument::fromJson(response.body).object();
        failure.code = QString::fromLatin1(http::headerValue(response.headers, "x-amzn-ErrorType"));
        if (failure.code.isEmpty())
            failure.code = body.value("__type"_L1).toString();
        failure.code = failure.code.section(u'#', -1).section(u':', 0, 0);
        failure.message = body.value("message"_L1).toString(body.value("Message"_L1).toString());
    }
    if (failure.code.isEmpty())
        failure.code = Core::tr("status %1").arg(response.status);
    failure.kind = kindOf(failure.status, failure.code, failure.message);
    failure.settling = isSettling(failure.code, failure.message);
    return failure;
}

} // namespace

Result<http::Request> requestOf(const ApiCall &call)
{
    const Service *service = findService(call.service);
    if (!service)
        return failure(ErrorCode::Unsupported, Core::tr("“%1” is not among the services that a release needs.").arg(call.service));
    if (service->protocol == Protocol::RestJson || service->protocol == Protocol::RestXml)
        return restRequest(*service, call);
    http::Request request;
    request.method = "POST";
    request.path = "/";
    if (service->protocol == Protocol::Query) {
        request.body = "Action=" + call.operation.toLatin1() + "&Version=" + service->version;
        for (auto it = call.parameters.begin(); it != call.parameters.end(); ++it)
            addFields(request.body, it.key(), *it);
        request.headers << std::pair<QByteArray, QByteArray>("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        return request;
    }
    request.body = compactJson(call.parameters);
    request.headers << std::pair<QByteArray, QByteArray>("Content-Type", service->protocol == Protocol::Json10 ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1")
                    << std::pair<QByteArray, QByteArray>("X-Amz-Target", QByteArray(service->version) + call.operation.toLatin1());
    return request;
}

tl::expected<QJsonObject, ApiFailure> answerOf(const ApiCall &call, const http::Response &response)
{
    if (response.status >= 300)
        return tl::unexpected(failureOf(response));
    const Service *service = findService(call.service);
    if (service->protocol == Protocol::Query)
        return readXmlDocument(response.body).value(call.operation + "Result"_L1).toObject();
    if (service->protocol == Protocol::RestXml)
        return response.body.isEmpty() ? QJsonObject() : readXmlDocument(response.body);
    if (call.operation == "Invoke"_L1)
        return QJsonObject{{u"Payload"_s, QString::fromLatin1(response.body.toBase64())}, {u"FunctionError"_s, QString::fromLatin1(http::headerValue(response.headers, "X-Amz-Function-Error"))}};
    if (call.operation == "ExportApi"_L1 || call.operation == "GetExport"_L1)
        return QJsonObject{{u"body"_s, QString::fromUtf8(response.body)}};
    if (response.body.trimmed().isEmpty())
        return QJsonObject();
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(response.body, &problem);
    if (!document.isObject())
        return tl::unexpected(ApiFailure{ApiFailure::Kind::Unreachable, response.status, u"UnreadableAnswer"_s, Core::tr("The answer to %1 is no JSON object: %2.").arg(call.operation, problem.errorString())});
    return call.service == "apigatewayv2"_L1 ? withNames(document.object(), FirstLetter::Large).toObject() : document.object();
}

} // namespace eph::deploy
