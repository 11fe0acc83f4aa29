// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/apidefinition.h"

#include "core/base/text.h"
#include "core/runtime/tenancy.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

class DefinitionBuilder
{
public:
    explicit DefinitionBuilder(const ApiDefinitionRequest &request)
        : m_request(request)
        , m_api(request.api)
        , m_http(request.api.kind == gateway::ApiKind::Http)
    {
    }

    ApiDefinition build()
    {
        for (const gateway::Route &route : m_api.routes)
            addRoute(route);
        if (m_api.cors.isOn() && !m_http)
            addPreflights();
        QJsonObject &document = m_result.document;
        document.insert(u"openapi"_s, u"3.0.1"_s);
        document.insert(u"paths"_s, m_paths);
        QJsonObject components;
        if (!m_schemes.isEmpty())
            components.insert(u"securitySchemes"_s, m_schemes);
        if (!m_models.isEmpty())
            components.insert(u"schemas"_s, m_models);
        if (!components.isEmpty())
            document.insert(u"components"_s, components);
        if (!m_validators.isEmpty())
            document.insert(u"x-amazon-apigateway-request-validators"_s, m_validators);
        if (m_api.cors.isOn() && m_http)
            document.insert(u"x-amazon-apigateway-cors"_s, httpCors());
        if (!m_api.binaryMediaTypes.isEmpty())
            document.insert(u"x-amazon-apigateway-binary-media-types"_s, QJsonArray::fromStringList(m_api.binaryMediaTypes));
        // The version says what is in it: whoever looks at it later needs not read all of it.
        document.insert(u"info"_s, QJsonObject{{u"title"_s, m_request.title}, {u"version"_s, u"-"_s}});
        const QByteArray hash = QCryptographicHash::hash(QJsonDocument(document).toJson(QJsonDocument::Compact), QCryptographicHash::Sha256).toHex().first(16);
        document.insert(u"info"_s, QJsonObject{{u"title"_s, m_request.title}, {u"version"_s, QString::fromLatin1(hash)}});
        return m_result;
    }

private:
    [[nodiscard]] QString invocationUri(const QString &function) const
    {
        const QString arn = u"arn:aws:lambda:%1:%2:function:%3:%4"_s.arg(m_request.region, m_request.account, function, m_request.alias);
        return u"arn:aws:apigateway:%1:lambda:path/2015-03-31/functions/%2/invocations"_s.arg(m_request.region, arn);
    }

    void addRoute(const gateway::Route &route)
    {
        // A service would be called with a role, and a release makes none for an API.
        const bool service = route.integration && (route.integration->type == gateway::Integration::Type::Service || route.integration->type == gateway::Integration::Type::Action);
        if (service || !route.unserved.isEmpty()) {
            m_result.findings << Finding{Severity::Warning, u"not-released"_s, Core::tr("%1 leads to an integration (%2) that a release does not make.").arg(route.key(), service ? gateway::nameOf(*route.integration) : route.unserved), Core::tr("Deploy this API from the SAM template."), route.location.file, route.location.line, 0, {}};
            return;
        }
        const bool standard = route.path == "$default"_L1;
        const QString path = standard ? u"/$default"_s : route.path;
        const QString method = route.method == "ANY" ? u"x-amazon-apigateway-any-method"_s : QString::fromLatin1(route.method.toLower());
        QJsonObject operation = route.integration ? mappedOperation(*route.integration, route.function) : functionOperation(route);
        if (standard)
            operation.insert(u"isDefaultRoute"_s, true);
        if (const QJsonArray parameters = parametersOf(route); !parameters.isEmpty())
            operation.insert(u"parameters"_s, parameters);
        if (const QJsonArray security = securityOf(route); !security.isEmpty())
            operation.insert(u"security"_s, security);
        if (!m_http)
            addValidation(route, operation);
        if (route.authorizer && route.authorizer->type == gateway::Authorizer::Type::Iam && !m_http)
            operation.insert(u"x-amazon-apigateway-auth"_s, QJsonObject{{u"type"_s, u"AWS_IAM"_s}});
        QJsonObject methods = m_paths.value(path).toObject();
        methods.insert(method, operation);
        m_paths.insert(path, methods);
    }

    [[nodiscard]] QJsonObject functionOperation(const gateway::Route &route) const
    {
        QJsonObject integration{{u"type"_s, u"aws_proxy"_s}, {u"httpMethod"_s, u"POST"_s}, {u"uri"_s, invocationUri(route.function)}};
        if (m_http)
            integration.insert(u"payloadFormatVersion"_s, route.payload1 ? u"1.0"_s : u"2.0"_s);
        if (route.timeout)
            integration.insert(u"timeoutInMillis"_s, qint64(route.timeout->count()));
        if (!route.tenantSource.isEmpty())
            integration.insert(u"requestParameters"_s, QJsonObject{{QString("integration.request.header."_L1 + QLatin1StringView(runtime::TenantHeader)), route.tenantSource}});
        return {{u"x-amazon-apigateway-integration"_s, integration}, {u"responses"_s, QJsonObject{{u"default"_s, QJsonObject{{u"description"_s, u"The function's answer"_s}}}}}};
    }

    /// What maps, or calls no function: as it is declared, with the function's address in this account.
    [[nodiscard]] QJsonObject mappedOperation(const gateway::Integration &given, const QString &function) const
    {
        constexpr auto Header = "method.response.header."_L1;
        QJsonObject integration = given.declared;
        if (!function.isEmpty())
            integration.insert(u"uri"_s, invocationUri(function));
        QJsonObject responses;
        for (const gateway::IntegrationResponse &response : given.responses) {
            // Several patterns may lead to one status.
            QJsonObject declared = responses.value(QString::number(response.status)).toObject().value("headers"_L1).toObject();
            for (const auto &header : response.headers) {
                if (header.first.startsWith(Header))
                    declared.insert(header.first.sliced(Header.size()), QJsonObject{{u"schema"_s, QJsonObject{{u"type"_s, u"string"_s}}}});
            }
            responses.insert(QString::number(response.status), QJsonObject{{u"description"_s, u"The integration's answer"_s}, {u"headers"_s, declared}});
        }
        if (responses.isEmpty() || m_http)
            responses = {{u"default"_s, QJsonObject{{u"description"_s, u"The integration's answer"_s}}}};
        return {{u"responses"_s, responses}, {u"x-amazon-apigateway-integration"_s, integration}};
    }

    void addValidation(const gateway::Route &route, QJsonObject &operation)
    {
        const bool body = !route.modelName.isEmpty();
        if (route.requiredParameters.isEmpty() && !body)
            return;
        const QString name = !body ? u"parameters"_s : route.requiredParameters.isEmpty() ? u"body"_s : u"all"_s;
        operation.insert(u"x-amazon-apigateway-request-validator"_s, name);
        m_validators.insert(name, QJsonObject{{u"validateRequestParameters"_s, !route.requiredParameters.isEmpty()}, {u"validateRequestBody"_s, body}});
        if (!body)
            return;
        // Each model stands for itself here, and its references to others by name are to those beside it.
        QJsonObject schema = route.bodyModel;
        const QJsonObject others = schema.take("definitions"_L1).toObject();
        for (auto it = others.begin(); it != others.end(); ++it)
            m_models.insert(it.key(), placedReferences(*it));
        m_models.insert(route.modelName, placedReferences(schema));
        const QJsonObject reference{{u"$ref"_s, QString("#/components/schemas/"_L1 + route.modelName)}};
        const QJsonObject content{{u"application/json"_s, QJsonObject{{u"schema"_s, reference}}}};
        operation.insert(u"requestBody"_s, QJsonObject{{u"required"_s, true}, {u"content"_s, content}});
    }

    [[nodiscard]] static QJsonValue placedReferences(const QJsonValue &value)
    {
        if (value.isArray()) {
            QJsonArray array;
            const QJsonArray given = value.toArray();
            for (const auto &item : given)
                array.append(placedReferences(item));
            return array;
        }
        if (!value.isObject())
            return value;
        QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            *it = it.key() == "$ref"_L1 && it->isString() ? QJsonValue(QString("#/components/schemas/"_L1 + it->toString().section(u'/', -1))) : placedReferences(*it);
        return object;
    }

    /// Those of the path have to be there in OpenAPI; the others are what the template requires.
    [[nodiscard]] static QJsonArray parametersOf(const gateway::Route &route)
    {
        QJsonArray parameters;
        static const QRegularExpression place(u"\\{([^}+]+)\\+?\\}"_s);
        auto places = place.globalMatch(route.path);
        while (places.hasNext())
            parameters.append(QJsonObject{{u"name"_s, places.next().captured(1)}, {u"in"_s, u"path"_s}, {u"required"_s, true}, {u"schema"_s, QJsonObject{{u"type"_s, u"string"_s}}}});
        QSet<QString> declared;
        const auto declare = [&](const QString &parameter, bool required) {
            const QString where = parameter.section(u'.', 0, 0);
            // Headers are the same whatever their letters are.
            const QString key = where == "header"_L1 ? parameter.toLower() : parameter;
            if ((where != "header"_L1 && where != "querystring"_L1) || declared.contains(key))
                return;
            declared.insert(key);
            parameters.append(QJsonObject{{u"name"_s, parameter.section(u'.', 1)}, {u"in"_s, where == "header"_L1 ? u"header"_s : u"query"_s}, {u"required"_s, required}, {u"schema"_s, QJsonObject{{u"type"_s, u"string"_s}}}});
        };
        for (const QString &required : route.requiredParameters)
            declare(required, true);
        // A mapping reads what the method declares, and nothing else.
        for (const QString &parameter : mappedParameters(route))
            declare(parameter, false);
        return parameters;
    }

    /// Such as `header.X`.
    [[nodiscard]] static QStringList mappedParameters(const gateway::Route &route)
    {
        static const QRegularExpression parameter(u"^method\\.request\\.(?:multivalue)?(.+)$"_s);
        QStringList parameters;
        const auto add = [&](const QString &source) {
            if (const auto found = parameter.match(source); found.hasMatch())
                parameters << found.captured(1);
        };
        add(route.tenantSource);
        for (const auto &[target, source] : route.integration ? route.integration->parameters : gateway::Mappings())
            add(source);
        return parameters;
    }

    [[nodiscard]] QJsonArray securityOf(const gateway::Route &route)
    {
        QJsonArray security;
        if (route.authorizer && !(route.authorizer->type == gateway::Authorizer::Type::Iam && !m_http)) {
            const QString name = route.authorizer->name;
            if (!m_schemes.contains(name))
                m_schemes.insert(name, schemeOf(*route.authorizer));
            security.append(QJsonObject{{name, QJsonArray::fromStringList(route.scopes)}});
        }
        if (route.apiKeyRequired) {
            m_schemes.insert(u"api_key"_s, QJsonObject{{u"type"_s, u"apiKey"_s}, {u"name"_s, u"x-api-key"_s}, {u"in"_s, u"header"_s}});
            security.append(QJsonObject{{u"api_key"_s, QJsonArray()}});
        }
        return security;
    }

    [[nodiscard]] QJsonObject schemeOf(const gateway::Authorizer &authorizer)
    {
        using Type = gateway::Authorizer::Type;
        if (authorizer.type == Type::Iam)
            return {{u"type"_s, u"apiKey"_s}, {u"name"_s, u"Authorization"_s}, {u"in"_s, u"header"_s}, {u"x-amazon-apigateway-authtype"_s, u"awsSigv4"_s}};
        if (authorizer.type == Type::Absent || (authorizer.type == Type::Jwt && authorizer.issuer.isEmpty())) {
            m_result.findings << Finding{Severity::Error, u"unknown-authorizer"_s, Core::tr("The authorizer “%1” is not in this project: a release would leave its routes open.").arg(authorizer.name), Core::tr("Declare it in the template, or check its name."), {}, 0, 0, {}};
            return {};
        }
        QStringList sources;
        for (const QString &source : authorizer.identity)
            sources << (m_http ? "$request."_L1 : "method.request."_L1) + source;
        if (authorizer.type == Type::Jwt)
            return {{u"type"_s, u"oauth2"_s}, {u"x-amazon-apigateway-authorizer"_s, QJsonObject{{u"type"_s, u"jwt"_s}, {u"identitySource"_s, sources.join(u',')}, {u"jwtConfiguration"_s, QJsonObject{{u"issuer"_s, authorizer.issuer}, {u"audience"_s, QJsonArray::fromStringList(authorizer.audience)}}}}}};
        if (authorizer.type == Type::Cognito) {
            m_result.findings << Finding{Severity::Error, u"user-pool"_s, Core::tr("The authorizer “%1” asks a user pool, which a release cannot name yet.").arg(authorizer.name), Core::tr("Deploy this API from the SAM template, or let a JWT authorizer check the pool's tokens."), {}, 0, 0, {}};
            return {};
        }
        QJsonObject call{{u"type"_s, authorizer.type == Type::Token ? u"token"_s : u"request"_s}, {u"authorizerUri"_s, invocationUri(authorizer.function)}, {u"authorizerResultTtlInSeconds"_s, qint64(authorizer.timeToLive.count())}};
        if (!sources.isEmpty() && authorizer.type == Type::Request)
            call.insert(u"identitySource"_s, sources.join(u','));
        if (!authorizer.validation.isEmpty())
            call.insert(u"identityValidationExpression"_s, authorizer.validation);
        if (m_http) {
            call.insert(u"authorizerPayloadFormatVersion"_s, authorizer.payload2 ? u"2.0"_s : u"1.0"_s);
            call.insert(u"enableSimpleResponses"_s, authorizer.simpleResponses);
        }
        const QString header = authorizer.identity.value(0).section(u'.', 1);
        return {{u"type"_s, u"apiKey"_s}, {u"name"_s, header.isEmpty() ? u"Unused"_s : header}, {u"in"_s, u"header"_s}, {u"x-amazon-apigateway-authtype"_s, u"custom"_s}, {u"x-amazon-apigateway-authorizer"_s, call}};
    }

    [[nodiscard]] QJsonObject httpCors() const
    {
        const gateway::Cors &cors = m_api.cors;
        QJsonObject object{{u"allowOrigins"_s, QJsonArray::fromStringList(cors.origins)}};
        if (!cors.methods.isEmpty())
            object.insert(u"allowMethods"_s, QJsonArray::fromStringList(cors.methods));
        if (!cors.headers.isEmpty())
            object.insert(u"allowHeaders"_s, QJsonArray::fromStringList(cors.headers));
        if (!cors.exposed.isEmpty())
            object.insert(u"exposeHeaders"_s, QJsonArray::fromStringList(cors.exposed));
        if (cors.credentials)
            object.insert(u"allowCredentials"_s, true);
        if (cors.maxAgeSeconds >= 0)
            object.insert(u"maxAge"_s, cors.maxAgeSeconds);
        return object;
    }

    /// A REST API answers preflights by a method of each path that calls nothing.
    void addPreflights()
    {
        const gateway::Cors &cors = m_api.cors;
        QJsonObject headers;
        const auto put = [&headers](QLatin1StringView name, const QString &value) { headers.insert("method.response.header."_L1 + name, value); };
        put("Access-Control-Allow-Origin"_L1, quoted(cors.origins));
        put("Access-Control-Allow-Methods"_L1, quoted(cors.methods.isEmpty() ? QStringList{u"*"_s} : cors.methods));
        if (!cors.headers.isEmpty())
            put("Access-Control-Allow-Headers"_L1, quoted(cors.headers));
        if (cors.credentials)
            put("Access-Control-Allow-Credentials"_L1, u"'true'"_s);
        if (cors.maxAgeSeconds >= 0)
            put("Access-Control-Max-Age"_L1, u"'%1'"_s.arg(cors.maxAgeSeconds));
        const QJsonObject answer{{u"statusCode"_s, u"200"_s}, {u"responseParameters"_s, headers}};
        const QJsonObject mock{{u"type"_s, u"mock"_s}, {u"requestTemplates"_s, QJsonObject{{u"application/json"_s, u"{\"statusCode\": 200}"_s}}}, {u"responses"_s, QJsonObject{{u"default"_s, answer}}}};
        const QJsonObject preflight = mappedOperation(*gateway::readIntegration(mock, gateway::ApiKind::Rest, [](const QString &) { return QString(); }), {});
        for (auto it = m_paths.begin(); it != m_paths.end(); ++it) {
            QJsonObject methods = it->toObject();
            if (!methods.contains("options"_L1))
                methods.insert(u"options"_s, preflight);
            *it = methods;
        }
    }

    [[nodiscard]] static QString quoted(const QStringList &values) { return u'\'' + values.join(u',') + u'\''; }

    const ApiDefinitionRequest &m_request;
    const gateway::Api &m_api;
    const bool m_http;
    QJsonObject m_paths;
    QJsonObject m_schemes;
    QJsonObject m_models;
    QJsonObject m_validators;
    ApiDefinition m_result;
};

} // namespace

ApiDefinition apiDefinitionOf(const ApiDefinitionRequest &request)
{
    return DefinitionBuilder(request).build();
}

QString permissionPath(const gateway::Route &route)
{
    if (route.path == "$default"_L1)
        return route.path;
    static const QRegularExpression place(u"\\{[^}]*\\}"_s);
    QString path = route.path;
    path.replace(place, u"*"_s);
    return (route.method == "ANY" ? u"*"_s : QString::fromLatin1(route.method)) + path;
}

} // namespace eph::deploy
