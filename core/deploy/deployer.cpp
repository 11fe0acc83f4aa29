// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/deployer.h"

#include "core/base/text.h"
#include "core/deploy/canary.h"
#include "core/deploy/specification.h"
#include "core/sys/sha256.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QThread>
#include <QUrl>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

/// Waits between tries, each twice as long as the one before, up to a few seconds. It is not over before a few tries, however long each took.
class Patience
{
public:
    Patience(std::chrono::milliseconds longest, std::chrono::milliseconds first)
        : m_longest(longest)
        , m_wait(first)
    {
        m_timer.start();
    }

    [[nodiscard]] bool isOver(std::chrono::milliseconds most) const { return m_waits >= FewestWaits && m_timer.elapsed() >= std::min(most, m_longest).count(); }
    [[nodiscard]] bool isOver() const { return isOver(m_longest); }
    /// Half of it is left to chance, so that many do not come back at once. False when somebody cancelled.
    [[nodiscard]] bool wait(const std::function<bool()> &cancelled)
    {
        constexpr std::chrono::milliseconds::rep LongestWaitMs = 5000;
        constexpr ulong SliceMs = 20;
        ++m_waits;
        const qint64 ms = std::max<qint64>(1, m_wait.count() / 2 + QRandomGenerator::global()->bounded(int(m_wait.count() / 2) + 1));
        m_wait = std::chrono::milliseconds(std::min(LongestWaitMs, m_wait.count() * 2));
        QElapsedTimer slept;
        slept.start();
        while (slept.elapsed() < ms) {
            if (cancelled())
                return false;
            QThread::msleep(std::min<ulong>(SliceMs, ulong(ms - slept.elapsed())));
        }
        return true;
    }

private:
    static constexpr int FewestWaits = 2;
    QElapsedTimer m_timer;
    std::chrono::milliseconds m_longest;
    std::chrono::milliseconds m_wait;
    int m_waits = 0;
};

[[nodiscard]] QJsonObject picked(const QJsonObject &answer, const QStringList &members)
{
    QJsonObject some;
    for (const QString &member : members) {
        if (answer.contains(member))
            some.insert(member, answer.value(member));
    }
    return some;
}

[[nodiscard]] Error cancelledError()
{
    return {ErrorCode::Cancelled, Core::tr("The deployment was cancelled."), {}, {}};
}

/// Whether undoing a step needs to know what its call was answered.
[[nodiscard]] bool needsOwnOutputs(const Step &step)
{
    bool needs = false;
    for (const ApiCall &call : step.undo) {
        (void)filledIn(call.parameters, [&](values::Kind kind, const QJsonValue &argument) -> Result<QJsonValue> {
            needs |= kind == values::Kind::Output && argument.toObject().value("step"_L1).toString() == step.id;
            return QJsonValue(QString());
        });
    }
    return needs;
}

/// How a service is getting on with what it was asked: nullopt while it works.
[[nodiscard]] std::optional<Result<void>> settled(const QJsonObject &answer, const QString &what)
{
    if (const QJsonObject stream = answer.value("StreamDescriptionSummary"_L1).toObject(); !stream.isEmpty())
        return stream.value("StreamStatus"_L1).toString() == "ACTIVE"_L1 ? std::optional(Result<void>()) : std::nullopt;
    const QString state = answer.value("State"_L1).toString(u"Active"_s);
    const QString update = answer.value("LastUpdateStatus"_L1).toString(u"Successful"_s);
    if (state == "Failed"_L1 || update == "Failed"_L1) {
        const QString reason = answer.value(state == "Failed"_L1 ? "StateReason"_L1 : "LastUpdateStatusReason"_L1).toString();
        return Result<void>(failure(ErrorCode::Invalid, Core::tr("The service could not carry it out (%1): %2").arg(what, reason), Core::tr("Correct the function's settings and deploy again.")));
    }
    return state == "Pending"_L1 || update == "InProgress"_L1 ? std::nullopt : std::optional(Result<void>());
}

} // namespace

Deployer::Deployer(AwsClient &client, http::Transport &transport, const sys::Clock &clock, const Vault &vault, ValueSource secrets, DeployerOptions options)
    : m_client(client)
    , m_transport(transport)
    , m_clock(clock)
    , m_vault(vault)
    , m_secrets(std::move(secrets))
    , m_options(std::move(options))
{
    if (client.access().local)
        m_options.firstWait = std::min(m_options.firstWait, std::chrono::milliseconds(20));
}

void Deployer::tell(DeployProgress::State state, const QString &text)
{
    m_progress.state = state;
    m_progress.text = text;
    if (m_options.progress)
        m_options.progress(m_progress);
}

Result<ApiCall> Deployer::filled(const ApiCall &call)
{
    const auto parameters = filledIn(call.parameters, [this](values::Kind kind, const QJsonValue &argument) { return valueOf(kind, argument); });
    if (!parameters)
        return tl::unexpected(parameters.error());
    return ApiCall{call.service, call.operation, parameters->toObject()};
}

Result<QJsonValue> Deployer::valueOf(values::Kind kind, const QJsonValue &argument)
{
    const QJsonObject reference = argument.toObject();
    if (kind == values::Kind::Output) {
        const QJsonValue value = m_outputs.value(reference.value("step"_L1).toString()).toObject().value(reference.value("member"_L1).toString());
        if (value.isUndefined())
            return failure(ErrorCode::Invalid, Core::tr("The answer to the step “%1” had no %2.").arg(reference.value("step"_L1).toString(), reference.value("member"_L1).toString()));
        return value;
    }
    if (kind == values::Kind::Package) {
        const auto zip = m_vault.package(argument.toString());
        if (!zip)
            return tl::unexpected(zip.error());
        return QJsonValue(QString::fromLatin1(zip->toBase64()));
    }
    if (kind == values::Kind::Configured) {
        const auto version = filledIn(reference.value("version"_L1), [this](values::Kind inner, const QJsonValue &value) { return valueOf(inner, value); });
        if (!version)
            return version;
        const auto configuration = askFor(m_client, {u"lambda"_s, u"GetFunctionConfiguration"_s, {{u"FunctionName"_s, reference.value("function"_L1)}, {u"Qualifier"_s, *version}}});
        if (!configuration)
            return tl::unexpected(configuration.error());
        if (!*configuration)
            return failure(ErrorCode::NotFound, Core::tr("Version %1 of “%2” is gone; what it was set to cannot be brought back.").arg(version->toString(), reference.value("function"_L1).toString()));
        const QString member = reference.value("member"_L1).toString();
        if (member == "Environment"_L1) {
            const QJsonObject variables = (*configuration)->value(member).toObject().value("Variables"_L1).toObject();
            for (const auto &value : variables)
                m_client.hide(value.toString());
            return QJsonValue(QJsonObject{{u"Variables"_s, variables}});
        }
        return (*configuration)->value(member);
    }
    return m_secrets(kind, argument);
}

Result<void> Deployer::keepPackages(const Plan &plan)
{
    for (const KeptPackage &package : plan.kept) {
        if (package.sha256.isEmpty() || m_vault.hasPackage(package.sha256))
            continue;
        m_progress.summary = Core::tr("Keep the code of %1 that is there").arg(package.function);
        tell(DeployProgress::State::Begun);
        const auto function = askFor(m_client, {u"lambda"_s, u"GetFunction"_s, {{u"FunctionName"_s, package.function}, {u"Qualifier"_s, package.version}}});
        if (!function)
            return tl::unexpected(function.error());
        const QUrl location(function->value_or(QJsonObject()).value("Code"_L1).toObject().value("Location"_L1).toString());
        http::Request request;
        request.method = "GET";
        request.path = location.path(QUrl::FullyEncoded).toLatin1();
        request.query = location.query(QUrl::FullyEncoded).toLatin1();
        QUrl base = location;
        base.setPath({});
        base.setQuery(QString());
        const auto answer = m_transport.send(base, request, std::chrono::minutes(5));
        if (!answer)
            return tl::unexpected(answer.error());
        if (answer->status != 200 || QString::fromLatin1(sys::sha256(answer->body).toHex()) != package.sha256)
            return failure(ErrorCode::Conflict, Core::tr("The code of “%1” that is there could not be kept, or has just been changed.").arg(package.function), Core::tr("Plan again: without it the deployment could not be taken back."));
        if (const auto kept = m_vault.keepPackage(package.sha256, answer->body); !kept)
            return kept;
    }
    return {};
}

Result<std::optional<QJsonObject>> Deployer::probed(const Probe &probe)
{
    const auto call = filled(probe.call);
    if (!call)
        return tl::unexpected(call.error());
    if (probe.list.isEmpty())
        return askFor(m_client, *call);
    std::optional<QJsonObject> found;
    return askForEach(m_client, *call, probe.list, [&](const QJsonValue &item) {
        if (probe.key.isEmpty() || item.toObject().value(probe.key).toString() == probe.value)
            found = item.toObject();
        return !found;
    }).map([&] { return found; });
}

Result<void> Deployer::waitFor(const Step &step)
{
    Patience patience(m_options.patience, m_options.firstWait);
    const auto call = filled(step.call);
    if (!call)
        return tl::unexpected(call.error());
    for (;;) {
        const auto answer = askFor(m_client, *call);
        if (!answer)
            return tl::unexpected(answer.error());
        if (!*answer)
            return failure(ErrorCode::NotFound, Core::tr("“%1” is gone while it was being made.").arg(step.resource), Core::tr("Plan again."));
        if (const auto state = settled(**answer, step.summary))
            return *state;
        if (patience.isOver())
            return failure(ErrorCode::TimedOut, Core::tr("%1 took longer than %2 seconds.").arg(step.summary).arg(std::chrono::ceil<std::chrono::seconds>(m_options.patience).count()), Core::tr("Resume once the service has caught up."));
        tell(DeployProgress::State::Waiting, Core::tr("the service is working on it"));
        if (!patience.wait([this] { return isCancelled(); }))
            return tl::unexpected(cancelledError());
    }
}

Result<void> Deployer::observe(const Observation &observation)
{
    const QDateTime from = QDateTime::fromMSecsSinceEpoch(m_clock.epochMs(), Qt::UTC);
    QElapsedTimer watched;
    watched.start();
    constexpr qint64 LookEveryMs = 5000;
    for (bool last = false; !last;) {
        const qint64 left = observation.seconds * 1000LL - watched.elapsed();
        last = left <= LookEveryMs;
        QElapsedTimer slept;
        for (slept.start(); slept.elapsed() < std::min(left, LookEveryMs); QThread::msleep(20)) {
            if (isCancelled())
                return tl::unexpected(cancelledError());
        }
        QStringList told;
        for (const auto &each : observation.versions) {
            const auto filledVersion = filledIn(each.toObject(), [this](values::Kind kind, const QJsonValue &argument) { return valueOf(kind, argument); });
            if (!filledVersion)
                return tl::unexpected(filledVersion.error());
            const QString function = filledVersion->toObject().value("function"_L1).toString();
            const QDateTime until = QDateTime::fromMSecsSinceEpoch(m_clock.epochMs(), Qt::UTC).addSecs(1);
            const auto fresh = metricsOf(m_client, {function, filledVersion->toObject().value("version"_L1).toString(), from, until});
            const auto live = metricsOf(m_client, {function, filledVersion->toObject().value("live"_L1).toString(), from, until});
            if (!fresh || !live)
                return tl::unexpected(fresh ? live.error() : fresh.error());
            if (const auto fine = judgeCanary(observation, function, *fresh, *live); !fine)
                return fine;
            const auto latency = [](const VersionMetrics &metrics) { return metrics.p95Ms ? Core::tr("95 % within %1 ms").arg(*metrics.p95Ms, 0, 'f', 1) : Core::tr("no durations yet"); };
            told << Core::tr("%1: %2 new invocations, %3 failed, %4; before: %5 invocations, %6").arg(function).arg(fresh->invocations).arg(fresh->errors).arg(latency(*fresh)).arg(live->invocations).arg(latency(*live));
        }
        tell(DeployProgress::State::Waiting, told.join("; "_L1));
    }
    return {};
}

Result<QJsonObject> Deployer::take(const Step &step, bool maybeDone)
{
    m_unknown = maybeDone;
    using Kind = ApiFailure::Kind;
    if (step.observation)
        return observe(*step.observation).map([] { return QJsonObject(); });
    if (step.change == Change::Wait)
        return waitFor(step).map([] { return QJsonObject(); });
    Patience patience(m_options.patience, m_options.firstWait);
    const auto unreachableTime = m_options.patience / 5;
    for (;;) {
        if (maybeDone && step.probe) {
            const auto found = probed(*step.probe);
            if (!found)
                return tl::unexpected(found.error());
            if (*found)
                return picked(**found, step.outputs);
        }
        const auto call = filled(step.call);
        if (!call)
            return tl::unexpected(call.error());
        const ApiAnswer answer = m_client.call(*call);
        if (answer && answer->value("FailedEntryCount"_L1).toInt() > 0)
            return failure(ErrorCode::Invalid, Core::tr("%1 was refused: %2").arg(step.call.operation, answer->value("FailedEntries"_L1).toArray().first().toObject().value("ErrorMessage"_L1).toString()));
        if (answer)
            return picked(*answer, step.outputs);
        const ApiFailure &failed = answer.error();
        if (failed.kind == Kind::NotFound && step.change == Change::Delete)
            return QJsonObject();
        if (failed.kind == Kind::Exists && maybeDone && step.probe) {
            if (const auto found = probed(*step.probe); found && *found)
                return picked(**found, step.outputs);
        }
        // What was just made is not known everywhere at once.
        const bool young = failed.kind == Kind::NotFound && !m_client.access().local && !patience.isOver(std::chrono::seconds(10));
        const bool again = failed.kind == Kind::Throttled || failed.kind == Kind::Busy || failed.kind == Kind::Unreachable || young;
        constexpr std::chrono::seconds SettlingTime{60};
        const std::chrono::milliseconds most = failed.kind == Kind::Unreachable ? unreachableTime : failed.settling ? std::min<std::chrono::milliseconds>(SettlingTime, m_options.patience) : m_options.patience;
        if (!again || patience.isOver(most))
            return tl::unexpected(errorOf(step.call, failed));
        maybeDone |= failed.kind == Kind::Unreachable;
        m_unknown = maybeDone;
        tell(DeployProgress::State::Waiting, failed.message.isEmpty() ? failed.code : failed.message);
        if (!patience.wait([this] { return isCancelled(); }))
            return tl::unexpected(cancelledError());
    }
}

std::optional<Error> Deployer::goForward(Journal &journal)
{
    const QList<Step> steps = journal.plan().steps;
    m_progress.all = int(steps.size());
    if (const auto kept = keepPackages(journal.plan()); !kept)
        return kept.error();
    for (int i = 0; i < steps.size(); ++i) {
        const Step &step = steps.at(i);
        const Journal::StepState state = journal.state(step.id);
        if (state.done)
            continue;
        // Once the functions have switched and what calls them is there, only cleaning up is left.
        if (isCancelled() && step.phase != Phase::Remove)
            return cancelledError();
        m_progress.number = i + 1;
        m_progress.summary = step.summary;
        tell(DeployProgress::State::Begun);
        if (!state.begun) {
            if (const auto written = journal.stepBegun(step.id); !written)
                return written.error();
        }
        m_outputs = journal.outputs();
        const auto taken = take(step, state.begun);
        if (!taken) {
            tell(DeployProgress::State::Failed, taken.error().message);
            // A clear refusal leaves nothing behind; of anything else nobody knows.
            const bool unknown = taken.error().code == ErrorCode::Io || taken.error().code == ErrorCode::Cancelled || m_unknown;
            if (!unknown) {
                if (const auto written = journal.stepUndone(step.id); !written)
                    return written.error();
            }
            return taken.error();
        }
        if (const auto written = journal.stepDone(step.id, *taken); !written)
            return written.error();
        tell(DeployProgress::State::Done);
    }
    return std::nullopt;
}

Result<void> Deployer::takeBack(const Step &step, const QJsonObject &outputs)
{
    using Kind = ApiFailure::Kind;
    if (!step.undoUnless.isEmpty() && step.undoUnlessIn.contains(outputs.value(step.undoUnless).toString()))
        return {};
    for (const ApiCall &undo : step.undo) {
        Patience patience(m_options.patience, m_options.firstWait);
        for (;;) {
            const auto call = filled(undo);
            if (!call)
                return tl::unexpected(call.error());
            const ApiAnswer answer = m_client.call(*call);
            if (answer || answer.error().kind == Kind::NotFound || answer.error().kind == Kind::Exists)
                break;
            const bool again = answer.error().kind == Kind::Throttled || answer.error().kind == Kind::Busy || answer.error().kind == Kind::Unreachable;
            if (!again || patience.isOver(answer.error().kind == Kind::Unreachable ? m_options.patience / 5 : m_options.patience))
                return tl::unexpected(errorOf(undo, answer.error()));
            tell(DeployProgress::State::Waiting, answer.error().message);
            (void)patience.wait([] { return false; });
        }
    }
    return {};
}

std::optional<Error> Deployer::goBack(Journal &journal)
{
    const QList<Step> steps = journal.plan().steps;
    m_progress.all = int(steps.size());
    for (int i = int(steps.size()) - 1; i >= 0; --i) {
        const Step &step = steps.at(i);
        Journal::StepState state = journal.state(step.id);
        if (!state.begun || !step.changesSomething())
            continue;
        m_progress.number = i + 1;
        m_progress.summary = Core::tr("Take back: %1").arg(step.summary);
        tell(DeployProgress::State::Begun);
        m_outputs = journal.outputs();
        if (!state.done) {
            // Nobody knows whether it was done: find out, or make sure that it was.
            const bool must = needsOwnOutputs(step);
            std::optional<QJsonObject> found;
            if (step.probe) {
                const auto seen = probed(*step.probe);
                if (!seen)
                    return seen.error();
                found = *seen;
                if (found)
                    state.outputs = picked(*found, step.outputs);
            } else if (must) {
                const std::atomic<bool> *const cancelled = std::exchange(m_options.cancelled, nullptr);
                const auto taken = take(step, true);
                m_options.cancelled = cancelled;
                if (!taken)
                    return taken.error();
                state.outputs = *taken;
                found = *taken;
            }
            if (!found && (step.probe || must)) {
                if (const auto written = journal.stepUndone(step.id); !written)
                    return written.error();
                continue;
            }
            if (!state.outputs.isEmpty()) {
                if (const auto written = journal.stepDone(step.id, state.outputs); !written)
                    return written.error();
                m_outputs = journal.outputs();
            }
        }
        if (const auto undone = takeBack(step, state.outputs); !undone) {
            tell(DeployProgress::State::Failed, undone.error().message);
            return undone.error();
        }
        if (const auto written = journal.stepUndone(step.id); !written)
            return written.error();
        tell(DeployProgress::State::Undone);
    }
    return std::nullopt;
}

Deployer::Outcome Deployer::run(Journal &journal)
{
    Outcome outcome;
    if (journal.direction() == Journal::Direction::Forward) {
        outcome.error = goForward(journal);
        outcome.outputs = journal.outputs();
        if (!outcome.error) {
            outcome.ending = Ending::Deployed;
            return outcome;
        }
        const QList<Step> steps = journal.plan().steps;
        const bool onlyCleaning = std::all_of(steps.cbegin(), steps.cend(), [&](const Step &step) { return step.phase == Phase::Remove || journal.state(step.id).done; });
        if (onlyCleaning)
            return outcome;
        if (const auto turned = journal.turn(Journal::Direction::Back); !turned)
            return outcome;
    }
    const auto backError = goBack(journal);
    if (!backError) {
        outcome.ending = Ending::TakenBack;
        journal.finish();
    } else if (!outcome.error) {
        outcome.error = backError;
    }
    return outcome;
}

} // namespace eph::deploy
