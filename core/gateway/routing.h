// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"

#include <QMap>
#include <vector>

namespace eph::gateway {

struct RouteMatch {
    const Route *route = nullptr;
    QMap<QString, QString> pathParameters; ///< Decoded for HTTP APIs, as they came for REST APIs.
};

/// It takes whatever has no route of its own: `$default`, `/{proxy+}`.
[[nodiscard]] bool isCatchAll(const Route &route);

/// Finds the route of a request by the service's rules: a literal part of a path beats `{name}`, which beats `{name+}`; a
/// method beats `ANY`. A load balancer takes the first rule whose pattern fits. Keeps pointers into the API that it was made for.
/// Source: API Gateway developer guide, routes of HTTP APIs and resources of REST APIs, November 2026.
class RouteTable
{
public:
    explicit RouteTable(const Api &api);

    /// @param path without stage and query, still percent-encoded. Null route where there is none.
    [[nodiscard]] RouteMatch match(QByteArrayView method, const QByteArray &path) const;
    /// Whether something answers that path, whatever the method.
    [[nodiscard]] bool hasPath(const QByteArray &path) const;
    /// The methods that something answers at that path, in alphabetical order; ANY stands for all of them.
    [[nodiscard]] QStringList methodsOf(const QByteArray &path) const;

private:
    struct Segment {
        enum class Kind { Greedy, Parameter, Literal } kind = Kind::Literal; ///< In rising order of weight.
        QString text;
    };
    struct Entry {
        const Route *route;
        std::vector<Segment> segments;
    };
    struct Candidate {
        const Entry *entry = nullptr;
        QMap<QString, QString> parameters;
    };

    /// A slash at the end is nothing to a REST API and another part to an HTTP API.
    [[nodiscard]] QList<QByteArray> parts(const QByteArray &path) const;
    [[nodiscard]] static std::vector<Segment> segmentsOf(const QString &path);
    [[nodiscard]] std::optional<Candidate> tryEntry(const Entry &entry, const QList<QByteArray> &parts) const;
    [[nodiscard]] static bool isHeavier(const Entry &entry, const Entry &than);
    [[nodiscard]] static bool takes(const Route &route, QByteArrayView method);

    [[nodiscard]] static bool fits(QByteArrayView pattern, QByteArrayView path);

    bool m_rest;
    const Api *m_rules = nullptr; ///< A load balancer, whose rules have an order.
    std::vector<Entry> m_entries;
    const Route *m_default = nullptr;
};

} // namespace eph::gateway
