// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functionmetrics.h"
#include "core/cloud/jsonprotocol.h"

#include <QMap>

namespace eph::cloud {

/// CloudWatch's API, as far as it tells what became of functions: `GetMetricStatistics` of `AWS/Lambda`, in the
/// protocols that clients have for it: RPC with CBOR, JSON, and the older query protocol. Lives on the runtime's thread. Source: CloudWatch API reference, and the metrics of Lambda's developer guide, November 2026.
class MetricsApi
{
public:
    explicit MetricsApi(const FunctionMetrics &metrics)
        : m_metrics(metrics)
    {
    }

    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder) const;

private:
    enum class Dialect { Cbor, Json, Query };
    struct Datapoint {
        qint64 epochMs = 0;
        QMap<QString, double> statistics; ///< By their names, such as `Sum`.
        QMap<QString, double> extended;   ///< Such as `p95`.
    };
    struct Statistics {
        QString label;
        QString unit;
        QList<Datapoint> points;
    };

    [[nodiscard]] tl::expected<Statistics, ApiError> perform(const QByteArray &action, const QJsonObject &input) const;
    [[nodiscard]] tl::expected<Statistics, ApiError> statistics(const QJsonObject &input) const;
    [[nodiscard]] static JsonAnswer told(const tl::expected<Statistics, ApiError> &found, Dialect dialect);

    const FunctionMetrics &m_metrics;
};

} // namespace eph::cloud
