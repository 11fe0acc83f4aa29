// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/requestvalidator.h"

#include "core/base/templatetruth.h"

#include "core/gateway/bodymodel.h"

#include <QJsonArray>

namespace eph::gateway {

using namespace Qt::StringLiterals;

void applyValidator(Route &route, const QJsonObject &definition, const QJsonObject &path, const QJsonObject &operation)
{
    constexpr auto Named = "x-amazon-apigateway-request-validator"_L1;
    const QString name = operation.value(Named).toString(definition.value(Named).toString());
    const QJsonObject validator = definition.value("x-amazon-apigateway-request-validators"_L1).toObject().value(name).toObject();
    const bool checksParameters = isTrue(validator.value("validateRequestParameters"_L1));
    QJsonObject schema = operation.value("requestBody"_L1).toObject().value("content"_L1).toObject().value("application/json"_L1).toObject().value("schema"_L1).toObject();
    for (const QJsonObject &owner : {path, operation}) {
        const QJsonArray parameters = owner.value("parameters"_L1).toArray();
        for (const auto &each : parameters) {
            const QJsonObject given = each.toObject();
            const QString reference = given.value("$ref"_L1).toString();
            const QJsonObject parameter = reference.isEmpty() ? given : resolvedReference(definition, reference).toObject();
            const QString place = parameter.value("in"_L1).toString();
            if (place == "body"_L1)
                schema = parameter.value("schema"_L1).toObject();
            else if (checksParameters && isTrue(parameter.value("required"_L1)) && (place == "query"_L1 || place == "header"_L1))
                route.requiredParameters << (place == "query"_L1 ? "querystring."_L1 : "header."_L1) + parameter.value("name"_L1).toString();
        }
    }
    if (schema.isEmpty() || !isTrue(validator.value("validateRequestBody"_L1)))
        return;
    route.modelName = schema.value("$ref"_L1).toString(u"body"_s).section(u'/', -1);
    // References lead there.
    for (const auto &part : {"definitions"_L1, "components"_L1}) {
        if (definition.contains(part))
            schema.insert(part, definition.value(part));
    }
    route.bodyModel = schema;
}

} // namespace eph::gateway
