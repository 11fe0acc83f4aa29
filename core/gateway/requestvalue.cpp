// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/requestvalue.h"

#include "core/gateway/api.h"
#include "core/gateway/mappingsources.h"
#include "core/gateway/mappingvariables.h"

#include <QUrl>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// A text in quotation marks.
[[nodiscard]] std::optional<QString> constantOf(const QString &source)
{
    const bool quoted = source.size() > 1 && source.startsWith(u'\'') && source.endsWith(u'\'');
    return quoted ? std::optional(source.sliced(1, source.size() - 2)) : std::nullopt;
}

} // namespace

QStringList queryValues(const Call &call, const QString &name)
{
    QStringList values;
    const auto query = queryOf(call.request);
    for (const auto &[each, value] : query) {
        if (each == name)
            values << value;
    }
    return values;
}

std::optional<QString> requestValue(const Call &call, const QString &source, const mapping::Value *context)
{
    if (const auto constant = constantOf(source))
        return constant;
    if (const auto name = behind(source, "context."_L1))
        return textOf(memberAt(context ? *context : contextValue(call), *name));
    if (const auto name = behind(source, "stageVariables."_L1))
        return call.api->stageVariables.contains(*name) ? std::optional(call.api->stageVariables.value(*name).toVariant().toString()) : std::nullopt;
    const auto part = behind(source, call.api->kind == ApiKind::Http ? "request."_L1 : "method.request."_L1);
    if (!part)
        return std::nullopt;
    const QString place = part->section(u'.', 0, 0);
    const QString name = part->section(u'.', 1);
    if (place == "body"_L1)
        return bodyPart(call.request.body, name);
    if (place == "path"_L1) {
        if (name.isEmpty())
            return QUrl::fromPercentEncoding(call.path);
        return call.match.pathParameters.contains(name) ? std::optional(call.match.pathParameters.value(name)) : std::nullopt;
    }
    if (place == "header"_L1 && call.api->kind == ApiKind::Http) {
        QStringList values;
        for (const auto &[each, value] : call.request.headers) {
            if (each.compare(name.toUtf8(), Qt::CaseInsensitive) == 0)
                values << QString::fromUtf8(value);
        }
        return values.isEmpty() ? std::nullopt : std::optional(values.join(u','));
    }
    if (place == "header"_L1 || place == "multivalueheader"_L1)
        return exactHeader(call.request.headers, name, place == "multivalueheader"_L1 ? Which::All : Which::Last);
    if (place == "querystring"_L1 || place == "multivaluequerystring"_L1) {
        const QStringList values = queryValues(call, name);
        const bool all = place != "querystring"_L1 || call.api->kind == ApiKind::Http;
        return values.isEmpty() ? std::nullopt : std::optional(all ? values.join(u',') : values.last());
    }
    return std::nullopt;
}

} // namespace eph::gateway
