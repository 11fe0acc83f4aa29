// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/vault.h"
#include "core/services/invokeservice.h"
#include "core/sys/background.h"

#include <QObject>
#include <QTemporaryDir>

namespace eph::services {

/// What to try before a release: the function as it is on the disk beside the one that a release deployed, on the same events.
struct RehearsalRequest {
    project::Project project;
    project::Function function; ///< Of that project.
    deploy::Release release;    ///< What it is compared with.
    QList<QByteArray> events;   ///< JSON each.
    int runs = 20;              ///< Of each version; the events take turns. 2 to 1000.
};

/// One version as it did.
struct RehearsalSide {
    QString release; ///< Empty: the project as it is.
    int runs = 0;
    int errors = 0;  ///< Anything but an answer.
    QList<double> ms; ///< Of the warm runs.
    double initMs = 0;
    int maxMemoryMiB = 0;
    Money perMillion; ///< Of the mean duration; list price, without free tier.

    /// `share` of 1, such as 0.95; 0 without warm runs.
    [[nodiscard]] double percentileMs(double share) const;
};

/// An event to which the two do not answer alike.
struct RehearsalDifference {
    int event = 0; ///< Its number, from 0.
    QString before;
    QString after;
};

struct RehearsalResult {
    QString function;
    RehearsalSide before;
    RehearsalSide after;
    QList<RehearsalDifference> differences;
};
[[nodiscard]] QJsonObject toJson(const RehearsalResult &result);

/// Runs both versions in the local cloud, by turns, so that the machine is the same to both. Runs are trials: they cost nothing in the
/// meter. Lives on its owner's thread.
class Rehearsal : public QObject
{
    Q_OBJECT
public:
    explicit Rehearsal(const InvokeService &invokes, QObject *parent = nullptr);

    /// NotFound when the release has no such function, or the vault not its package; Usage without events. Ends with finished() or failed().
    [[nodiscard]] Result<void> start(const RehearsalRequest &request, const deploy::Vault &vault);
    void cancel() { m_cancelled = true; }
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void progressed(int done, int all);
    void finished(const eph::services::RehearsalResult &result);
    void failed(const eph::Error &error);

private:
    void runNext();
    void took(const Result<InvocationRecord> &record);
    void finish();

    const InvokeService &m_invokes;
    RehearsalRequest m_request;
    RehearsalResult m_result;
    InvokeService::Prepared m_before;
    InvokeService::Prepared m_after;
    QList<QString> m_answers; ///< Of the older version, by event.
    std::unique_ptr<QTemporaryDir> m_folder; ///< Where its package is unpacked.
    sys::BackgroundJobs m_jobs{this}; ///< Unpacks.
    int m_done = 0;
    bool m_running = false;
    bool m_cancelled = false;
};

} // namespace eph::services
