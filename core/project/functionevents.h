// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"
#include "core/project/model.h"

namespace eph::project {

/// What SAM makes of the events of a function: its triggers, and the queue and the subscription behind a topic. All of it outlives
/// it. Source: SAM specification, event sources, November 2026.
class FunctionEvents
{
public:
    FunctionEvents(Project &project, const Placement &placement, Evaluator &evaluator)
        : m_project(project)
        , m_placement(placement)
        , m_eval(evaluator)
    {
    }

    /// @param values the function's properties, with what Globals add; `properties` is where they stand, `path` what they are called.
    void read(Function &function, const QJsonObject &values, const YamlNode &properties, const QString &path);

private:
    /// SAM makes a validator for those only who ask for it.
    void checkParameters(const Trigger &trigger, const YamlNode &place, const QString &path);
    /// A topic's messages go through a queue, which SAM makes where none is named, if the event asks for it.
    [[nodiscard]] Trigger behindQueue(const Function &function, const Trigger &topic);

    Project &m_project;
    const Placement &m_placement;
    Evaluator &m_eval;
};

} // namespace eph::project
