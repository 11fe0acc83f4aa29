// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"
#include "core/http/message.h"

namespace eph::gateway {

/// The answer that the gateway gives to a browser's question by itself; nullopt where the request is for a function. A REST
/// API that names no methods allows those of the path.
[[nodiscard]] std::optional<http::Response> preflightAnswer(const http::Request &request, const Api &api, const QStringList &methodsOfPath = {});

/// Adds what the API allows to an answer. HTTP APIs and function URLs replace what the function says about it; a REST API
/// leaves that to the function.
void addCors(http::Response &response, const http::Request &request, const Api &api);

} // namespace eph::gateway
