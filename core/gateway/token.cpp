// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/token.h"

#include "core/gateway/base64url.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

const QString Expired = u"the token has expired"_s;

QJsonObject decodedPart(const QString &part)
{
    return QJsonDocument::fromJson(fromBase64Url(part)).object();
}

/// Claims reach the function as text: a list as `[a b]`, and by a REST API as `a,b`, with the times of a token as dates.
QString claimText(const QString &name, const QJsonValue &value, bool rest)
{
    if (value.isArray()) {
        QStringList parts;
        const QJsonArray items = value.toArray();
        for (const auto &item : items)
            parts << item.toVariant().toString();
        return rest ? parts.join(u',') : QString(u'[' + parts.join(u' ') + u']');
    }
    constexpr double LatestSecond = 253'402'300'799; // Of the year 9999.
    if (rest && value.isDouble() && std::abs(value.toDouble()) <= LatestSecond && (name == "exp"_L1 || name == "iat"_L1))
        return QLocale::c().toString(QDateTime::fromSecsSinceEpoch(qint64(value.toDouble()), Qt::UTC), u"ddd MMM dd HH:mm:ss 'UTC' yyyy"_s);
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isDouble())
        return std::abs(value.toDouble()) < 9e18 ? QString::number(qint64(value.toDouble())) : value.toVariant().toString();
    return value.toVariant().toString();
}

QStringList listOf(const QJsonValue &value, QChar separator)
{
    if (!value.isArray())
        return value.toString().split(separator, Qt::SkipEmptyParts);
    QStringList all;
    const QJsonArray items = value.toArray();
    for (const auto &item : items)
        all << item.toString();
    return all;
}

bool haveCommon(const QStringList &some, const QStringList &others)
{
    return std::any_of(some.cbegin(), some.cend(), [&](const QString &one) { return others.contains(one); });
}

QString problemOf(const QJsonObject &claims, const Authorizer &authorizer, qint64 now)
{
    if (!authorizer.issuer.isEmpty() && claims.value("iss"_L1).toString() != authorizer.issuer)
        return u"claims iss is not the issuer"_s;
    const QStringList audience = claims.contains("aud"_L1) ? listOf(claims.value("aud"_L1), u'\n') : QStringList{claims.value("client_id"_L1).toString()};
    if (!authorizer.audience.isEmpty() && !haveCommon(audience, authorizer.audience))
        return u"the token does not have a valid audience"_s;
    if (claims.contains("exp"_L1) && claims.value("exp"_L1).toDouble() <= double(now))
        return Expired;
    if (claims.value("nbf"_L1).toDouble() > double(now) || claims.value("iat"_L1).toDouble() > double(now))
        return u"the token is not valid yet"_s;
    return {};
}

} // namespace

TokenVerdict checkToken(const QString &token, const Authorizer &authorizer, const QStringList &wantedScopes, qint64 epochSeconds, const TokenKeys *keys)
{
    TokenVerdict verdict;
    const QString bare = token.startsWith("Bearer "_L1, Qt::CaseInsensitive) ? token.sliced(7).trimmed() : token;
    const QStringList parts = bare.split(u'.');
    const QJsonObject claims = parts.size() == 3 ? decodedPart(parts.at(1)) : QJsonObject();
    if (parts.size() != 3 || decodedPart(parts.first()).isEmpty() || claims.isEmpty()) {
        verdict.problem = u"the token is malformed"_s;
        return verdict;
    }
    // A REST API takes the one for the method's scopes, and the other where it has none.
    const bool rest = authorizer.type == Authorizer::Type::Cognito;
    if (rest && claims.value("token_use"_L1).toString() == (wantedScopes.isEmpty() ? "access"_L1 : "id"_L1)) {
        verdict.problem = u"the token is of the other use"_s;
        return verdict;
    }
    verdict.problem = keys ? keys->problemOf(bare) : QString();
    if (verdict.problem.isEmpty())
        verdict.problem = problemOf(claims, authorizer, epochSeconds);
    verdict.expired = verdict.problem == Expired;
    if (!verdict.problem.isEmpty())
        return verdict;
    for (auto it = claims.begin(); it != claims.end(); ++it)
        verdict.claims.insert(it.key(), claimText(it.key(), *it, rest));
    verdict.scopes = listOf(claims.contains("scope"_L1) ? claims.value("scope"_L1) : claims.value("scp"_L1), u' ');
    verdict.result = wantedScopes.isEmpty() || haveCommon(verdict.scopes, wantedScopes) ? TokenVerdict::Result::Valid : TokenVerdict::Result::ScopeMissing;
    return verdict;
}

} // namespace eph::gateway
