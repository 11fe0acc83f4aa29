// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/wizards/deployflow.h"

namespace eph::ui {

using namespace Qt::StringLiterals;

/// What the pool's threads work with; it lives until the last of them is done.
struct DeployFlow::Context {
    http::NetworkTransport network;
    sys::SystemClock clock;
    sys::SecretStore secrets;
    std::unique_ptr<services::DeployService> service;
};

DeployFlow::DeployFlow(QObject *parent)
    : QObject(parent)
{
}

DeployFlow::~DeployFlow()
{
    cancel();
}

std::optional<deploy::Release> DeployFlow::live() const
{
    if (!m_context || !m_context->service)
        return std::nullopt;
    return m_context->service->vault().live(m_context->service->targetKey(), m_request.deploy.target.stage);
}

std::shared_ptr<DeployRelay> DeployFlow::newRelay()
{
    const std::shared_ptr<DeployRelay> relay(new DeployRelay, [](DeployRelay *done) { done->deleteLater(); });
    connect(relay.get(), &DeployRelay::planning, this, &DeployFlow::planning, Qt::QueuedConnection);
    connect(relay.get(), &DeployRelay::progressed, this, &DeployFlow::progressed, Qt::QueuedConnection);
    return relay;
}

void DeployFlow::setState(State state)
{
    m_state = state;
    Q_EMIT changed();
}

void DeployFlow::cancel()
{
    if (m_stop)
        m_stop->store(true);
}

void DeployFlow::plan(const Request &request)
{
    cancel();
    m_request = request;
    m_outcome.reset();
    m_release = {};
    m_context = std::make_shared<Context>();
    m_stop = std::make_shared<std::atomic<bool>>(false);
    setState(State::Opening);
    m_jobs.run([context = m_context, request = request.deploy]() -> Result<QString> {
        auto opened = services::DeployService::open(request, context->network, context->clock, context->secrets);
        if (!opened)
            return tl::unexpected(opened.error());
        context->service = *std::move(opened);
        const services::DeployService &service = *context->service;
        return tr("Account %1, %2, as %3 (%4)").arg(service.identity().account, service.access().region, service.identity().arn, service.access().source);
    }, [this, stop = m_stop](const Result<QString> &identity) {
        if (stop->load())
            return;
        if (!identity) {
            setState(State::Idle);
            Q_EMIT failed(identity.error());
            return;
        }
        m_identity = *identity;
        if (m_request.resumes)
            return resume(*m_request.resumes);
        setState(State::Planning);
        const services::DeployService::Progress progress = [relay = newRelay(), stop](const QString &what, int done, int all) {
            Q_EMIT relay->planning(what, done, all);
            return !stop->load();
        };
        m_jobs.run([context = m_context, rollback = m_request.rollback, canary = m_request.canary, progress] { return rollback.isEmpty() ? context->service->prepare({false, canary}, progress) : context->service->prepareRollback(rollback, progress); },
                   [this, stop](const Result<services::PreparedRelease> &release) {
                       if (!stop->load())
                           take(release);
                   });
    });
}

void DeployFlow::take(const Result<services::PreparedRelease> &release)
{
    if (!release) {
        setState(State::Idle);
        Q_EMIT failed(release.error());
        return;
    }
    m_release = *release;
    setState(State::Planned);
}

void DeployFlow::run(const std::function<Result<deploy::Deployer::Outcome>(services::DeployService &, const deploy::DeployerOptions &)> &work)
{
    m_stop = std::make_shared<std::atomic<bool>>(false);
    setState(State::Applying);
    m_jobs.run([context = m_context, stop = m_stop, work, relay = newRelay()] {
        deploy::DeployerOptions options;
        options.cancelled = stop.get();
        options.progress = [relay](const deploy::DeployProgress &progress) { Q_EMIT relay->progressed(progress); };
        return work(*context->service, options);
    }, [this](const Result<deploy::Deployer::Outcome> &outcome) { ended(outcome); });
}

void DeployFlow::apply()
{
    run([release = m_release, why = m_request.why](services::DeployService &service, const deploy::DeployerOptions &options) { return service.apply(release, why, options); });
}

void DeployFlow::resume(deploy::Journal::Direction direction)
{
    run([direction](services::DeployService &service, const deploy::DeployerOptions &options) { return service.resume(direction, options); });
}

void DeployFlow::invoke(const QString &function, const QByteArray &event, const std::function<void(const LiveAnswer &)> &done)
{
    m_jobs.run([context = m_context, function, event] { return context->service->invokeLive(function, event); }, done);
}

void DeployFlow::ended(const Result<deploy::Deployer::Outcome> &outcome)
{
    if (outcome) {
        m_outcome = *outcome;
    } else {
        m_outcome = deploy::Deployer::Outcome{};
        m_outcome->error = outcome.error();
    }
    setState(State::Ended);
}

} // namespace eph::ui
