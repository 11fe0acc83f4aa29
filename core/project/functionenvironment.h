// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"
#include "core/project/model.h"
#include "core/project/overrides.h"

namespace eph::project {

/// The variables of a function, with what `env.json` puts in their place. All of it outlives it.
class FunctionEnvironment
{
public:
    FunctionEnvironment(Evaluator &evaluator, const Overrides &overrides)
        : m_eval(evaluator)
        , m_overrides(overrides)
    {
    }

    /// @param values the function's properties, with what Globals add; `properties` is where they stand, `path` what they are called.
    void read(Function &function, const QJsonObject &values, const YamlNode &properties, const QString &path);

private:
    Evaluator &m_eval;
    const Overrides &m_overrides;
};

} // namespace eph::project
