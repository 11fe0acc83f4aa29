// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functiongroups.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

QMap<QString, QString> groupsOfFunctions(FunctionCatalogue &catalogue, const DeployedFunctions &deployed)
{
    QMap<QString, QString> groups;
    if (const auto functions = catalogue.all()) {
        for (const runtime::FunctionConfig &config : *functions)
            groups.insert(config.name, config.logGroupName());
    }
    const QStringList names = deployed.names();
    for (const QString &name : names) {
        if (const auto version = deployed.version(name, Latest))
            groups.insert(name, version->configuration.value("LoggingConfig"_L1).toObject().value("LogGroup"_L1).toString("/aws/lambda/"_L1 + name));
    }
    return groups;
}

} // namespace eph::cloud
