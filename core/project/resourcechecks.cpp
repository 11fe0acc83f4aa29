// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/resourcechecks.h"

#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/project/samnames.h"

#include <QHash>
#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

/// New types come without notice: one is wrong only where it is nearly another.
void checkType(const YamlNode &type, const QString &logicalId, Evaluator &evaluator)
{
    const bool isOurs = type.value.startsWith("AWS::Serverless::"_L1) || type.value.startsWith("AWS::Lambda::"_L1);
    const QString meant = isOurs && !FunctionResourceTypes.contains(type.value) ? closestName(type.value, FunctionResourceTypes.values()) : QString();
    static const QHash<QString, const char *> notHere{{u"AWS::Pipes::Pipe"_s, QT_TRANSLATE_NOOP("Core", "pipes")}, {u"AWS::Serverless::StateMachine"_s, QT_TRANSLATE_NOOP("Core", "state machines and their events")}, {u"AWS::StepFunctions::StateMachine"_s, QT_TRANSLATE_NOOP("Core", "state machines")}};
    if (const char *what = notHere.value(type.value))
        evaluator.report(Severity::Note, u"cloud-only"_s, Core::tr("“%1” does nothing on this machine: %2 are not emulated.").arg(logicalId, Core::tr(what)), type, "Resources."_L1 + logicalId + ".Type"_L1);
    if (!meant.isEmpty())
        evaluator.report(Severity::Error, u"unknown-type"_s, Core::tr("The resource “%1” has the type “%2”, which does not exist.").arg(logicalId, type.value), type, "Resources."_L1 + logicalId + ".Type"_L1,
                         Core::tr("Did you mean “%1”?").arg(meant));
}

/// SAM makes resources whose names begin with the one that they belong to, and a few that belong to all.
[[nodiscard]] bool isGenerated(const QString &name, const YamlNode &resources)
{
    return name.startsWith("Serverless"_L1) || name == "CodeDeployServiceRole"_L1 || std::any_of(resources.entries.cbegin(), resources.entries.cend(), [&name](const auto &entry) {
        const YamlNode *type = entry.value->find(u"Type");
        return type && type->value.startsWith("AWS::Serverless::"_L1) && name.startsWith(entry.key->value);
    });
}

} // namespace

void checkResource(const YamlNode &resource, const QString &logicalId, const YamlNode &root, Evaluator &evaluator)
{
    if (const YamlNode *type = resource.find(u"Type"))
        checkType(*type, logicalId, evaluator);
    const YamlNode *resources = root.find(u"Resources");
    if (!resources || !isWhole(root))
        return;
    for (const YamlNode *name : dependenciesOf(resource)) {
        if (!hasResource(root, name->value))
            evaluator.report(Severity::Warning, u"unknown-reference"_s, Core::tr("“%1” depends on “%2”, which the template does not have.").arg(logicalId, name->value), *name, "Resources."_L1 + logicalId + ".DependsOn"_L1);
    }
}

QList<const YamlNode *> dependenciesOf(const YamlNode &resource)
{
    QList<const YamlNode *> names;
    const YamlNode *written = resource.find(u"DependsOn");
    if (!written)
        return names;
    if (written->kind == YamlNode::Kind::Scalar)
        names << written;
    for (const auto &item : written->items) {
        if (const YamlNode &name = item->resolved(); name.kind == YamlNode::Kind::Scalar)
            names << &name;
    }
    return names;
}

bool hasResource(const YamlNode &root, const QString &name)
{
    const YamlNode *resources = root.find(u"Resources");
    return resources && (resources->find(name) || isGenerated(name, *resources));
}

bool isWhole(const YamlNode &root)
{
    const YamlNode *resources = root.find(u"Resources");
    const YamlNode *transform = root.find(u"Transform");
    const auto isService = [](const YamlNode &name) { return name.kind == YamlNode::Kind::Scalar && name.value.startsWith("AWS::"_L1) && name.value != "AWS::Include"_L1; };
    if (root.find(u"Fn::Transform") || (resources && resources->find(u"Fn::Transform")))
        return false;
    return !transform || (transform->items.empty() ? isService(*transform) : std::all_of(transform->items.cbegin(), transform->items.cend(), [&](const auto &item) { return isService(item->resolved()); }));
}

} // namespace eph::project
