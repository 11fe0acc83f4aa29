// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/model.h"

#include "core/base/closest.h"
#include "core/base/text.h"

#include <QFileInfo>

namespace eph::project {

using namespace Qt::StringLiterals;

QString Trigger::summary() const
{
    const auto text = [this](QLatin1StringView key) { return properties.value(key).toVariant().toString(); };
    /// The last part of an ARN, or the value itself.
    const auto shortName = [&](QLatin1StringView key) { return text(key).section(u':', -1).section(u'/', -1); };
    if (type == "Api"_L1 || type == "HttpApi"_L1) {
        const QString path = text("Path"_L1);
        if (path.isEmpty())
            return u"$default"_s;
        const QString method = text("Method"_L1).toUpper();
        return (method.isEmpty() || method == "X-AMAZON-APIGATEWAY-ANY-METHOD"_L1 ? u"ANY"_s : method) + u' ' + path;
    }
    if (type == "LoadBalancer"_L1)
        return u"load balancer "_s + text("Method"_L1) + (text("Method"_L1).isEmpty() ? QString() : u" "_s) + text("Path"_L1);
    if (type == "WebSocket"_L1)
        return u"WebSocket "_s + text("RouteKey"_L1);
    if (type == "Schedule"_L1)
        return text("Schedule"_L1);
    if (type == "ScheduleV2"_L1)
        return text("ScheduleExpression"_L1);
    if (type == "SQS"_L1)
        return u"queue "_s + shortName("Queue"_L1);
    if (type == "SNS"_L1)
        return u"topic "_s + shortName("Topic"_L1);
    if (type == "S3"_L1)
        return u"bucket "_s + shortName("Bucket"_L1);
    if (type == "Kinesis"_L1)
        return u"stream "_s + shortName("Stream"_L1);
    // Its ARN ends with the time at which the stream was begun.
    if (type == "DynamoDB"_L1)
        return u"table stream "_s + text("Stream"_L1).section(u":table/"_s, -1).section(u"/stream/"_s, 0, 0);
    if (type == "CloudWatchLogs"_L1)
        return u"log "_s + text("LogGroupName"_L1);
    return type;
}

QString Function::handlerFile() const
{
    const QString stem = codeFolder + u'/' + handler.section(u'.', 0, -2);
    const auto firstFile = [](const QStringList &candidates) {
        for (const QString &candidate : candidates) {
            if (QFileInfo(candidate).isFile())
                return candidate;
        }
        return QString();
    };
    if (runtime.startsWith("python"_L1)) {
        QString module = handler.section(u'.', 0, -2);
        module.replace(u'.', u'/');
        return firstFile({codeFolder + u'/' + module + ".py"_L1, codeFolder + u'/' + module + "/__init__.py"_L1});
    }
    if (runtime.startsWith("nodejs"_L1)) {
        const QString base = handler.contains(u'/') ? handler.section(u'/', 0, -2) + u'/' : QString();
        const QString module = codeFolder + u'/' + base + handler.section(u'/', -1).section(u'.', 0, 0);
        return firstFile({module + ".js"_L1, module + ".mjs"_L1, module + ".cjs"_L1, module + ".ts"_L1, module + ".mts"_L1, module + ".cts"_L1, codeFolder + u'/' + handler});
    }
    return firstFile({codeFolder + "/bootstrap"_L1, stem});
}

bool Function::isTenantIsolated() const
{
    return properties.value("TenancyConfig"_L1).toObject().value("TenantIsolationMode"_L1).toString() == "PER_TENANT"_L1;
}

bool isTypeScript(const QString &file)
{
    return file.endsWith(".ts"_L1) || file.endsWith(".mts"_L1) || file.endsWith(".cts"_L1);
}

QString functionNameOf(const QString &arn)
{
    return arn.section(":function:"_L1, -1).section(u':', 0, 0);
}

const Function *Project::function(const QString &nameOrId) const
{
    for (const Function &candidate : functions) {
        if (candidate.name == nameOrId)
            return &candidate;
    }
    for (const Function &candidate : functions) {
        if (candidate.logicalId == nameOrId)
            return &candidate;
    }
    return nullptr;
}

Result<const Function *> Project::chosenFunction(const QString &nameOrId) const
{
    if (const Function *known = function(nameOrId))
        return known;
    if (nameOrId.isEmpty() && functions.size() == 1)
        return &functions.first();
    for (const Finding &finding : findings) {
        if (finding.rule == "condition-false"_L1 && finding.key == "Resources."_L1 + nameOrId + ".Condition"_L1)
            return failure(ErrorCode::NotFound, finding.message, finding.hint);
    }
    if (functions.isEmpty())
        return failure(ErrorCode::NotFound, Core::tr("“%1” has no functions.").arg(name), Core::tr("Add one with “eph init --function NAME”."));
    QStringList names;
    for (const Function &known : functions)
        names << known.name;
    const QString all = Core::tr("It has: %1.").arg(names.join(", "_L1));
    if (nameOrId.isEmpty())
        return failure(ErrorCode::Usage, Core::tr("“%1” has several functions: name one.").arg(name), all);
    const QString meant = closestName(nameOrId, names);
    return failure(ErrorCode::NotFound, Core::tr("“%1” has no function “%2”.").arg(name, nameOrId), meant.isEmpty() ? all : Core::tr("Did you mean “%1”?").arg(meant));
}

const SourceDeclaration *Project::group(QLatin1StringView type, const QString &name) const
{
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const SourceDeclaration &one) { return one.type == type && one.name == name; });
    return found == groups.end() ? nullptr : &*found;
}

QString Project::eventsFolder() const
{
    return folder + "/events"_L1;
}

} // namespace eph::project
