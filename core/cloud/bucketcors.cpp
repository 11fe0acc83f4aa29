// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/bucketcors.h"

#include "core/base/jsontext.h"
#include "core/cloud/s3call.h"

#include <QJsonArray>
#include <QXmlStreamReader>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QString Kind = u"bucket-cors"_s; ///< Owned by nobody, named by the bucket.
constexpr int MaxRules = 100;

/// `*` stands for anything.
[[nodiscard]] bool matches(const QString &pattern, const QString &text, Qt::CaseSensitivity sensitivity)
{
    const qsizetype star = pattern.indexOf(u'*');
    if (star < 0)
        return pattern.compare(text, sensitivity) == 0;
    const QStringView before = QStringView(pattern).first(star);
    const QStringView behind = QStringView(pattern).sliced(star + 1);
    return text.size() >= before.size() + behind.size() && text.startsWith(before, sensitivity) && text.endsWith(behind, sensitivity);
}

[[nodiscard]] bool matchesAny(const QStringList &patterns, const QString &text, Qt::CaseSensitivity sensitivity = Qt::CaseSensitive)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](const QString &pattern) { return matches(pattern, text, sensitivity); });
}

/// What a preflight says that the page will send.
[[nodiscard]] QStringList announcedHeaders(const http::Request &request)
{
    QStringList names;
    const QStringList parts = QString::fromLatin1(request.header("Access-Control-Request-Headers")).toLower().split(u',', Qt::SkipEmptyParts);
    for (const QString &part : parts)
        names << part.trimmed();
    return names;
}

/// A parameter that is a list is one text, with commas.
[[nodiscard]] QStringList listOf(const QJsonValue &value)
{
    QStringList all;
    const QStringList texts = textsOf(value);
    for (const QString &text : texts) {
        const QStringList parts = text.split(u',', Qt::SkipEmptyParts);
        for (const QString &part : parts)
            all << part.trimmed();
    }
    return all;
}

[[nodiscard]] QList<CorsRule> declaredRules(const QJsonObject &bucketProperties)
{
    QList<CorsRule> rules;
    const QJsonArray declared = bucketProperties.value("CorsConfiguration"_L1).toObject().value("CorsRules"_L1).toArray();
    for (const auto &item : declared) {
        const QJsonObject rule = item.toObject();
        const QJsonValue maxAge = rule.value("MaxAge"_L1);
        rules << CorsRule{rule.value("Id"_L1).toString(), listOf(rule.value("AllowedOrigins"_L1)), listOf(rule.value("AllowedMethods"_L1)), listOf(rule.value("AllowedHeaders"_L1)),
                          listOf(rule.value("ExposedHeaders"_L1)), maxAge.isUndefined() ? -1 : maxAge.toVariant().toInt()};
    }
    return rules;
}

[[nodiscard]] tl::unexpected<Error> refused(const QString &code, const QString &message)
{
    return failure(ErrorCode::Invalid, message, {}, code);
}

[[nodiscard]] Result<void> check(const CorsRule &rule)
{
    static const QStringList known{u"GET"_s, u"PUT"_s, u"POST"_s, u"DELETE"_s, u"HEAD"_s};
    if (rule.origins.isEmpty() || rule.methods.isEmpty())
        return refused(u"MalformedXML"_s, u"The XML you provided was not well-formed or did not validate against our published schema"_s);
    for (const QString &method : rule.methods) {
        if (!known.contains(method))
            return refused(u"InvalidRequest"_s, u"Found unsupported HTTP method in CORS config. Unsupported method is %1"_s.arg(method));
    }
    for (const auto &[name, values] : {std::pair(u"AllowedOrigin"_s, rule.origins), std::pair(u"AllowedHeader"_s, rule.headers)}) {
        for (const QString &value : values) {
            if (value.count(u'*') > 1)
                return refused(u"InvalidRequest"_s, u"%1 \"%2\" can not have more than one wildcard."_s.arg(name, value));
        }
    }
    return {};
}

} // namespace

std::optional<http::Headers> corsHeaders(const QList<CorsRule> &rules, const http::Request &request)
{
    const bool preflight = request.method == "OPTIONS";
    const QByteArray origin = request.header("Origin");
    const QString method = QString::fromLatin1(preflight ? request.header("Access-Control-Request-Method") : request.method);
    const QStringList announced = announcedHeaders(request);
    const auto allows = [&](const CorsRule &rule) {
        return rule.methods.contains(method) && matchesAny(rule.origins, QString::fromUtf8(origin))
               && std::all_of(announced.begin(), announced.end(), [&rule](const QString &header) { return matchesAny(rule.headers, header, Qt::CaseInsensitive); });
    };
    const auto rule = std::find_if(rules.begin(), rules.end(), allows);
    if (rule == rules.end())
        return std::nullopt;
    // Who is open to everybody says so, and everybody is nobody in particular.
    const bool everybody = rule->origins.contains("*"_L1);
    http::Headers headers{{"Access-Control-Allow-Origin", everybody ? QByteArray("*") : origin}, {"Access-Control-Allow-Methods", rule->methods.join(", "_L1).toLatin1()}};
    if (!announced.isEmpty())
        headers.emplaceBack("Access-Control-Allow-Headers", announced.join(", "_L1).toLatin1());
    if (!rule->exposed.isEmpty())
        headers.emplaceBack("Access-Control-Expose-Headers", rule->exposed.join(", "_L1).toUtf8());
    if (rule->maxAgeSeconds >= 0)
        headers.emplaceBack("Access-Control-Max-Age", QByteArray::number(rule->maxAgeSeconds));
    if (!everybody)
        headers.emplaceBack("Access-Control-Allow-Credentials", "true");
    headers.emplaceBack("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    return headers;
}

namespace bucketcors {

Result<QList<CorsRule>> parse(const QByteArray &bytes)
{
    QList<CorsRule> rules;
    QXmlStreamReader xml(bytes);
    const bool begins = xml.readNextStartElement() && xml.name() == "CORSConfiguration"_L1;
    while (begins && xml.readNextStartElement()) {
        if (xml.name() != "CORSRule"_L1) {
            xml.skipCurrentElement();
            continue;
        }
        CorsRule rule;
        while (xml.readNextStartElement()) {
            const QString name = xml.name().toString();
            const QString text = xml.readElementText(QXmlStreamReader::SkipChildElements);
            if (name == "ID"_L1)
                rule.id = text;
            else if (name == "AllowedOrigin"_L1)
                rule.origins << text;
            else if (name == "AllowedMethod"_L1)
                rule.methods << text;
            else if (name == "AllowedHeader"_L1)
                rule.headers << text;
            else if (name == "ExposeHeader"_L1)
                rule.exposed << text;
            else if (name == "MaxAgeSeconds"_L1)
                rule.maxAgeSeconds = text.toInt();
        }
        rules << rule;
    }
    if (!begins || xml.hasError() || rules.isEmpty() || rules.size() > MaxRules)
        return refused(u"MalformedXML"_s, u"The XML you provided was not well-formed or did not validate against our published schema"_s);
    for (const CorsRule &rule : std::as_const(rules)) {
        if (const auto checked = check(rule); !checked)
            return tl::unexpected(checked.error());
    }
    return rules;
}

QByteArray xmlOf(const QList<CorsRule> &rules)
{
    return s3::xmlOf(u"CORSConfiguration"_s, [&rules](QXmlStreamWriter &xml) {
        for (const CorsRule &rule : rules) {
            xml.writeStartElement(u"CORSRule"_s);
            if (!rule.id.isEmpty())
                xml.writeTextElement(u"ID"_s, rule.id);
            for (const auto &[name, values] : {std::pair(u"AllowedMethod"_s, rule.methods), std::pair(u"AllowedOrigin"_s, rule.origins), std::pair(u"AllowedHeader"_s, rule.headers), std::pair(u"ExposeHeader"_s, rule.exposed)}) {
                for (const QString &value : values)
                    xml.writeTextElement(name, value);
            }
            if (rule.maxAgeSeconds >= 0)
                xml.writeTextElement(u"MaxAgeSeconds"_s, QString::number(rule.maxAgeSeconds));
            xml.writeEndElement();
        }
    });
}

Result<void> put(account::DocumentStore &documents, const QString &bucket, const QByteArray &xml)
{
    return parse(xml).and_then([&](const QList<CorsRule> &) { return documents.put({Kind, {}, bucket}, {{u"xml"_s, QString::fromUtf8(xml)}}); });
}

Result<void> remove(account::DocumentStore &documents, const QString &bucket)
{
    return documents.put({Kind, {}, bucket}, {});
}

Result<void> forget(account::DocumentStore &documents, const QString &bucket)
{
    return documents.find({Kind, {}, bucket}) ? documents.remove({Kind, {}, bucket}) : Result<void>();
}

QList<CorsRule> get(const account::DocumentStore &documents, const project::Project *project, const QString &bucket)
{
    if (const QJsonObject *document = documents.find({Kind, {}, bucket}))
        return parse(document->value("xml"_L1).toString().toUtf8()).value_or(QList<CorsRule>());
    for (const project::SourceDeclaration &declared : project ? project->eventSources : QList<project::SourceDeclaration>()) {
        if (declared.type == "AWS::S3::Bucket"_L1 && declared.name == bucket)
            return declaredRules(declared.properties);
    }
    return {};
}

} // namespace bucketcors

} // namespace eph::cloud
