// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logsubscriptions.h"

#include "core/base/account.h"

#include <QJsonObject>

namespace eph::cloud::logsubscriptions {

using namespace Qt::StringLiterals;

namespace {
const QString Kind = u"log-subscription"_s; ///< Owned by the group.
}

QList<LogSubscription> declaredIn(const project::Project &project)
{
    QList<LogSubscription> all;
    for (const project::Function &function : project.functions) {
        for (const project::Trigger &trigger : function.triggers) {
            if (trigger.type != "CloudWatchLogs"_L1)
                continue;
            const QJsonObject &given = trigger.properties;
            const QString name = trigger.ownResource ? trigger.name : QString(function.logicalId + trigger.name);
            all << LogSubscription{given.value("FilterName"_L1).toString(name), given.value("LogGroupName"_L1).toString(), given.value("FilterPattern"_L1).toString(), u"arn:aws:lambda:%1:%2:function:%3"_s.arg(project.region, LocalAccount, function.name), 0, true};
        }
    }
    return all;
}

QList<LogSubscription> madeIn(const account::DocumentStore &documents)
{
    QList<LogSubscription> all;
    const auto kept = documents.all(Kind);
    for (const auto &[key, document] : kept)
        all << LogSubscription{key.name, key.owner, document.value("pattern"_L1).toString(), document.value("target"_L1).toString(), document.value("createdMs"_L1).toInteger(), false};
    return all;
}

Result<void> put(account::DocumentStore &documents, const LogSubscription &subscription)
{
    return documents.put({Kind, subscription.group, subscription.name}, {{u"pattern"_s, subscription.pattern}, {u"target"_s, subscription.target}, {u"createdMs"_s, subscription.createdMs}});
}

account::DocumentStore::Change removal(const LogSubscription &subscription)
{
    return {{Kind, subscription.group, subscription.name}, std::nullopt};
}

} // namespace eph::cloud::logsubscriptions
