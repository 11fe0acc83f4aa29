// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/gateway/call.h"
#include "core/gateway/integration.h"
#include "core/mapping/template.h"

#include <QUrl>

namespace eph::gateway {

/// What an integration has answered, before it is mapped.
struct IntegrationAnswer {
    QString selector; ///< What patterns are held against: a status, or the message of a function's error; empty: it succeeded.
    int status = 200;
    http::Headers headers;
    QByteArray body;
};

/// One request of a REST or HTTP API on its way through an integration that maps: what is sent, and what the client gets. Source: API Gateway developer
/// guide, data transformations and parameter mapping, and answers recorded from the service, November 2026.
class MappedCall
{
public:
    /// The call outlives it, and has a route with an integration.
    explicit MappedCall(const Call &call);

    /// Makes what is sent. An answer where that is refused, or cannot be made; see problem() then.
    [[nodiscard]] std::optional<http::Response> prepare();
    /// What was sent as the body, or as the event.
    [[nodiscard]] const QByteArray &body() const { return m_body; }
    /// Of those that are sent; empty where there is none.
    [[nodiscard]] QByteArray header(QByteArrayView name) const { return http::headerValue(m_headers, name); }
    /// Of an address: where it is sent, without path and query; invalid where that is no address.
    [[nodiscard]] QUrl base() const;
    /// The request for an address or a service.
    [[nodiscard]] http::Request request() const;
    /// For a mock: what its template says.
    [[nodiscard]] IntegrationAnswer mockAnswer() const;

    /// What the client gets.
    [[nodiscard]] http::Response answer(const IntegrationAnswer &given);
    /// Why an answer is the gateway's own, for the log; empty where it is not.
    [[nodiscard]] const QString &problem() const { return m_problem; }

private:
    [[nodiscard]] http::Response broken(const QString &why);
    [[nodiscard]] std::optional<http::Response> renderRequest();
    void mapParameters();
    void overrideRequest();
    void addAction();
    void mapProxyParameters();
    [[nodiscard]] std::optional<QString> responseValue(const QString &source, const IntegrationAnswer &given) const;
    [[nodiscard]] QString filledUri() const;
    [[nodiscard]] bool isBinaryAnswer(const IntegrationAnswer &given) const;
    [[nodiscard]] http::Response passedOn(const IntegrationAnswer &given) const;
    [[nodiscard]] http::Response mapped(const IntegrationResponse &response, const IntegrationAnswer &given);
    [[nodiscard]] std::optional<QString> rendered(const Result<mapping::Template> &program, const QByteArray &body);

    const Call &m_call;
    const Integration &m_integration;
    mapping::Value m_context;
    QByteArray m_body;
    http::Headers m_headers;
    QList<std::pair<QString, QString>> m_query;
    QMap<QString, QByteArray> m_path; ///< Encoded.
    QJsonObject m_parameters; ///< Of an action.
    QString m_newPath;        ///< Of an HTTP API's mapping; null: as it is.
    http::Request m_request;  ///< Of an action.
    QString m_problem;
};

} // namespace eph::gateway
