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

void checkNames(const YamlNode &root, Evaluator &evaluator)
{
    // Conditions are settled before there are resources.
    for (const auto &[name, mayBeResource] : {std::pair(u"Outputs"_s, true), std::pair(u"Conditions"_s, false)}) {
        const YamlNode *section = root.find(name);
        if (!section)
            continue;
        forEachReference(*section, evaluator, [&, place = name, resources = mayBeResource](const QString &used, const YamlNode &at) {
            if (evaluator.parameters.contains(used) || (resources && hasResource(root, used)))
                return;
            evaluator.report(Severity::Warning, u"unknown-reference"_s, Core::tr("%1 refer to “%2”, which the template does not have.").arg(place, used), at, place);
        });
    }
}

} // namespace

void checkTemplate(const YamlNode &root, const QStringList &present, Evaluator &evaluator)
{
    checkTransform(root, evaluator);
    if (!isWhole(root))
        return;
    checkNames(root, evaluator);
    reportCircles(root, present, evaluator);
}

} // namespace eph::project
