// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/doctor.h"

#include "core/base/text.h"
#include "core/cost/currentprices.h"
#include "core/sys/bubblewrap.h"
#include "core/sys/paths.h"

#include <QDate>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QSysInfo>

namespace eph::services {

namespace {

using namespace Qt::StringLiterals;

Check interpreterCheck(const sys::Interpreters &interpreters, sys::Language language)
{
    const auto found = interpreters.find(language, {});
    const QString name = sys::languageName(language);
    if (!found)
        return {name, Check::State::Missing, found.error().message, found.error().hint};
    const QString versioned = "python"_L1 + found->version.section(u'.', 0, 1);
    // Debian's python3-minimal is an interpreter without most of the standard library.
    if (language == sys::Language::Python && found->path.startsWith("/usr/bin/"_L1) && !QFileInfo::exists("/usr/lib/"_L1 + versioned + "/json/__init__.py"_L1))
        return {name, Check::State::Degraded, Core::tr("%1 at %2 has no standard library.").arg(found->version, found->path), Core::tr("Install all of it (on Debian: apt install python3).")};
    return {name, Check::State::Good, Core::tr("%1 at %2").arg(found->version, found->path), {}};
}

Check helperCheck()
{
    const QString path = sys::helperPath(u"ephemera-guard"_s);
    if (QFileInfo(path).isExecutable())
        return {Core::tr("Process guard"), Check::State::Good, path, {}};
    return {Core::tr("Process guard"), Check::State::Degraded, Core::tr("“%1” is missing.").arg(path),
            Core::tr("Grandchildren of a function may outlive a killed Ephemera. Install Ephemera again.")};
}

Check resourcesCheck()
{
    const QString path = sys::resourcePath();
    if (QFileInfo(path + "/runtimes/nodejs/bootstrap.js"_L1).isFile())
        return {Core::tr("Runtime clients"), Check::State::Good, path, {}};
    return {Core::tr("Runtime clients"), Check::State::Missing, Core::tr("“%1” holds none.").arg(path), Core::tr("Install Ephemera again, or set EPHEMERA_RESOURCES.")};
}

Check memoryCheck()
{
    return {Core::tr("Memory limit"), Check::State::Degraded, Core::tr("Measured 50 times a second; a function above its limit is killed within 20 ms."),
            Core::tr("A short peak between two measurements is not seen.")};
}

Check sandboxCheck()
{
    const auto bubblewrap = sys::findBubblewrap();
    if (bubblewrap)
        return {Core::tr("Isolation"), Check::State::Good, Core::tr("Own mount, process, IPC and user namespaces (%1); code read-only, /tmp private, homes out of sight.").arg(*bubblewrap), {}};
    return {Core::tr("Isolation"), Check::State::Degraded, Core::tr("Own process group and clean environment; functions see this machine's files. %1").arg(bubblewrap.error().message), bubblewrap.error().hint};
}

Check watchCheck()
{
    QFile limit(u"/proc/sys/fs/inotify/max_user_watches"_s);
    const qint64 watches = limit.open(QIODevice::ReadOnly) ? limit.readAll().trimmed().toLongLong() : 0;
    constexpr qint64 Enough = 8192;
    if (watches >= Enough)
        return {Core::tr("File watching"), Check::State::Good, Core::tr("%1 folders can be watched.").arg(watches), {}};
    return {Core::tr("File watching"), Check::State::Degraded, Core::tr("Only %1 folders can be watched.").arg(watches),
            Core::tr("Larger code folders are compared file by file before each invocation. Raise fs.inotify.max_user_watches.")};
}

Check priceCheck()
{
    const auto book = cost::currentPriceBook();
    if (!book)
        return {Core::tr("Prices"), Check::State::Missing, book.error().message, book.error().hint};
    const QDate today = QDate::currentDate();
    const bool stale = !book->warning(today).isEmpty();
    return {Core::tr("Prices"), stale ? Check::State::Degraded : Check::State::Good, Core::tr("%1 for %2, %3 days old").arg(book->date().toString(Qt::ISODate), book->region()).arg(book->date().daysTo(today)),
            stale ? Core::tr("Prices may have changed; update Ephemera, or import a newer book with eph cost prices --import.") : QString()};
}

} // namespace

QList<Check> examineMachine(const sys::Interpreters &interpreters)
{
    return {
        {Core::tr("System"), Check::State::Good, QString(QSysInfo::prettyProductName() + ", "_L1 + QSysInfo::kernelType() + u' ' + QSysInfo::kernelVersion()), {}},
        interpreterCheck(interpreters, sys::Language::NodeJs),
        interpreterCheck(interpreters, sys::Language::Python),
        resourcesCheck(),
        helperCheck(),
        memoryCheck(),
        sandboxCheck(),
        watchCheck(),
        priceCheck(),
    };
}

QString stateName(Check::State state)
{
    switch (state) {
    case Check::State::Good: return u"good"_s;
    case Check::State::Degraded: return u"degraded"_s;
    case Check::State::Missing: return u"missing"_s;
    }
    return {};
}

} // namespace eph::services
