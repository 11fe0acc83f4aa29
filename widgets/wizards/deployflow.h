// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/deployservice.h"
#include "core/sys/background.h"

#include <QObject>
#include <atomic>

namespace eph::ui {

/// Carries what a pool's thread has to say to the window's: connections to it are queued, and end with whoever listens.
class DeployRelay : public QObject
{
    Q_OBJECT
Q_SIGNALS:
    void planning(const QString &what, int done, int all);
    void progressed(const eph::deploy::DeployProgress &progress);
};

/// One deployment as the window sees it: everything that waits for an answer runs on a pool thread, what comes of it is told on the
/// window's. One thing at a time. When it goes away while steps are taken, they are taken back.
class DeployFlow : public QObject
{
    Q_OBJECT
public:
    enum class State { Idle, Opening, Planning, Planned, Applying, Ended };

    explicit DeployFlow(QObject *parent = nullptr);
    ~DeployFlow() override;

    /// Finds out who acts, then plans. `rollback` is the release to bring back; empty: the project as it is. Where `resumes` is set, the
    /// deployment that was cut off is gone on with instead.
    struct Request {
        services::DeployRequest deploy;
        QString rollback = {};
        std::optional<deploy::Journal::Direction> resumes = {};
        QString why = {};
        deploy::Canary canary = {};
    };
    void plan(const Request &request);
    /// Takes the steps of the plan.
    void apply();
    /// Goes on with what an outage left open.
    void resume(deploy::Journal::Direction direction);
    using LiveAnswer = Result<services::DeployService::LiveAnswer>;
    /// Sends an event to a function that is live now; `done` gets its answer.
    void invoke(const QString &function, const QByteArray &event, const std::function<void(const LiveAnswer &)> &done);
    /// Stops planning, or takes back what was done.
    void cancel();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const services::PreparedRelease &release() const { return m_release; }
    [[nodiscard]] const std::optional<deploy::Deployer::Outcome> &outcome() const { return m_outcome; }
    [[nodiscard]] const Request &request() const { return m_request; }
    /// What is live there now, as far as it was deployed from here.
    [[nodiscard]] std::optional<deploy::Release> live() const;
    /// Who acts where, for people.
    [[nodiscard]] QString identity() const { return m_identity; }

Q_SIGNALS:
    void changed();
    void planning(const QString &what, int done, int all);
    void failed(const eph::Error &error);
    void progressed(const eph::deploy::DeployProgress &progress);

private:
    struct Context;
    [[nodiscard]] std::shared_ptr<DeployRelay> newRelay();
    void setState(State state);
    void take(const Result<services::PreparedRelease> &release);
    void ended(const Result<deploy::Deployer::Outcome> &outcome);
    void run(const std::function<Result<deploy::Deployer::Outcome>(services::DeployService &, const deploy::DeployerOptions &)> &work);

    State m_state = State::Idle;
    Request m_request;
    QString m_identity;
    services::PreparedRelease m_release;
    std::optional<deploy::Deployer::Outcome> m_outcome;
    std::shared_ptr<Context> m_context;
    std::shared_ptr<std::atomic<bool>> m_stop;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
