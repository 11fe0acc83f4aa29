// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/declaredrules.h"
#include "core/cloud/jsonprotocol.h"

namespace eph::cloud {

/// EventBridge's API: buses, rules, targets, events. Rules of the template are told as well, and changed there. Lives on the
/// runtime's thread. Source: fact sheet of the control API, and botocore's service model, November 2026.
class EventsApi
{
public:
    EventsApi(EventBus &bus, FunctionCatalogue &catalogue, DeployedFunctions &deployed);

    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    /// A rule as a call names it.
    struct RuleName {
        QString bus;
        QString name;
        [[nodiscard]] account::DocumentKey key() const { return {kinds::Rule, bus, name}; }
        [[nodiscard]] QString targets() const { return bus + u'/' + name; }
    };

    [[nodiscard]] JsonAnswer perform(const QByteArray &action, const QJsonObject &input, const QByteArray &trace);
    [[nodiscard]] JsonAnswer performOnRule(const QByteArray &action, const RuleName &rule, const QJsonObject &input);
    [[nodiscard]] JsonAnswer putRule(const RuleName &rule, const QJsonObject &input);
    [[nodiscard]] JsonAnswer deleteRule(const RuleName &rule);
    [[nodiscard]] JsonAnswer setState(const RuleName &rule, const QString &state);
    [[nodiscard]] JsonAnswer listRules(const QJsonObject &input);
    [[nodiscard]] JsonAnswer listRuleNames(const QJsonObject &input);
    [[nodiscard]] JsonAnswer putTargets(const RuleName &rule, const QJsonObject &input);
    [[nodiscard]] JsonAnswer removeTargets(const RuleName &rule, const QJsonObject &input);
    [[nodiscard]] JsonAnswer putEvents(const QJsonObject &input, const QByteArray &trace);
    [[nodiscard]] JsonAnswer createBus(const QJsonObject &input);
    [[nodiscard]] JsonAnswer deleteBus(const QJsonObject &input);
    [[nodiscard]] JsonAnswer listBuses(const QJsonObject &input);
    [[nodiscard]] JsonAnswer tags(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] QList<ToldRule> declaredRulesOf(const QString &bus) const;
    [[nodiscard]] std::optional<ToldRule> declaredRule(const RuleName &rule) const;
    [[nodiscard]] bool busExists(const QString &bus) const;
    [[nodiscard]] QJsonObject busOf(const QString &name) const;
    [[nodiscard]] tl::expected<QJsonObject, ApiError> existing(const RuleName &rule) const;

    EventBus &m_bus;
    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
};

} // namespace eph::cloud
