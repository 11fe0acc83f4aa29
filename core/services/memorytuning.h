// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/invokeservice.h"

#include <QObject>

namespace eph::services {

/// What is to be best.
enum class TuningGoal { Cost, Speed, Balanced };

struct TuningRequest {
    InvokeService::Request invoke;
    QList<int> sizes{128, 256, 512, 1024, 1769, 3008}; ///< MiB, each 128 to 10240.
    int runs = 10;                                     ///< Warm ones, at each size; 2 to 1000.
    TuningGoal goal = TuningGoal::Balanced;
};

/// One memory size as it was measured.
struct TuningPoint {
    int memoryMiB = 0;
    QList<double> ms; ///< Durations of the warm runs.
    double meanMs = 0;
    double marginMs = 0; ///< The mean lies within so much of it, 95 times of 100.
    double initMs = 0;
    int maxMemoryMiB = 0;
    Money perMillion; ///< A million invocations of the mean duration; list price, without free tier.
    QString failure;  ///< Why it cannot run with so little; empty when it could.
};

struct TuningResult {
    QString function;
    QList<TuningPoint> points; ///< By size.
    int best = -1;             ///< Which of them the goal asks for; -1 when none could run.
};

/// The point that is best, of those that could run; -1 without any. Balanced adds cost and duration, each as a share of its largest.
[[nodiscard]] int bestPoint(const QList<TuningPoint> &points, TuningGoal goal);
/// Mean and margin of the durations, and what they cost.
void summarize(TuningPoint &point, const cost::PriceBook &prices, bool arm);

/// `{function, points: [{memoryMiB, meanMs, marginMs, initMs, usdPerMillion, …}], recommendedMiB}`.
[[nodiscard]] QJsonObject toJson(const TuningResult &result);

/// Runs a function at several memory sizes, one run after the other, each held to the processor time that its memory buys. Costs
/// of these runs are not metered. Lives on its owner's thread.
class MemoryTuning : public QObject
{
    Q_OBJECT
public:
    MemoryTuning(const InvokeService &invokes, LocalCloud &cloud, QObject *parent = nullptr);
    ~MemoryTuning() override;

    /// Usage for sizes and numbers of runs that cannot be, and whatever InvokeService::prepare() fails with. Ends with finished() or
    /// failed().
    [[nodiscard]] Result<void> start(const TuningRequest &request);
    /// Ends after the run that is under way, with Cancelled.
    void cancel() { m_cancelled = true; }
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void progressed(int done, int total);
    /// One more size is measured.
    void measured(const eph::services::TuningPoint &point);
    void finished(const eph::services::TuningResult &result);
    void failed(const eph::Error &error);

private:
    void runNext();
    void took(const Result<InvocationRecord> &record);
    void endPoint();
    void finish(const Result<TuningResult> &result);

    const InvokeService &m_invokes;
    LocalCloud &m_cloud;
    TuningRequest m_request;
    InvokeService::Prepared m_prepared;
    TuningResult m_result;
    TuningPoint m_point;
    int m_size = 0; ///< Which one is measured.
    int m_done = 0;
    bool m_sharedBefore = false;
    bool m_running = false;
    bool m_cancelled = false;
};

} // namespace eph::services
