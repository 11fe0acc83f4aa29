// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"
#include "core/cloud/functionmetrics.h"
#include "core/http/server.h"

#include <QJsonObject>

namespace eph::cloud {

/// CloudWatch's API, as far as it tells what became of functions: `GetMetricStatistics` of `AWS/Lambda`, in the query protocol. Lives on
/// the runtime's thread. Source: CloudWatch API reference, and the metrics of Lambda's developer guide, November 2026.
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
    [[nodiscard]] tl::expected<QJsonObject, ApiError> statistics(const QJsonObject &input) const;

    const FunctionMetrics &m_metrics;
};

} // namespace eph::cloud
