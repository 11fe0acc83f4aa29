// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/paths.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace eph::sys {

using namespace Qt::StringLiterals;

QString resourcePath(const QString &relative)
{
    const QString overridden = qEnvironmentVariable("EPHEMERA_RESOURCES");
    const QString base = overridden.isEmpty() ? QString(QCoreApplication::applicationDirPath() + "/../share/ephemera"_L1) : overridden;
    return QDir::cleanPath(base + u'/' + relative);
}

QString helperPath(const QString &name)
{
    return QDir::cleanPath(QCoreApplication::applicationDirPath() + "/../libexec/ephemera/"_L1 + name);
}

QString cachePath(const QString &relative)
{
    const QString base = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + "/ephemera"_L1;
    const QString path = QDir::cleanPath(base + u'/' + relative);
    QDir().mkpath(QFileInfo(path).path());
    return path;
}

} // namespace eph::sys
