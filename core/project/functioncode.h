// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"
#include "core/project/model.h"

namespace eph::project {

/// Where the code of a function lies: beside the template, in it, or out of reach. All of it outlives it.
class FunctionCode
{
public:
    /// `folder` is the one of the template, `projectFolder` the one in which code that stands in a template is written.
    FunctionCode(Evaluator &evaluator, const QString &folder, const QString &projectFolder)
        : m_eval(evaluator)
        , m_folder(folder)
        , m_projectFolder(projectFolder)
    {
    }

    /// @param values the function's properties, with what Globals add; `node` is its resource, `path` what its properties are called.
    void read(Function &function, const QJsonObject &values, bool serverless, const YamlNode &node, const QString &path);

private:
    Evaluator &m_eval;
    const QString &m_folder;
    const QString &m_projectFolder;
};

} // namespace eph::project
