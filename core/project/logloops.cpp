// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/logloops.h"

#include "core/base/text.h"

namespace eph::project {

using namespace Qt::StringLiterals;

Findings logLoopsOf(const Project &project)
{
    Findings all;
    for (const Function &function : project.functions) {
        const QString own = function.logGroup.isEmpty() ? QString("/aws/lambda/"_L1 + function.name) : function.logGroup;
        for (const Trigger &trigger : function.triggers) {
            if (trigger.type == "CloudWatchLogs"_L1 && trigger.properties.value("LogGroupName"_L1).toString() == own)
                all << Finding{Severity::Warning, u"log-loop"_s, Core::tr("“%1” is subscribed to the log group that it writes into: in the cloud each of its lines that matches calls it again, which has no end and is billed.").arg(function.name),
                               Core::tr("Give it a log group of its own with LoggingConfig, or a filter pattern that its own lines never match."), trigger.location.file, trigger.location.line, trigger.location.column, QString("Resources."_L1 + function.logicalId)};
        }
    }
    return all;
}

} // namespace eph::project
