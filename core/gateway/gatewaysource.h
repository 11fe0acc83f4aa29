// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"
#include "core/runtime/invocation.h"

#include <QUrl>
#include <functional>
#include <memory>

namespace eph::gateway {

using Apis = std::shared_ptr<const QList<Api>>;

/// What the gateway asks for, on the runtime's thread and for each request.
struct GatewaySource {
    /// Of the project as it is saved now; the same pointer as long as nothing has changed.
    std::function<Result<Apis>()> apis;
    /// An invocation of that function, without an event, in the project that apis() gave last.
    std::function<Result<runtime::InvokeRequest>(const QString &name)> requestTo;
    /// Of that project: the keys of those who issue tokens. There need be no such file.
    std::function<QString()> tokenKeyFile;
    /// Region and account of the project that was read last.
    std::function<std::pair<QString, QString>()> place;
    /// Where the services of the local cloud are; null where they are not.
    std::function<QUrl()> services;
    /// Accepts an asynchronous invocation; false when too many wait.
    std::function<bool(runtime::InvokeRequest)> enqueue;
    /// A line for the log of the platform, about that function or none.
    std::function<void(const QString &text, const QString &function)> tell;
};

} // namespace eph::gateway
