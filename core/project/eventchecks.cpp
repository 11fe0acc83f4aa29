// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/eventchecks.h"

#include "core/base/templatetruth.h"
#include "core/base/text.h"

#include <QHash>
#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

class EventChecks
{
public:
    explicit EventChecks(const Project &project)
        : m_project(project)
    {
    }

    [[nodiscard]] Findings findings()
    {
        for (const Function &function : m_project.functions) {
            for (const Trigger &trigger : function.triggers) {
                if (trigger.type == "Api"_L1 || trigger.type == "HttpApi"_L1)
                    checkRoute(function, trigger);
                else if (trigger.type == "S3"_L1)
                    checkBucket(function, trigger);
            }
        }
        return m_findings;
    }

private:
    void tell(Severity severity, const QString &rule, const QString &message, const QString &hint, const Function &function, const Trigger &trigger)
    {
        // What other resources make of it has a place of its own.
        const QString key = "Resources."_L1 + function.logicalId + ".Properties.Events."_L1 + trigger.name;
        m_findings << Finding{severity, rule, message, hint, trigger.location.file, trigger.location.line, trigger.location.column, key};
    }

    void checkRoute(const Function &function, const Trigger &trigger)
    {
        const bool rest = trigger.type == "Api"_L1;
        // Routes of resources of their own are not events.
        if (!function.properties.value("Events"_L1).toObject().contains(trigger.name))
            return;
        const QString path = trigger.properties.value("Path"_L1).toString();
        const QString method = trigger.properties.value("Method"_L1).toString().toLower();
        if (rest && path.isEmpty())
            return tell(Severity::Error, u"no-path"_s, Core::tr("The event “%1” of “%2” has no Path; SAM refuses the template.").arg(trigger.name, function.logicalId), Core::tr("Add a Path, such as /{proxy+}, and a Method."), function, trigger);
        const QString api = trigger.properties.value(rest ? "RestApiId"_L1 : "ApiId"_L1).toString();
        const auto declared = std::find_if(m_project.apis.cbegin(), m_project.apis.cend(), [&api](const ApiDeclaration &one) { return one.logicalId == api || (!api.isEmpty() && one.properties.value("Name"_L1).toString() == api); });
        if (rest && declared != m_project.apis.cend() && isDefinedByItself(*declared)) {
            const QJsonObject methods = declared->properties.value("DefinitionBody"_L1).toObject().value("paths"_L1).toObject().value(path).toObject();
            if (!methods.contains(method) && !methods.contains("x-amazon-apigateway-any-method"_L1))
                tell(Severity::Warning, u"event-not-in-definition"_s, Core::tr("“%1” has a DefinitionBody without “%2 %3”: the event “%4” adds no route to it, here or in the cloud.").arg(declared->logicalId, method.toUpper(), path, trigger.name),
                     Core::tr("Write the path into the DefinitionBody, or set MergeDefinitions: true."), function, trigger);
            return;
        }
        if (path.isEmpty())
            return;
        const QString place = trigger.type + u' ' + api + u' ' + (method == "any"_L1 ? u"*"_s : method) + u' ' + path;
        if (const QString other = m_routes.value(place); !other.isEmpty())
            tell(Severity::Error, u"duplicate-route"_s, Core::tr("“%1 %2” is declared twice, by “%3” and “%4”; SAM refuses the template.").arg(method.toUpper(), path, other, function.logicalId), Core::tr("Leave one of them."), function, trigger);
        m_routes.insert(place, function.logicalId);
    }

    void checkBucket(const Function &function, const Trigger &trigger)
    {
        const QString bucket = trigger.properties.value("Bucket"_L1).toString().section(u':', -1);
        const QStringList left = m_project.resources.keys(u"AWS::S3::Bucket"_s);
        QStringList names;
        for (const SourceDeclaration &declared : m_project.eventSources) {
            if (declared.type == "AWS::S3::Bucket"_L1)
                names << declared.name << declared.logicalId;
        }
        // One whose condition is false has a name, too, which nobody has read.
        const bool knowsAll = std::all_of(left.begin(), left.end(), [&names](const QString &id) { return names.contains(id); });
        if (knowsAll && !names.contains(bucket))
            tell(Severity::Warning, u"bucket-elsewhere"_s, Core::tr("The event “%1” of “%2” is of the bucket “%3”, which is no resource of the template; SAM refuses that.").arg(trigger.name, function.logicalId, bucket),
                 Core::tr("Declare the bucket and write Bucket: !Ref and its logical id. Buckets of other stacks notify by EventBridge."), function, trigger);
    }

    const Project &m_project;
    QHash<QString, QString> m_routes; ///< Function by API, method and path.
    Findings m_findings;
};

} // namespace

Findings eventFindings(const Project &project)
{
    return EventChecks(project).findings();
}

bool isDefinedByItself(const ApiDeclaration &api)
{
    // Without paths there is nothing that is known of it here: what only the cloud includes may have them.
    const QJsonObject paths = api.properties.value("DefinitionBody"_L1).toObject().value("paths"_L1).toObject();
    return api.type == ApiType::Rest && !paths.isEmpty() && !isTrue(api.properties.value("MergeDefinitions"_L1));
}

} // namespace eph::project
