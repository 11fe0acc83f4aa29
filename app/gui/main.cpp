// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/translations.h"
#include "app/gui/mainwindow.h"
#include "app/gui/windowsettings.h"

#include "core/sys/paths.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QScreen>
#include <QSocketNotifier>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <sys/signalfd.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

/// SIGINT and SIGTERM end the program as closing the window would, so that no function process is left.
int blockEndingSignals()
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    return ::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// Help and version are printed without a display, too.
bool onlyPrints(int argc, char **argv)
{
    return std::any_of(argv + 1, argv + argc, [](const char *argument) {
        const QByteArrayView text(argument);
        return text == "-h" || text == "--help" || text == "--help-all" || text == "-v" || text == "--version";
    });
}

} // namespace

int main(int argc, char **argv)
{
    const int endingSignals = blockEndingSignals();
    const std::unique_ptr<QCoreApplication> application(onlyPrints(argc, argv) ? new QCoreApplication(argc, argv) : new QApplication(argc, argv));
    QApplication::setOrganizationName(u"ephemera"_s);
    QApplication::setApplicationName(u"ephemera"_s);
    QApplication::setApplicationVersion(QStringLiteral(EPHEMERA_VERSION));
    QGuiApplication::setDesktopFileName(u"ephemera"_s);
    eph::app::installTranslations();

    QCommandLineParser arguments;
    arguments.setApplicationDescription(QApplication::translate("main", "A desktop workbench for serverless functions."));
    arguments.addHelpOption();
    arguments.addVersionOption();
    arguments.addPositionalArgument(u"path"_s, QApplication::translate("main", "Project folder, template or file to open."), u"[path]"_s);
    arguments.process(*application);

    eph::ui::Theme theme;
    theme.setCodePoints(eph::app::WindowSettings::codePoints());
    theme.prepare(eph::app::WindowSettings::schemeFor(eph::app::WindowSettings::scheme()));
    const auto composition = eph::app::Composition::create({eph::services::Warmth::KeepEnvironments, eph::app::Composition::sandbox()});
    if (!composition) {
        std::fprintf(stderr, "ephemera: %s\n", qPrintable(composition.error().message));
        return 1;
    }
    QApplication::setWindowIcon(QIcon(eph::sys::resourcePath(u"icons/ephemera.svg"_s)));
    eph::app::MainWindow window(**composition);
    theme.dress();
    constexpr QSize FirstSize(1440, 900);
    window.resize(FirstSize.boundedTo(window.screen()->availableSize()));
    window.restoreGeometry(eph::app::WindowSettings::geometry());
    window.show();
    QSocketNotifier notifier(endingSignals, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &window, [&window, endingSignals] {
        signalfd_siginfo received;
        [[maybe_unused]] const ssize_t size = ::read(endingSignals, &received, sizeof received);
        window.end();
    });
    const QStringList paths = arguments.positionalArguments();
    if (paths.isEmpty())
        window.restoreLastSession();
    for (const QString &path : paths) {
        const QFileInfo info(path);
        const bool isTemplate = info.fileName().startsWith("template."_L1);
        if (info.isDir() || isTemplate || !info.exists())
            window.openProject(path);
        else
            window.openFile(path);
    }
    return QApplication::exec();
}
