// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/http/message.h"

#include <QJsonObject>
#include <QString>

namespace eph::gateway {

/// `sqs` of `arn:aws:apigateway:eu-west-1:sqs:path/123456789012/jobs`; empty for what is no such address.
[[nodiscard]] QString serviceOf(const QString &uri);
/// The local cloud has that service.
[[nodiscard]] bool isServedHere(const QString &uri);

/// What an integration wants of a service, before it is a request of that service.
struct ServiceCall {
    QString uri; ///< With everything that stood in braces filled in.
    QByteArray method;
    QByteArray query; ///< Encoded.
    http::Headers headers;
    QByteArray body;
};
/// The request as the service takes it, signed so that it says whose it is. Source: API Gateway developer guide, AWS integrations, November 2026.
[[nodiscard]] http::Request requestOf(const ServiceCall &call);

/// What the older services answer in XML, as JSON: API Gateway asks for that unless a mapping asks for something else.
[[nodiscard]] QByteArray jsonOfXml(const QByteArray &xml);

/// `SQS-SendMessage` and those of its like that are here.
[[nodiscard]] bool isAction(const QString &subtype);
/// The call of such an action with its parameters; Invalid, by name, where one is missing, or is no number or JSON where it must be.
[[nodiscard]] Result<ServiceCall> actionCall(const QString &subtype, const QJsonObject &parameters);

} // namespace eph::gateway
