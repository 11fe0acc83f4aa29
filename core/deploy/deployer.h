// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/journal.h"
#include "core/deploy/vault.h"

#include <atomic>
#include <chrono>

namespace eph::deploy {

/// How far a deployment is.
struct DeployProgress {
    enum class State { Begun, Waiting, Done, Undone, Failed };
    int number = 0; ///< Of the step, from 1.
    int all = 0;
    QString summary;
    State state = State::Begun;
    QString text; ///< Why it waits or failed.
};

struct DeployerOptions {
    std::function<void(const DeployProgress &)> progress = {};
    const std::atomic<bool> *cancelled = nullptr;
    /// How long a step may be tried again: services settle within minutes.
    std::chrono::milliseconds patience{300'000};
    std::chrono::milliseconds firstWait{250};
};

/// Takes the steps of a plan one after the other, writing each down, and takes them back when one fails. Any thread but the window's.
class Deployer
{
public:
    enum class Ending {
        Deployed,
        TakenBack, ///< Nothing of it is left.
        Open,      ///< Neither: it has to be resumed.
    };
    struct Outcome {
        Ending ending = Ending::Open;
        std::optional<Error> error; ///< Why it did not go through.
        QJsonObject outputs;
    };

    Deployer(AwsClient &client, http::Transport &transport, const sys::Clock &clock, const Vault &vault, ValueSource secrets, DeployerOptions options);

    /// From wherever the journal is, in the direction that it has. The journal is finished when this ends Deployed or TakenBack.
    [[nodiscard]] Outcome run(Journal &journal);

private:
    [[nodiscard]] Result<void> keepPackages(const Plan &plan);
    [[nodiscard]] std::optional<Error> goForward(Journal &journal);
    [[nodiscard]] std::optional<Error> goBack(Journal &journal);
    [[nodiscard]] Result<QJsonObject> take(const Step &step, bool maybeDone);
    [[nodiscard]] Result<void> waitFor(const Step &step);
    [[nodiscard]] Result<void> observe(const Observation &observation);
    [[nodiscard]] Result<void> takeBack(const Step &step, const QJsonObject &outputs);
    /// An error is no answer: nobody knows.
    [[nodiscard]] Result<std::optional<QJsonObject>> probed(const Probe &probe);
    [[nodiscard]] Result<ApiCall> filled(const ApiCall &call);
    [[nodiscard]] Result<QJsonValue> valueOf(values::Kind kind, const QJsonValue &argument);
    [[nodiscard]] bool isCancelled() const { return m_options.cancelled && *m_options.cancelled; }
    void tell(DeployProgress::State state, const QString &text = {});

    AwsClient &m_client;
    http::Transport &m_transport;
    const sys::Clock &m_clock;
    const Vault &m_vault;
    ValueSource m_secrets;
    DeployerOptions m_options;
    DeployProgress m_progress;
    QJsonObject m_outputs;
    bool m_unknown = false; ///< Whether the step that was taken last may have been done although it failed.
};

} // namespace eph::deploy
