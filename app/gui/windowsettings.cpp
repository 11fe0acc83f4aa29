// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/windowsettings.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QSettings>

namespace eph::app {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxRecent = 8;

QString projectKey(const QString &folder, QLatin1StringView what)
{
    const QByteArray hash = QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha1).toHex().left(16);
    return u"projects/"_s + QString::fromLatin1(hash) + u'/' + what;
}

/// What the desktop asked for before we set our own palette.
ui::Scheme systemScheme()
{
    static const ui::Scheme scheme = ui::Theme::systemScheme();
    return scheme;
}

} // namespace

QStringList WindowSettings::recentFolders()
{
    QStringList folders = QSettings().value("recentFolders"_L1).toStringList();
    folders.removeIf([](const QString &folder) { return !QFileInfo::exists(folder); });
    return folders;
}

void WindowSettings::addRecentFolder(const QString &folder)
{
    QStringList folders = recentFolders();
    folders.removeAll(folder);
    folders.prepend(folder);
    QSettings().setValue("recentFolders"_L1, folders.mid(0, MaxRecent));
}

WindowSettings::Project WindowSettings::project(const QString &folder)
{
    const QSettings settings;
    return {settings.value(projectKey(folder, "layout"_L1)).toByteArray(), settings.value(projectKey(folder, "files"_L1)).toStringList(),
            settings.value(projectKey(folder, "current"_L1)).toString(), settings.value(projectKey(folder, "invoke"_L1)).toByteArray(),
            settings.value(projectKey(folder, "places"_L1)).toStringList()};
}

void WindowSettings::saveProject(const QString &folder, const Project &project)
{
    QSettings settings;
    settings.setValue(projectKey(folder, "layout"_L1), project.layout);
    settings.setValue(projectKey(folder, "files"_L1), project.files);
    settings.setValue(projectKey(folder, "current"_L1), project.current);
    settings.setValue(projectKey(folder, "invoke"_L1), project.invoke);
    settings.setValue(projectKey(folder, "places"_L1), project.places);
}

QByteArray WindowSettings::geometry()
{
    return QSettings().value("geometry"_L1).toByteArray();
}

void WindowSettings::saveGeometry(const QByteArray &geometry)
{
    QSettings().setValue("geometry"_L1, geometry);
}

QString WindowSettings::scheme()
{
    return QSettings().value("scheme"_L1, u"system"_s).toString();
}

void WindowSettings::setScheme(const QString &name)
{
    QSettings().setValue("scheme"_L1, name);
}

int WindowSettings::codePoints()
{
    return QSettings().value("codePoints"_L1, 0).toInt();
}

void WindowSettings::setCodePoints(int points)
{
    QSettings().setValue("codePoints"_L1, points);
}

bool WindowSettings::wrapLines()
{
    return QSettings().value("wrapLines"_L1, false).toBool();
}

void WindowSettings::setWrapLines(bool wrap)
{
    QSettings().setValue("wrapLines"_L1, wrap);
}

bool WindowSettings::sharesProcessor()
{
    return QSettings().value("sharesProcessor"_L1, false).toBool();
}

void WindowSettings::setSharesProcessor(bool shares)
{
    QSettings().setValue("sharesProcessor"_L1, shares);
}

ui::Scheme WindowSettings::schemeFor(const QString &name)
{
    const ui::Scheme system = systemScheme();
    if (name == "light"_L1)
        return ui::Scheme::Light;
    if (name == "dark"_L1)
        return ui::Scheme::Dark;
    return name == "high-contrast"_L1 ? ui::Scheme::HighContrast : system;
}

} // namespace eph::app
