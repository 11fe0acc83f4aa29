// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/mappingsources.h"

#include "core/gateway/mappingvariables.h"
#include "core/mapping/jsonpath.h"
#include "core/mapping/methods.h"

#include <QRegularExpression>
#include <QStringList>

namespace eph::gateway {

using namespace Qt::StringLiterals;
using mapping::Value;

std::optional<QString> behind(const QString &text, QLatin1StringView prefix)
{
    return text.startsWith(prefix) ? std::optional(text.sliced(prefix.size())) : std::nullopt;
}

std::optional<QString> exactHeader(const http::Headers &headers, const QString &name, Which which)
{
    QStringList values;
    for (const auto &[each, value] : headers) {
        if (QString::fromUtf8(each) == name)
            values << QString::fromUtf8(value);
    }
    return values.isEmpty() ? std::nullopt : std::optional(which == Which::All ? values.join(u',') : values.last());
}

std::optional<QString> textOf(const Value &value)
{
    if (value.isNull())
        return std::nullopt;
    return value.isCollection() ? QString::fromUtf8(mapping::jsonOf(value)) : value.text();
}

std::optional<QString> bodyPart(const QByteArray &body, const QString &path)
{
    if (path.isEmpty())
        return body.isEmpty() ? u"{}"_s : QString::fromUtf8(body);
    const auto found = mapping::jsonPath(bodyValue(body), path.startsWith(u'$') ? path : QString("$."_L1 + path));
    return found ? textOf(*found) : std::nullopt;
}

Value memberAt(const Value &value, const QString &path)
{
    Value found = value;
    const QStringList names = path.split(u'.');
    for (const QString &name : names)
        found = mapping::memberOf(found, name);
    return found;
}

void eachMember(const Value &map, const std::function<void(const QString &, const Value &)> &visit)
{
    if (const auto *members = map.as<Value::MapPtr>()) {
        for (const auto &[name, value] : (*members)->members())
            visit(name, value);
    }
}

QByteArray asText(const QByteArray &bytes)
{
    return bytes.isValidUtf8() ? bytes : QString::fromUtf8(bytes).toUtf8();
}

std::optional<QString> expressed(const QString &text, const std::function<std::optional<QString>(const QString &)> &value)
{
    static const QRegularExpression alone(uR"x(^\$(?:\{([^}]*)\}|([A-Za-z][A-Za-z0-9_.\-\[\]'$]*))$)x"_s);
    static const QRegularExpression within(uR"x(\$\{([^}]*)\})x"_s);
    if (const auto match = alone.match(text); match.hasMatch())
        return value(match.captured(1) + match.captured(2));
    QString result;
    qsizetype done = 0;
    for (auto matches = within.globalMatch(text); matches.hasNext();) {
        const auto match = matches.next();
        result += QStringView(text).mid(done, match.capturedStart() - done);
        result += value(match.captured(1)).value_or(QString());
        done = match.capturedEnd();
    }
    return result + QStringView(text).mid(done);
}

bool isOfTheBody(const QByteArray &headerName)
{
    return headerName.compare("Content-Length", Qt::CaseInsensitive) == 0 || headerName.compare("Transfer-Encoding", Qt::CaseInsensitive) == 0;
}

} // namespace eph::gateway
