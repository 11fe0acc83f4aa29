// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/jsonprotocol.h"
#include "core/cloud/logsubscriptions.h"

namespace eph::cloud {

/// CloudWatch Logs' calls for subscription filters. Functions are told of events; other destinations are refused. Lives on the
/// runtime's thread. Source: botocore's service model, November 2026.
class LogSubscriptionsApi
{
public:
    LogSubscriptionsApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed);

    [[nodiscard]] static bool isFor(const QByteArray &action);
    /// Of a group that is there.
    [[nodiscard]] JsonAnswer perform(const QByteArray &action, const QString &group, const QJsonObject &input);
    /// Of the template and those that calls have made.
    [[nodiscard]] QList<LogSubscription> ofGroup(const QString &group);

private:
    [[nodiscard]] JsonAnswer put(const QString &group, const QJsonObject &input);
    [[nodiscard]] JsonAnswer remove(const QString &group, const QString &name);
    [[nodiscard]] JsonAnswer describe(const QString &group, const QJsonObject &input);

    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
};

} // namespace eph::cloud
