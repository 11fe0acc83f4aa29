// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/loadproject.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace eph::test {

/// A project in a folder of its own that goes away with it.
class TestProject
{
public:
    TestProject &file(const QString &name, const QByteArray &content)
    {
        const QString path = folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile target(path);
        if (target.open(QIODevice::WriteOnly))
            target.write(content);
        return *this;
    }

    /// A template with one function.
    TestProject &function(const QByteArray &runtime, const QByteArray &handler, const QByteArray &more = {})
    {
        return file(QStringLiteral("template.yaml"), "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: "
                        + runtime + "\n      Handler: " + handler + "\n" + more);
    }

    [[nodiscard]] QString path(const QString &name = {}) const { return folder.filePath(name); }
    [[nodiscard]] project::Project load() const { return project::loadProject({folder.path(), {}, {}}).value(); }
    [[nodiscard]] QByteArray read(const QString &name) const
    {
        QFile source(folder.filePath(name));
        return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
    }

    QTemporaryDir folder;
};

} // namespace eph::test
