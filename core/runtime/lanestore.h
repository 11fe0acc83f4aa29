// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QMutex>
#include <QString>
#include <deque>
#include <optional>

namespace eph::runtime {

/// What an environment is doing for a while.
enum class LanePhase {
    Prestarting, ///< The interpreter starts, ahead of need.
    Waiting,     ///< Started and without code, until somebody wants it.
    Init,
    Invoke,
    Idle,        ///< Ready, and still running.
    Frozen,
    ShutDown,
};
[[nodiscard]] QString lanePhaseName(LanePhase phase);

/// Times in milliseconds of the epoch, with fractions.
struct LaneSpan {
    LanePhase phase = LanePhase::Init;
    double fromMs = 0;
    std::optional<double> toMs; ///< Absent while it lasts.
    QByteArray requestId;       ///< Of an invocation.
    bool failed = false;        ///< It ended with anything but an answer.
};

/// The life of one environment.
struct Lane {
    QString environment;
    QString function;
    QList<LaneSpan> spans; ///< In order; the oldest of a long life are forgotten.
    QString endReason;     ///< Why it ended; empty while it lives.
    QString tenant = {};   ///< Whom alone it runs for.
};

/// The lives of the newest environments, for views and tests. Any thread.
class LaneStore
{
public:
    static constexpr qsizetype MaxLanes = 400;
    static constexpr qsizetype MaxSpans = 2000; ///< Of one lane.

    /// Another phase begins; what came before ends at the same moment. The first one begins the lane.
    void begin(const QString &environment, const QString &function, LanePhase phase, double atMs, const QByteArray &requestId = {}, const QByteArray &tenant = {});
    /// The invocation under way did not end with an answer.
    void markFailed(const QString &environment);
    void end(const QString &environment, double atMs, const QString &reason);

    [[nodiscard]] bool isEmpty() const;
    /// Oldest first.
    [[nodiscard]] QList<Lane> lanes() const;
    /// Grows with each change.
    [[nodiscard]] quint64 revision() const;
    /// Forgets lanes that have ended.
    void clear();

private:
    Lane *find(const QString &environment);

    mutable QMutex m_mutex;
    std::deque<Lane> m_lanes;
    quint64 m_revision = 0;
};

} // namespace eph::runtime
