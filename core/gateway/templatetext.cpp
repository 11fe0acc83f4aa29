// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/templatetext.h"

#include "core/gateway/call.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// By a path such as `identity.sourceIp`; null where there is no such thing.
[[nodiscard]] QString member(const QJsonObject &object, const QString &path)
{
    QJsonValue value = object;
    const QStringList names = path.split(u'.');
    for (const QString &name : names)
        value = value.toObject().value(name);
    if (value.isObject() || value.isUndefined() || value.isNull())
        return {};
    return value.toVariant().toString();
}

[[nodiscard]] QJsonObject contextOf(const Call &call)
{
    // What a function would be told of it. Without a route there are no parameters.
    return call.match.route ? restEvent(call).value("requestContext"_L1).toObject()
                            : QJsonObject{{u"requestId"_s, QString::fromLatin1(call.requestId)}, {u"httpMethod"_s, QString::fromLatin1(call.request.method)}, {u"path"_s, QString::fromUtf8(call.stagePath())}, {u"stage"_s, call.api->stage}, {u"identity"_s, QJsonObject{{u"sourceIp"_s, u"127.0.0.1"_s}}}};
}

} // namespace

QString filledTemplate(QString text, const Call &call)
{
    if (!text.contains(u'$'))
        return text;
    static const QRegularExpression variable(uR"x(\$\{?(context|stageVariables)\.([A-Za-z0-9_.\-]*[A-Za-z0-9_])\}?)x"_s);
    const QJsonObject context = contextOf(call);
    QString filled;
    qsizetype at = 0;
    for (auto matches = variable.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString value = member(match.captured(1) == "context"_L1 ? context : call.api->stageVariables, match.captured(2));
        filled += QStringView(text).mid(at, match.capturedStart() - at);
        filled += value.isNull() ? match.captured() : value;
        at = match.capturedEnd();
    }
    return filled + QStringView(text).mid(at);
}

QByteArray parameterText(const QString &given, const Call &call)
{
    if (given.size() > 1 && given.startsWith(u'\'') && given.endsWith(u'\''))
        return given.sliced(1, given.size() - 2).toUtf8();
    const auto rest = [&given](QLatin1StringView prefix) { return given.startsWith(prefix) ? given.sliced(prefix.size()) : QString(); };
    if (const QString name = rest("method.request.header."_L1); !name.isEmpty())
        return call.request.header(name.toLatin1());
    if (const QString name = rest("method.request.querystring."_L1); !name.isEmpty()) {
        const auto query = queryOf(call.request);
        const auto found = std::find_if(query.cbegin(), query.cend(), [&](const auto &each) { return each.first == name; });
        return found == query.cend() ? QByteArray() : found->second.toUtf8();
    }
    if (const QString name = rest("method.request.path."_L1); !name.isEmpty())
        return call.match.pathParameters.value(name).toUtf8();
    if (const QString name = rest("context."_L1); !name.isEmpty())
        return member(contextOf(call), name).toUtf8();
    if (const QString name = rest("stageVariables."_L1); !name.isEmpty())
        return member(call.api->stageVariables, name).toUtf8();
    return given.toUtf8();
}

} // namespace eph::gateway
