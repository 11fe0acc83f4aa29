// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/integrationfindings.h"

#include "core/base/text.h"
#include "core/gateway/api.h"
#include "core/runtime/tenancy.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

class Checker
{
public:
    Checker(const project::Project &project, const Api &api, const Route &route, Findings &findings)
        : m_project(project)
        , m_api(api)
        , m_route(route)
        , m_findings(findings)
    {
    }

    void check()
    {
        if (m_route.integration)
            checkIntegration(*m_route.integration);
        checkTenant();
        if (m_route.authorizer && m_route.authorizer->type == Authorizer::Type::Jwt && m_route.authorizer->issuer.isEmpty())
            tell(Severity::Note, u"unknown-authorizer"_s, Core::tr("who issues the tokens for its authorizer “%1” is not in this project: here those of all are taken").arg(m_route.authorizer->name), Core::tr("Declare the authorizer in the template to check issuer and audience."));
        if (m_route.authorizer && m_route.authorizer->type == Authorizer::Type::Absent)
            tell(Severity::Warning, u"unknown-authorizer"_s, Core::tr("its authorizer “%1” is not in this project: here the route is open to all").arg(m_route.authorizer->name), Core::tr("Declare it in the template, or check its name."));
        if (m_route.authorizer && isIsolated(m_route.authorizer->function))
            tell(Severity::Error, u"tenancy"_s, Core::tr("its authorizer “%1” has tenant isolation, and is called for no tenant").arg(m_route.authorizer->function), Core::tr("Use a function without TenancyConfig."));
    }

private:
    void checkIntegration(const Integration &integration)
    {
        if (m_api.kind == ApiKind::Rest) {
            for (const auto &[target, source] : integration.parameters)
                checkSource(target, source);
        }
        // The others hand on what they get.
        using Type = Integration::Type;
        if (integration.type != Type::HttpProxy && integration.type != Type::Action)
            checkMapped(integration);
    }

    void checkMapped(const Integration &integration)
    {
        checkTemplates(integration.requestTemplates, Core::tr("request"));
        for (const IntegrationResponse &response : integration.responses) {
            checkTemplates(response.templates, Core::tr("response with status %1").arg(response.status));
            // Java's, of which nearly all is understood here.
            if (const QRegularExpression pattern(QRegularExpression::anchoredPattern(response.pattern)); !pattern.isValid())
                tell(Severity::Warning, u"bad-pattern"_s, Core::tr("the pattern “%1” is not understood here: %2").arg(response.pattern, pattern.errorString()), Core::tr("No answer is ever taken by it."));
        }
        static const QRegularExpression answered(u"^('.*'|integration\\.response\\.(header|multivalueheader|body)\\b.*|context\\..+|stageVariables\\..+)$"_s, QRegularExpression::DotMatchesEverythingOption);
        for (const IntegrationResponse &response : integration.responses) {
            for (const auto &[target, source] : response.headers) {
                if (!source.isEmpty() && !answered.match(source).hasMatch())
                    tell(Severity::Warning, u"bad-mapping"_s, Core::tr("%1 takes “%2”, which is nothing of an answer").arg(target, source), Core::tr("Name a part such as integration.response.header.X, or put a text into single quotation marks."));
            }
        }
    }

    void checkSource(const QString &target, const QString &source)
    {
        static const QRegularExpression asked(u"^('.*'|method\\.request\\.(header|multivalueheader|querystring|multivaluequerystring|path|body)\\b.*|context\\..+|stageVariables\\..+)$"_s, QRegularExpression::DotMatchesEverythingOption);
        // What another stack exports may be anything.
        if (!source.isEmpty() && !asked.match(source).hasMatch())
            tell(Severity::Warning, u"bad-mapping"_s, Core::tr("%1 takes “%2”, which is nothing of a request").arg(target, source), Core::tr("Name a part such as method.request.header.X, or put a text into single quotation marks."));
    }

    void checkTenant()
    {
        if (m_api.kind == ApiKind::Http && isIsolated(m_route.function))
            tell(Severity::Warning, u"tenancy"_s, Core::tr("“%1” has tenant isolation, and an HTTP API cannot say which tenant it calls for: each request fails").arg(m_route.function), Core::tr("Use a REST API that maps a parameter to integration.request.header.X-Amz-Tenant-Id."));
        if (m_api.kind != ApiKind::Rest)
            return;
        const QString header = "integration.request.header."_L1 + QLatin1StringView(runtime::TenantHeader);
        if (!m_route.tenantSource.isEmpty())
            checkSource(header, m_route.tenantSource);
        const Mappings mapped = m_route.integration ? m_route.integration->parameters : Mappings();
        // A template may say it, too.
        const bool overrides = m_route.integration && QJsonDocument(m_route.integration->declared.value("requestTemplates"_L1).toObject()).toJson().contains("requestOverride");
        const bool names = overrides || !m_route.tenantSource.isEmpty() || std::any_of(mapped.cbegin(), mapped.cend(), [&header](const auto &each) { return each.first.compare(header, Qt::CaseInsensitive) == 0; });
        if (isIsolated(m_route.function) && !names)
            tell(Severity::Warning, u"tenancy"_s, Core::tr("“%1” has tenant isolation, and the route does not say for which tenant it runs: each request is refused").arg(m_route.function), Core::tr("Map a parameter to %1, in a DefinitionBody.").arg(header));
    }

    [[nodiscard]] bool isIsolated(const QString &name) const
    {
        const project::Function *function = name.isEmpty() ? nullptr : m_project.function(name);
        return function && function->isTenantIsolated();
    }

    void checkTemplates(const Templates &templates, const QString &what)
    {
        for (const MappingTemplate &each : templates) {
            if (!each.program)
                tell(Severity::Error, u"bad-mapping-template"_s, Core::tr("the template of its %1 for %2 is not whole: %3").arg(what, each.type, each.program.error().message), Core::tr("Each request that needs it fails with 500."));
        }
    }

    void tell(Severity severity, const QString &rule, QString message, const QString &hint)
    {
        if (message.endsWith(u'.'))
            message.chop(1);
        m_findings << Finding{severity, rule, Core::tr("%1 of “%2”: %3.").arg(m_route.key(), m_api.id, message), hint, m_route.location.file, m_route.location.line, m_route.location.column, QString("Resources."_L1 + m_api.id)};
    }

    const project::Project &m_project;
    const Api &m_api;
    const Route &m_route;
    Findings &m_findings;
};

} // namespace

Findings integrationFindings(const project::Project &project)
{
    Findings findings;
    const QList<Api> apis = apisOf(project);
    for (const Api &api : apis) {
        for (const Route &route : api.routes)
            Checker(project, api, route, findings).check();
    }
    return findings;
}

} // namespace eph::gateway
