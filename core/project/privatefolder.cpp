// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/privatefolder.h"

#include <QDir>
#include <QFile>

namespace eph::project {

using namespace Qt::StringLiterals;

QString privateFolder(const QString &projectFolder)
{
    const QString folder = projectFolder + "/.ephemera"_L1;
    QDir().mkpath(folder);
    QFile ignored(folder + "/.gitignore"_L1);
    if (!ignored.exists() && ignored.open(QIODevice::WriteOnly))
        ignored.write("*\n");
    return folder;
}

} // namespace eph::project
