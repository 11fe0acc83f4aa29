// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/integrationfindings.h"

#include "core/base/text.h"
#include "core/gateway/api.h"

#include <QRegularExpression>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

class Checker
{
public:
    Checker(const Api &api, const Route &route, Findings &findings)
        : m_api(api)
        , m_route(route)
        , m_findings(findings)
    {
    }

    void check()
    {
        const Integration &integration = *m_route.integration;
        checkTemplates(integration.requestTemplates, Core::tr("request"));
        for (const IntegrationResponse &response : integration.responses) {
            checkTemplates(response.templates, Core::tr("response with status %1").arg(response.status));
            if (const QRegularExpression pattern(response.pattern); !pattern.isValid())
                tell(u"bad-pattern"_s, Core::tr("the pattern “%1” is no regular expression: %2").arg(response.pattern, pattern.errorString()), Core::tr("No answer is ever taken by it."));
        }
        if (m_api.kind != ApiKind::Rest)
            return;
        static const QRegularExpression source(u"^('.*'|method\\.request\\.(header|multivalueheader|querystring|multivaluequerystring|path|body)\\b.*|context\\..+|stageVariables\\..+)$"_s, QRegularExpression::DotMatchesEverythingOption);
        for (const auto &[target, given] : integration.parameters) {
            if (!source.match(given).hasMatch())
                tell(u"bad-mapping"_s, Core::tr("%1 takes “%2”, which is nothing of a request").arg(target, given), Core::tr("Name a part such as method.request.header.X, or put a text into single quotation marks."));
        }
    }

private:
    void checkTemplates(const Templates &templates, const QString &what)
    {
        for (const MappingTemplate &each : templates) {
            if (!each.program)
                tell(u"bad-mapping-template"_s, Core::tr("the template of its %1 for %2 is not whole: %3").arg(what, each.type, each.program.error().message), Core::tr("Each request that needs it fails with 500."));
        }
    }

    void tell(const QString &rule, QString message, const QString &hint)
    {
        if (message.endsWith(u'.'))
            message.chop(1);
        m_findings << Finding{Severity::Error, rule, Core::tr("%1 of “%2”: %3.").arg(m_route.key(), m_api.id, message), hint, m_route.location.file, m_route.location.line, m_route.location.column, QString("Resources."_L1 + m_api.id)};
    }

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
        for (const Route &route : api.routes) {
            if (route.integration)
                Checker(api, route, findings).check();
        }
    }
    return findings;
}

} // namespace eph::gateway
