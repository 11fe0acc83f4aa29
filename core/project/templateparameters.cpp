// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/templateparameters.h"

#include "core/base/closest.h"
#include "core/base/text.h"

#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString listText(const YamlNode &node)
{
    if (node.kind != YamlNode::Kind::Sequence)
        return node.meaning();
    QStringList parts;
    for (const auto &item : node.items)
        parts << item->resolved().meaning();
    return parts.join(u',');
}

} // namespace

QString environmentHint()
{
    return Core::tr("Give the variable its value in env.json.");
}

void readParameters(const YamlNode &root, const QMap<QString, QString> &values, bool isRoot, Project &project, Evaluator &evaluator)
{
    static const YamlNode none;
    const YamlNode *section = root.find(u"Parameters");
    const YamlNode *declared = section ? section : &none;
    for (const auto &entry : declared->entries) {
        const QString name = entry.key->value;
        const QString path = "Parameters."_L1 + name;
        const YamlNode *standard = entry.value->find(u"Default");
        QString value;
        if (values.contains(name))
            value = values.value(name);
        else if (standard)
            value = standard->isNull() ? QString() : listText(*standard);
        else
            evaluator.report(Severity::Warning, u"no-value"_s, Core::tr("The parameter “%1” has no default and no value; it is empty here.").arg(name), *entry.key, path,
                          Core::tr("Give it a Default, or a value in samconfig.toml."));
        if (const YamlNode *allowed = entry.value->find(u"AllowedValues"); allowed && allowed->kind == YamlNode::Kind::Sequence) {
            const bool known = std::any_of(allowed->items.cbegin(), allowed->items.cend(), [&](const auto &item) { return item->resolved().value == value || item->resolved().meaning() == value; });
            if (!known && (standard || values.contains(name)))
                evaluator.report(Severity::Warning, u"value-not-allowed"_s, Core::tr("“%1” is not among the allowed values of “%2”.").arg(value, name), *allowed, path);
        }
        if (const YamlNode *type = entry.value->find(u"Type"); type && type->value.startsWith("AWS::SSM::Parameter::Value<"_L1))
            evaluator.report(Severity::Note, u"not-resolved"_s, Core::tr("The value of “%1” lies in the cloud's Parameter Store; its name there, “%2”, stands in for it here.").arg(name, value), *entry.key, path, environmentHint());
        evaluator.parameters.insert(name, value);
        project.parameters.insert(name, value);
        if (const YamlNode *hidden = entry.value->find(u"NoEcho"); hidden && isRoot && hidden->meaning().compare("true"_L1, Qt::CaseInsensitive) == 0)
            project.hiddenParameters << name;
    }
    for (auto it = values.cbegin(); isRoot && it != values.cend(); ++it) {
        if (declared->find(it.key()))
            continue;
        QStringList names = project.parameters.keys();
        const QString meant = closestName(it.key(), names);
        evaluator.report(Severity::Warning, u"unknown-parameter"_s, Core::tr("There is a value for “%1”, but the template declares no such parameter.").arg(it.key()), *declared, u"Parameters"_s,
                      meant.isEmpty() ? Core::tr("Correct the name in samconfig.toml or on the command line.") : Core::tr("Did you mean “%1”?").arg(meant));
    }
}

} // namespace eph::project
