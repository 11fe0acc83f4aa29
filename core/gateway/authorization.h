// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/call.h"
#include "core/gateway/gatewaysource.h"
#include "core/gateway/tokenkeys.h"
#include "core/runtime/pool.h"

#include <QHash>

namespace eph::gateway {

/// What came of asking whether a request may pass.
struct Verdict {
    std::optional<http::Response> refusal;
    QJsonObject context; ///< `requestContext.authorizer` of the event.
};

/// Asks a route's authorizer, and remembers what Lambda authorizers answered for as long as they allow. Lives on the runtime's
/// thread. Source: fact sheet of authorizers, November 2026.
class Authorization
{
public:
    Authorization(runtime::Pool &pool, const GatewaySource &source, const sys::Clock &clock);

    /// Calls done() once, now or later.
    void check(const Call &call, std::function<void(Verdict)> done);
    void forget() { m_known->clear(); }

private:
    struct Known {
        QJsonObject answer;
        sys::Nanoseconds until{};
    };

    [[nodiscard]] Verdict checkOwner(const Call &call, const QString &token);
    void askFunction(const Call &call, const QStringList &identity, std::function<void(Verdict)> done);
    [[nodiscard]] static QJsonObject authorizerEvent(const Call &call, const QStringList &identity);
    [[nodiscard]] static Verdict judge(const Call &call, const QJsonObject &answer);

    runtime::Pool &m_pool;
    const GatewaySource &m_source;
    TokenKeyFile m_keys;
    const sys::Clock &m_clock;
    std::shared_ptr<QHash<QString, Known>> m_known = std::make_shared<QHash<QString, Known>>(); ///< A function may answer later than this lives.
};

} // namespace eph::gateway
