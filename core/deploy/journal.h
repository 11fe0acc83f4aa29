// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/plan.h"

#include <QFile>
#include <QLockFile>
#include <memory>

namespace eph::deploy {

/// A deployment that is under way: its plan, and what has become of each step, written down before and after each call, so that a killed
/// process loses nothing. One for each target and stage of a project.
class Journal
{
public:
    enum class Direction { Forward, Back };
    struct StepState {
        bool begun = false;
        bool done = false;
        bool undone = false;
        QJsonObject outputs;
    };
    /// Who deploys what, and how far it is.
    struct Head {
        QString releaseId;
        QString target;
        QString stage;
        QString endpoint;
        QString profile; ///< As it was given.
        QString by;
        QString why;
        QString from;
        QString began; ///< ISO date and time.
    };

    /// Where that of a target and a stage lies.
    [[nodiscard]] static QString pathIn(const QString &projectFolder, const QString &target, const QString &stage);
    /// Those of a project that were not brought to an end.
    [[nodiscard]] static QList<Head> openIn(const QString &projectFolder);

    /// Conflict when another process has it open, or when one is there already; Io when it cannot be written.
    [[nodiscard]] static Result<std::unique_ptr<Journal>> begin(const QString &projectFolder, const Head &head, const Plan &plan);
    /// NotFound when there is none; a last line that was cut is as if it had not been written.
    [[nodiscard]] static Result<std::unique_ptr<Journal>> open(const QString &projectFolder, const QString &target, const QString &stage);

    [[nodiscard]] const Head &head() const { return m_head; }
    [[nodiscard]] const Plan &plan() const { return m_plan; }
    [[nodiscard]] Direction direction() const { return m_direction; }
    [[nodiscard]] StepState state(const QString &step) const { return m_states.value(step); }
    /// Outputs of all steps that are done, and of what was there before, by key.
    [[nodiscard]] QJsonObject outputs() const;

    [[nodiscard]] Result<void> stepBegun(const QString &step);
    [[nodiscard]] Result<void> stepDone(const QString &step, const QJsonObject &outputs);
    [[nodiscard]] Result<void> stepUndone(const QString &step);
    [[nodiscard]] Result<void> turn(Direction direction);
    /// It is over; the file goes away.
    void finish();

private:
    explicit Journal(const QString &path);
    [[nodiscard]] Result<void> lock();
    [[nodiscard]] Result<void> write(const QJsonObject &line);
    void apply(const QJsonObject &line);

    QFile m_file;
    QLockFile m_lock;
    Head m_head;
    Plan m_plan;
    QHash<QString, StepState> m_states;
    Direction m_direction = Direction::Forward;
};

} // namespace eph::deploy
