// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"
#include "core/project/model.h"

namespace eph::project {

/// Where the layers of a function have their files. All of it outlives it.
class FunctionLayers
{
public:
    /// `folder` is the one of the template, whose root is given.
    FunctionLayers(Evaluator &evaluator, const YamlNode &root, const QString &folder)
        : m_eval(evaluator)
        , m_root(root)
        , m_folder(folder)
    {
    }

    /// @param values the function's properties, with what Globals add; `properties` is where they stand, `path` what they are called.
    void read(Function &function, const QJsonObject &values, const YamlNode &properties, const QString &path);

private:
    /// Of a layer of this template, by its ARN; nothing for another one.
    [[nodiscard]] std::optional<QString> folderOf(const QString &arn, const QString &path);

    Evaluator &m_eval;
    const YamlNode &m_root;
    const QString &m_folder;
};

} // namespace eph::project
