// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/templatechecks.h"

#include "core/base/text.h"
#include "core/project/circles.h"
#include "core/project/references.h"
#include "core/project/resourcechecks.h"

#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

void checkTransform(const YamlNode &root, Evaluator &evaluator)
{
    const auto &entries = root.find(u"Resources")->entries;
    const auto ofSam = std::find_if(entries.cbegin(), entries.cend(), [](const auto &entry) {
        const YamlNode *type = entry.value->find(u"Type");
        return type && type->value.startsWith("AWS::Serverless::"_L1);
    });
    if (ofSam != entries.cend() && !root.find(u"Transform"))
        evaluator.report(Severity::Warning, u"no-transform"_s, Core::tr("“%1” is of a type of SAM, which CloudFormation does not know without its transform.").arg(ofSam->key->value), *ofSam->key, "Resources."_L1 + ofSam->key->value,
                         Core::tr("Write “Transform: AWS::Serverless-2016-10-31” at the top of the template."));
}

/// Each entry of a section by itself; `isKnown` are names that it may use.
void checkNames(const YamlNode &root, const QString &section, const QString &message, const std::function<bool(const QString &)> &isKnown, Evaluator &evaluator)
{
    const YamlNode *all = root.find(section);
    if (!all)
        return;
    for (const auto &entry : all->entries) {
        const QString name = entry.key->value;
        forEachReference(*entry.value, evaluator, [&](const QString &used, const YamlNode &at) {
            if (!isKnown(used))
                evaluator.report(Severity::Warning, u"unknown-reference"_s, message.arg(name, used), at, section + u'.' + name);
        });
    }
}

} // namespace

void checkTemplate(const YamlNode &root, const QStringList &present, Evaluator &evaluator)
{
    checkTransform(root, evaluator);
    if (!isWhole(root))
        return;
    const auto isParameter = [&evaluator](const QString &name) { return evaluator.parameters.contains(name); };
    checkNames(root, u"Outputs"_s, Core::tr("The output “%1” refers to “%2”, which the template does not have."), [&](const QString &name) { return isParameter(name) || hasResource(root, name); }, evaluator);
    // They are settled before there are resources.
    checkNames(root, u"Conditions"_s, Core::tr("The condition “%1” refers to “%2”, which is no parameter."), isParameter, evaluator);
    reportCircles(root, present, evaluator);
}

} // namespace eph::project
