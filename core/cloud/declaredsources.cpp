// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/declaredsources.h"

#include "core/base/text.h"

#include <algorithm>

namespace eph::cloud {

QString keptByTemplate(FunctionCatalogue &catalogue, QLatin1StringView type, const QString &name)
{
    const auto project = catalogue.project();
    const auto isMeant = [&](const project::SourceDeclaration &source) { return source.type == type && source.name == name; };
    const bool declared = project && std::any_of((*project)->eventSources.cbegin(), (*project)->eventSources.cend(), isMeant);
    return declared ? Core::tr("“%1” is declared by the project's template. Take it out there.").arg(name) : QString();
}

} // namespace eph::cloud
