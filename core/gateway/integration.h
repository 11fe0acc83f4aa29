// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mapping/template.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <functional>
#include <memory>
#include <optional>

namespace eph::gateway {

enum class ApiKind;

/// What bodies of a media type are mapped with.
struct MappingTemplate {
    QString type;
    bool isEmpty = false; ///< Maps nothing.
    Result<mapping::Template> program; ///< Invalid where it is not whole.
};
using Templates = QList<MappingTemplate>;
/// What is sent, by where it comes from: `method.request.header.X`, `'a text'`, …
using Mappings = QList<std::pair<QString, QString>>;

enum class ContentHandling { AsItIs, ToText, ToBinary };

/// What a client gets of what an integration has answered.
struct IntegrationResponse {
    QString pattern; ///< Regular expression for the error's message, or for the status; empty: for all that no other takes.
    int status = 200;
    Templates templates;
    Mappings headers;
    ContentHandling content = ContentHandling::AsItIs;
};

/// What a route leads to that is not a function by proxy. Source: API Gateway developer guide, integrations and data transformations,
/// November 2026.
struct Integration {
    enum class Type {
        Mock,     ///< Nothing is called.
        Function, ///< A function, whose event and answer are mapped.
        Service,  ///< One of the local cloud's services.
        Http,     ///< An address, with mappings.
        HttpProxy, ///< An address, as the client asks.
        Action,   ///< Of a service, by an HTTP API: `SQS-SendMessage`.
    };
    enum class Passthrough { NoMatch, NoTemplates, Never };

    Type type = Type::Mock;
    QString uri;
    QByteArray method; ///< Empty: the client's.
    QString action;    ///< Of Type::Action.
    Passthrough passthrough = Passthrough::NoMatch;
    ContentHandling content = ContentHandling::AsItIs;
    Templates requestTemplates;
    Mappings parameters; ///< `integration.request.header.X`; of an action its own, such as `MessageBody`; of an HTTP API `overwrite:path`.
    QList<IntegrationResponse> responses; ///< Of a lower status first.
    QJsonObject declared; ///< As an OpenAPI definition has it.
};
using IntegrationPtr = std::shared_ptr<const Integration>;

/// Of an OpenAPI definition. Null where it calls what is not here, or a function by proxy.
[[nodiscard]] IntegrationPtr readIntegration(const QJsonObject &declared, ApiKind kind, const std::function<QString(const QString &uri)> &functionOf);

/// The media type's template; of several the one for `accepted`, for JSON, or the first. nullptr where there is none.
[[nodiscard]] const MappingTemplate *templateFor(const Templates &templates, const QByteArray &accepted);

/// What stands in a list in place of a function: `mock`, `SQS-SendMessage`, `sqs`, or the address.
[[nodiscard]] QString nameOf(const Integration &integration);

} // namespace eph::gateway
