// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/rehearsal.h"

#include "core/base/text.h"
#include "core/package/unpack.h"
#include "core/services/memorytuning.h"

#include <QDir>
#include <QFutureWatcher>
#include <QJsonArray>
#include <algorithm>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// As the release set it up; its variables as the project has them where the release holds only a secret's reference.
void applyRelease(runtime::FunctionConfig &config, const QJsonObject &configuration, const QString &version)
{
    config.version = version;
    config.memoryMiB = configuration.value("MemorySize"_L1).toInt(config.memoryMiB);
    config.timeout = std::chrono::seconds(configuration.value("Timeout"_L1).toInt(int(config.timeout.count())));
    config.handler = configuration.value("Handler"_L1).toString(config.handler);
    config.runtime = configuration.value("Runtime"_L1).toString(config.runtime);
    const QJsonObject variables = configuration.value("Environment"_L1).toObject().value("Variables"_L1).toObject();
    for (auto it = variables.begin(); it != variables.end(); ++it) {
        if (it->isString() && !config.environment.contains(it.key()))
            config.environment.insert(it.key(), it->toString());
    }
}

[[nodiscard]] QString answerOf(const runtime::Invocation &invocation)
{
    constexpr qsizetype Longest = 400;
    const QString payload = QString::fromUtf8(invocation.payload.left(Longest));
    return invocation.outcome == runtime::Outcome::Answered ? payload : QString(runtime::outcomeName(invocation.outcome) + ": "_L1 + payload);
}

} // namespace

double RehearsalSide::percentileMs(double share) const
{
    if (ms.isEmpty())
        return 0;
    QList<double> sorted = ms;
    std::sort(sorted.begin(), sorted.end());
    return sorted.at(std::min(sorted.size() - 1, qsizetype(share * double(sorted.size()))));
}

QJsonObject toJson(const RehearsalResult &result)
{
    const auto side = [](const RehearsalSide &one) {
        return QJsonObject{{u"release"_s, one.release}, {u"runs"_s, one.runs}, {u"errors"_s, one.errors}, {u"p50Ms"_s, one.percentileMs(0.5)}, {u"p95Ms"_s, one.percentileMs(0.95)}, {u"initMs"_s, one.initMs}, {u"maxMemoryMiB"_s, one.maxMemoryMiB}, {u"usdPerMillion"_s, one.perMillion.exact()}};
    };
    QJsonArray differences;
    for (const RehearsalDifference &difference : result.differences)
        differences.append(QJsonObject{{u"event"_s, difference.event}, {u"old"_s, difference.before}, {u"new"_s, difference.after}});
    return {{u"function"_s, result.function}, {u"sides"_s, QJsonArray{side(result.before), side(result.after)}}, {u"differences"_s, differences}};
}

Rehearsal::Rehearsal(const InvokeService &invokes, QObject *parent)
    : QObject(parent)
    , m_invokes(invokes)
{
}

Result<void> Rehearsal::start(const RehearsalRequest &request, const deploy::Vault &vault)
{
    if (request.events.isEmpty())
        return failure(ErrorCode::Usage, Core::tr("There is no event to rehearse with."), Core::tr("Save one in the project's events folder, or give one."));
    if (request.runs < 2 || request.runs > 1000)
        return failure(ErrorCode::Usage, Core::tr("%1 is no number of runs.").arg(request.runs), Core::tr("Give 2 to 1000."));
    const deploy::Resource *deployed = request.release.spec.find(deploy::kinds::Function + u':' + request.function.logicalId);
    if (!deployed)
        return failure(ErrorCode::NotFound, Core::tr("The release %1 has no function “%2”.").arg(request.release.id, request.function.logicalId));
    const QString hash = deployed->properties.value("Package"_L1).toString();
    if (!vault.hasPackage(hash))
        return tl::unexpected(vault.package(hash).error());
    m_folder = std::make_unique<QTemporaryDir>();
    auto prepared = InvokeService::prepare({request.project, request.function, request.events.first(), {}, request.function.isTenantIsolated() ? QByteArray("rehearsal") : QByteArray()});
    if (!prepared)
        return tl::unexpected(prepared.error());
    m_after = *prepared;
    m_after.invoke.origin = {runtime::OriginKind::Trial, {}};
    m_before = m_after;
    m_before.invoke.config.codeFolder = m_folder->path();
    applyRelease(m_before.invoke.config, deployed->properties.value("Configuration"_L1).toObject(), request.release.outputs.value(deployed->key()).toObject().value("Version"_L1).toString(u"1"_s));
    m_request = request;
    m_result = {request.function.name, {}, {}, {}};
    m_result.before.release = request.release.id;
    m_answers = QList<QString>(request.events.size());
    m_done = 0;
    m_running = true;
    m_cancelled = false;
    m_jobs.run([vault, hash, folder = m_folder->path()] { return vault.package(hash).and_then([&](const QByteArray &zip) { return package::unpackZip(zip, folder); }); },
               [this](const Result<package::Unpacked> &unpacked) {
                   if (unpacked)
                       return runNext();
                   m_running = false;
                   Q_EMIT failed(unpacked.error());
               });
    return {};
}

void Rehearsal::runNext()
{
    if (m_cancelled) {
        m_running = false;
        Q_EMIT failed({ErrorCode::Cancelled, Core::tr("The rehearsal was stopped."), {}, {}});
        return;
    }
    if (m_done == 2 * m_request.runs)
        return finish();
    // The older one first, then the new one on the same event.
    InvokeService::Prepared next = m_done % 2 == 0 ? m_before : m_after;
    next.invoke.payload = m_request.events.at((m_done / 2) % m_request.events.size());
    auto *watcher = new QFutureWatcher<Result<InvocationRecord>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        watcher->deleteLater();
        took(watcher->result());
    });
    watcher->setFuture(m_invokes.run(next));
}

void Rehearsal::took(const Result<InvocationRecord> &record)
{
    if (!record) {
        m_running = false;
        Q_EMIT failed(record.error());
        return;
    }
    const bool older = m_done % 2 == 0;
    const int event = (m_done / 2) % int(m_request.events.size());
    const runtime::Invocation &invocation = record->invocation;
    RehearsalSide &side = older ? m_result.before : m_result.after;
    ++side.runs;
    side.errors += invocation.outcome == runtime::Outcome::Answered ? 0 : 1;
    side.maxMemoryMiB = std::max(side.maxMemoryMiB, invocation.report.maxMemoryMiB);
    if (invocation.report.coldStart)
        side.initMs = invocation.report.initMs.value_or(0);
    else
        side.ms << invocation.report.durationMs;
    const QString answer = answerOf(invocation);
    const bool first = m_done / 2 < int(m_request.events.size());
    if (older)
        m_answers[event] = answer;
    else if (first && answer != m_answers.at(event))
        m_result.differences << RehearsalDifference{event, m_answers.at(event), answer};
    ++m_done;
    Q_EMIT progressed(m_done, 2 * m_request.runs);
    runNext();
}

void Rehearsal::finish()
{
    m_running = false;
    const auto price = [this](RehearsalSide &side, int memoryMiB) {
        TuningPoint point;
        point.memoryMiB = memoryMiB;
        point.ms = side.ms;
        summarize(point, m_invokes.prices(), m_request.function.architecture == "arm64"_L1);
        side.perMillion = point.perMillion;
    };
    price(m_result.before, m_before.invoke.config.memoryMiB);
    price(m_result.after, m_after.invoke.config.memoryMiB);
    m_folder.reset();
    Q_EMIT finished(m_result);
}

} // namespace eph::services
