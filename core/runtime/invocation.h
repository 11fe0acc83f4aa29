// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/runtime/functionconfig.h"

#include <QByteArray>
#include <QString>
#include <functional>
#include <memory>
#include <optional>

namespace eph::runtime {

/// How an invocation ended. What the user's code did wrong is data, never an Error.
enum class Outcome { Answered, FunctionError, InitError, TimedOut, OutOfMemory, Exited, Throttled, ResponseTooLarge, RecursiveLoop };

/// It was refused before it began, and costs nothing.
[[nodiscard]] constexpr bool neverRan(Outcome outcome)
{
    return outcome == Outcome::Throttled || outcome == Outcome::RecursiveLoop;
}

/// Its name on the wire and on disk, such as `functionError`.
[[nodiscard]] QString outcomeName(Outcome outcome);

/// What the platform measured, as in the REPORT line.
struct Report {
    QByteArray requestId;
    bool coldStart = false;
    std::optional<double> initMs; ///< Only when this invocation waited for an initialisation that succeeded.
    double durationMs = 0;
    qint64 billedMs = 0;
    int memoryMiB = 0;
    int maxMemoryMiB = 0;
    QByteArray codeSha256; ///< Hexadecimal hash of the code that ran.
    QString errorType;     ///< Such as `Runtime.ExitError`; empty when answered.
    QString environment;   ///< Which environment it was.
    QByteArray tenantId;   ///< Whom it ran for; empty without tenant isolation.
};

/// What makes a function run.
enum class OriginKind {
    Direct, ///< Somebody, by hand or by the service's own API.
    HttpApi,
    RestApi,
    FunctionUrl,
    LoadBalancer,
    WebSocket,
    Authorizer, ///< Asked by a gateway, on behalf of a route.
    Scheduler,  ///< EventBridge Scheduler.
    ScheduledRule,
    WarmUp,
    Queue,
    Stream,
    Event, ///< A topic, a bucket, a rule, another function's destination.
    Trial, ///< A measurement of ours; nobody asked for its answer.
};
[[nodiscard]] QString originKindName(OriginKind kind);

struct Origin {
    OriginKind kind = OriginKind::Direct;
    QString name = {}; ///< `GET /items/{id}`, a schedule's id, a queue, a topic, a bucket, a rule.
    QByteArray trace = {}; ///< The X-Amzn-Trace-Id of whoever sent what is delivered; empty: that of the request itself.
};

struct Invocation;

/// Takes an answer while the function is still writing it. Called on the runtime's thread.
class StreamReceiver
{
public:
    virtual ~StreamReceiver() = default;
    virtual void begin(const QByteArray &contentType) = 0;
    virtual void take(QByteArrayView bytes) = 0;
    /// While it is full, the function's writes wait.
    [[nodiscard]] virtual bool isFull() const = 0;
    /// Set by the runtime; to be called once there is room again.
    std::function<void()> onRoom;
};

struct InvokeRequest {
    FunctionConfig config = {};
    QByteArray payload = {};
    QByteArray clientContext = {}; ///< Decoded JSON or empty.
    QByteArray traceId = {};  ///< Made when empty.
    QByteArray requestId = {}; ///< Made when empty; a retry keeps that of the first try.
    std::shared_ptr<StreamReceiver> stream = {}; ///< Null: the answer is wanted whole.
    /// Called as soon as the answer is out, which is before the invocation is over; not for one that never answers.
    std::function<void(const Invocation &)> onAnswered = {};
    QString qualifier = {};   ///< Version or alias that it is invoked by; empty: by its name alone.
    Origin origin = {};
    AsyncPolicy async = {};   ///< Only for one that waits in a queue.
    QByteArray tenantId = {}; ///< Of a function with tenant isolation.

    /// As it was named by whoever invokes.
    [[nodiscard]] QString arn() const { return qualifier.isEmpty() ? config.arn() : QString(config.arn() + u':' + qualifier); }
};

struct Invocation {
    Outcome outcome = Outcome::Answered;
    QByteArray payload;
    Report report;
    QByteArray log; ///< Lines between START and REPORT and these two; the middle of an immense log is left out and counted.
    qint64 startedEpochMs = 0;
    bool streamed = false; ///< The runtime used response streaming.
    bool stopped = false;  ///< A person ended it.
    bool provisioned = false;   ///< It ran in an environment that was kept ready.
    qint64 responseBytes = 0;   ///< Of the answer, streamed or not.
    qint64 logBytes = 0;        ///< All that was logged, also what `log` leaves out.
};

/// An invocation that has ended, as whoever counts its cost sees it.
struct EndedInvocation {
    FunctionConfig config;
    Origin origin;
    Outcome outcome = Outcome::Answered;
    Report report;
    qint64 startedEpochMs = 0;
    qint64 requestBytes = 0;
    qint64 responseBytes = 0;
    qint64 logBytes = 0;
    bool streamed = false;
    bool provisioned = false;
    QByteArray event = {};
    QByteArray answer = {};    ///< Empty where it was streamed.
    QByteArray traceRoot = {}; ///< `1-TIME-RANDOM`: the same for all that one thing caused.
};

/// What an invocation that found no way to run here ends as: an environment that could not be made.
[[nodiscard]] Invocation couldNotRun(const Error &error, const QByteArray &requestId);

using InvocationCallback = std::function<void(Invocation)>;

} // namespace eph::runtime
