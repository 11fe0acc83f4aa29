// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/dialect.h"

#include "core/base/text.h"

namespace eph::schedule {

using namespace Qt::StringLiterals;

const QList<Dialect> &allDialects()
{
    static const QList<Dialect> all{Dialect::EventBridgeRules, Dialect::EventBridgeScheduler, Dialect::Unix, Dialect::Kubernetes, Dialect::Gcp, Dialect::Azure, Dialect::Quartz, Dialect::OpenWhisk};
    return all;
}

QString dialectId(Dialect dialect)
{
    switch (dialect) {
    case Dialect::EventBridgeRules: return u"eventbridge-rules"_s;
    case Dialect::EventBridgeScheduler: return u"eventbridge-scheduler"_s;
    case Dialect::Unix: return u"unix"_s;
    case Dialect::Kubernetes: return u"kubernetes"_s;
    case Dialect::Gcp: return u"gcp"_s;
    case Dialect::Azure: return u"azure"_s;
    case Dialect::Quartz: return u"quartz"_s;
    case Dialect::OpenWhisk: return u"openwhisk"_s;
    }
    Q_UNREACHABLE();
}

std::optional<Dialect> dialectOf(const QString &id)
{
    for (const Dialect dialect : allDialects()) {
        if (dialectId(dialect) == id)
            return dialect;
    }
    return std::nullopt;
}

QString dialectName(Dialect dialect)
{
    switch (dialect) {
    case Dialect::EventBridgeRules: return Core::tr("EventBridge rule");
    case Dialect::EventBridgeScheduler: return Core::tr("EventBridge Scheduler");
    case Dialect::Unix: return Core::tr("Unix crontab");
    case Dialect::Kubernetes: return Core::tr("Kubernetes CronJob");
    case Dialect::Gcp: return Core::tr("Google Cloud Scheduler");
    case Dialect::Azure: return Core::tr("Azure Functions timer");
    case Dialect::Quartz: return Core::tr("Quartz");
    case Dialect::OpenWhisk: return Core::tr("OpenWhisk alarm");
    }
    Q_UNREACHABLE();
}

bool isEventBridge(Dialect dialect)
{
    return dialect == Dialect::EventBridgeRules || dialect == Dialect::EventBridgeScheduler;
}

bool hasZone(Dialect dialect)
{
    return dialect != Dialect::EventBridgeRules;
}

QString exampleOf(Dialect dialect)
{
    switch (dialect) {
    case Dialect::EventBridgeRules:
    case Dialect::EventBridgeScheduler: return u"cron(0 9 * * ? *)"_s;
    case Dialect::Azure: return u"0 0 9 * * *"_s;
    case Dialect::Quartz: return u"0 0 9 * * ?"_s;
    case Dialect::Unix:
    case Dialect::Kubernetes:
    case Dialect::Gcp:
    case Dialect::OpenWhisk: return u"0 9 * * *"_s;
    }
    Q_UNREACHABLE();
}

} // namespace eph::schedule
