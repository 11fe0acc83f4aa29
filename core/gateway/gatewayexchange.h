// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Of the gateway's own files.

#include "core/gateway/gateway.h"
#include "core/gateway/mappedcall.h"
#include "core/gateway/streamanswer.h"

namespace eph::gateway {

constexpr qint64 MaxBodyBytes = 10LL * 1024 * 1024;
constexpr qint64 MaxEventBytes = 6'291'556; ///< That Lambda takes.

/// One request with everything that belongs to its answer.
struct Gateway::Exchange {
    Call call;
    http::Responder responder;
    sys::Nanoseconds began{};
    runtime::InvokeRequest invocation; ///< As far as it is known before the event.
    std::shared_ptr<StreamAnswer> stream;
    std::unique_ptr<MappedCall> mapped; ///< Of an integration that maps.
    QByteArray invocationId;
    std::optional<Deadlines::Id> deadline;
    bool answered = false;
    bool isPreflight = false; ///< Its answer has its own words about origins.
    QString problem;          ///< For whoever looks at the request.
    bool isTheirs = false;    ///< The answer is what an integration has made of it.
    std::function<void()> cancel; ///< Of what was sent and is not answered.
};

} // namespace eph::gateway
