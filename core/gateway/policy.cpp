// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy.h"

#include <QJsonArray>
#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

QJsonArray listOf(const QJsonValue &value)
{
    return value.isArray() ? value.toArray() : QJsonArray{value};
}

bool anyMatches(const QJsonValue &patterns, const QString &text)
{
    const QJsonArray all = listOf(patterns);
    return std::any_of(all.begin(), all.end(), [&](const QJsonValue &pattern) { return matchesWildcards(text, pattern.toString()); });
}

} // namespace

bool matchesWildcards(const QString &text, const QString &pattern)
{
    // The classic walk: on a mismatch, the last star takes one character more. Linear in practice, never exponential.
    qsizetype at = 0;
    qsizetype in = 0;
    qsizetype star = -1;
    qsizetype resume = 0;
    while (at < text.size()) {
        if (in < pattern.size() && (pattern.at(in) == u'?' || pattern.at(in) == text.at(at)) && pattern.at(in) != u'*') {
            ++at;
            ++in;
        } else if (in < pattern.size() && pattern.at(in) == u'*') {
            star = in++;
            resume = at;
        } else if (star >= 0) {
            in = star + 1;
            at = ++resume;
        } else {
            return false;
        }
    }
    while (in < pattern.size() && pattern.at(in) == u'*')
        ++in;
    return in == pattern.size();
}

Access invokeAccess(const QJsonObject &policyDocument, const QString &arn)
{
    Access access = Access::NotAllowed;
    const QJsonArray statements = listOf(policyDocument.value("Statement"_L1));
    for (const auto &each : statements) {
        const QJsonObject statement = each.toObject();
        if (!anyMatches(statement.value("Action"_L1), u"execute-api:Invoke"_s) || !anyMatches(statement.value("Resource"_L1), arn))
            continue;
        if (statement.value("Effect"_L1).toString() == "Deny"_L1)
            return Access::Denied;
        if (statement.value("Effect"_L1).toString() == "Allow"_L1)
            access = Access::Allowed;
    }
    return access;
}

} // namespace eph::gateway
