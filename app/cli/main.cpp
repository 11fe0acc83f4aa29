// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commandline.h"
#include "app/common/translations.h"

#include <QCoreApplication>

int main(int argc, char **argv)
{
    // Nothing here uses GLib, and its event loop takes a fifth of the time that a busy `eph serve` has.
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("ephemera"));
    QCoreApplication::setApplicationVersion(QStringLiteral(EPHEMERA_VERSION));
    eph::app::installTranslations();
    return eph::cli::run(argc, argv);
}
