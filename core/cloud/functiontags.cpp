// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functiontags.h"

#include "core/cloud/deployedfunctions.h"
#include "core/cloud/functioncatalogue.h"
#include "core/cloud/resourcetags.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

QJsonObject tagsOf(FunctionCatalogue &catalogue, const DeployedFunctions &deployed, const QString &function)
{
    if (const QJsonObject *called = deployed.documents().find({kinds::Tags, function, {}}))
        return *called;
    const project::Function *declared = catalogue.declared(function);
    if (!declared)
        return {};
    // SAM has a map, CloudFormation a list.
    const QJsonValue given = declared->properties.value("Tags"_L1);
    QJsonObject tags = given.isArray() ? tagMap(given.toArray()) : given.toObject();
    const auto project = catalogue.project();
    if (project && (*project)->resources.value(declared->logicalId) == "AWS::Serverless::Function"_L1)
        tags.insert(u"lambda:createdBy"_s, u"SAM"_s);
    return tags;
}

} // namespace eph::cloud
