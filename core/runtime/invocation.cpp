// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/invocation.h"

#include "core/runtime/platformlines.h"

namespace eph::runtime {

QString outcomeName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Answered: return QStringLiteral("answered");
    case Outcome::FunctionError: return QStringLiteral("functionError");
    case Outcome::InitError: return QStringLiteral("initError");
    case Outcome::TimedOut: return QStringLiteral("timedOut");
    case Outcome::OutOfMemory: return QStringLiteral("outOfMemory");
    case Outcome::Exited: return QStringLiteral("exited");
    case Outcome::Throttled: return QStringLiteral("throttled");
    case Outcome::ResponseTooLarge: return QStringLiteral("responseTooLarge");
    case Outcome::RecursiveLoop: return QStringLiteral("recursiveLoop");
    }
    return {};
}

QString originKindName(OriginKind kind)
{
    switch (kind) {
    case OriginKind::Direct: return QStringLiteral("direct");
    case OriginKind::HttpApi: return QStringLiteral("httpApi");
    case OriginKind::RestApi: return QStringLiteral("restApi");
    case OriginKind::FunctionUrl: return QStringLiteral("functionUrl");
    case OriginKind::LoadBalancer: return QStringLiteral("loadBalancer");
    case OriginKind::WebSocket: return QStringLiteral("webSocket");
    case OriginKind::Authorizer: return QStringLiteral("authorizer");
    case OriginKind::Scheduler: return QStringLiteral("scheduler");
    case OriginKind::ScheduledRule: return QStringLiteral("scheduledRule");
    case OriginKind::WarmUp: return QStringLiteral("warmUp");
    case OriginKind::Queue: return QStringLiteral("queue");
    case OriginKind::Stream: return QStringLiteral("stream");
    case OriginKind::Event: return QStringLiteral("event");
    case OriginKind::Trial: return QStringLiteral("trial");
    }
    return {};
}

Invocation couldNotRun(const Error &error, const QByteArray &requestId)
{
    Invocation invocation;
    invocation.outcome = Outcome::InitError;
    invocation.payload = platform::errorPayload("Sandbox.Failure", requestId, error.message.toUtf8());
    invocation.report.requestId = requestId;
    return invocation;
}

} // namespace eph::runtime
