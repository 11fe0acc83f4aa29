// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logsubscriptionsapi.h"

#include "core/base/text.h"
#include "core/cloud/constraints.h"
#include "core/cloud/loganswers.h"
#include "core/cloud/logfilterpattern.h"

#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MostDescribed = 50;
const QByteArray Invalid = "InvalidParameterException";

[[nodiscard]] auto named(const QString &name)
{
    return [name](const LogSubscription &one) { return one.name == name; };
}

[[nodiscard]] ApiError declaredOne(const QString &name)
{
    return {400, Invalid, Core::tr("The subscription filter “%1” is declared by the template; change it there.").arg(name)};
}

} // namespace

LogSubscriptionsApi::LogSubscriptionsApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed)
    : m_catalogue(catalogue)
    , m_deployed(deployed)
{
}

bool LogSubscriptionsApi::isFor(const QByteArray &action)
{
    return action == "PutSubscriptionFilter" || action == "DescribeSubscriptionFilters" || action == "DeleteSubscriptionFilter";
}

JsonAnswer LogSubscriptionsApi::perform(const QByteArray &action, const QString &group, const QJsonObject &input)
{
    if (action == "DescribeSubscriptionFilters")
        return describe(group, input);
    const QString name = input.value("filterName"_L1).toString();
    if (const auto error = Constraints().required(u"filterName"_s, input.value("filterName"_L1)).length(u"filterName"_s, name, 1, 512).pattern(u"filterName"_s, name, u"[^:*]*"_s).error(Invalid))
        return tl::unexpected(*error);
    return action == "PutSubscriptionFilter" ? put(group, input) : remove(group, name);
}

QList<LogSubscription> LogSubscriptionsApi::ofGroup(const QString &group)
{
    const auto project = m_catalogue.project();
    QList<LogSubscription> all = (project ? logsubscriptions::declaredIn(**project) : QList<LogSubscription>()) + logsubscriptions::madeIn(m_deployed.documents());
    all.removeIf([&group](const LogSubscription &one) { return one.group != group; });
    std::sort(all.begin(), all.end(), [](const LogSubscription &a, const LogSubscription &b) { return a.name < b.name; });
    return all;
}

JsonAnswer LogSubscriptionsApi::put(const QString &group, const QJsonObject &input)
{
    const QString target = input.value("destinationArn"_L1).toString();
    LogSubscription wanted{input.value("filterName"_L1).toString(), group, input.value("filterPattern"_L1).toString(), target, m_deployed.clock().epochMs()};
    if (const auto error = Constraints().required(u"destinationArn"_s, input.value("destinationArn"_L1)).required(u"filterPattern"_s, input.value("filterPattern"_L1)).length(u"filterPattern"_s, wanted.pattern, 0, 1024).error(Invalid))
        return tl::unexpected(*error);
    if (const auto pattern = LogFilterPattern::parse(wanted.pattern); !pattern)
        return refused(Invalid, pattern.error().message);
    if (const QString vendor = target.section(u':', 2, 2); vendor != "lambda"_L1)
        return refused(Invalid, u"PutSubscriptionFilter operation cannot work with destinationArn for vendor %1"_s.arg(vendor));
    if (!m_catalogue.requestForEvent(target))
        return refused(Invalid, u"Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function."_s);
    const QList<LogSubscription> present = ofGroup(group);
    if (const auto same = std::find_if(present.begin(), present.end(), named(wanted.name)); same != present.end()) {
        if (same->isDeclared)
            return tl::unexpected(declaredOne(wanted.name));
        wanted.createdMs = same->createdMs;
    } else if (present.size() >= logsubscriptions::MostOfGroup) {
        return refused("LimitExceededException", u"Resource limit exceeded."_s);
    }
    return loganswers::kept(logsubscriptions::put(m_deployed.documents(), wanted));
}

JsonAnswer LogSubscriptionsApi::remove(const QString &group, const QString &name)
{
    const QList<LogSubscription> present = ofGroup(group);
    const auto found = std::find_if(present.begin(), present.end(), named(name));
    if (found == present.end())
        return refused("ResourceNotFoundException", u"The specified subscription filter does not exist."_s);
    if (found->isDeclared)
        return tl::unexpected(declaredOne(name));
    return loganswers::kept(m_deployed.documents().apply({logsubscriptions::removal(*found)}));
}

JsonAnswer LogSubscriptionsApi::describe(const QString &group, const QJsonObject &input)
{
    if (const auto error = Constraints().range(u"limit"_s, input.value("limit"_L1), 1, MostDescribed).error(Invalid))
        return tl::unexpected(*error);
    // A group has two of them at most, or what the template declares: they are on one page.
    QJsonArray told;
    const QList<LogSubscription> all = ofGroup(group);
    for (const LogSubscription &one : all) {
        if (one.name.startsWith(input.value("filterNamePrefix"_L1).toString()) && told.size() < input.value("limit"_L1).toInteger(MostDescribed))
            told.append(QJsonObject{{u"filterName"_s, one.name}, {u"logGroupName"_s, one.group}, {u"filterPattern"_s, one.pattern}, {u"destinationArn"_s, one.target}, {u"distribution"_s, u"ByLogStream"_s}, {u"applyOnTransformedLogs"_s, false}, {u"creationTime"_s, one.createdMs}});
    }
    return QJsonObject{{u"subscriptionFilters"_s, told}};
}

} // namespace eph::cloud
