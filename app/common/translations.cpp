// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/translations.h"

#include "core/sys/paths.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace eph::app {

using namespace Qt::StringLiterals;

void installTranslations()
{
    // English has a catalogue, too: of its plurals.
    const QLocale locale = QLocale().language() == QLocale::C ? QLocale(QLocale::English) : QLocale();
    const auto install = [&](const QString &name, const QStringList &folders) {
        auto *translator = new QTranslator(qApp);
        for (const QString &folder : folders) {
            if (translator->load(locale, name, u"_"_s, folder)) {
                QCoreApplication::installTranslator(translator);
                return;
            }
        }
        delete translator;
    };
    install(u"qtbase"_s, {QLibraryInfo::path(QLibraryInfo::TranslationsPath)});
    // Installed, or in the build's own folder.
    install(u"ephemera"_s, {sys::resourcePath(u"translations"_s), QString(QCoreApplication::applicationDirPath() + "/../translations"_L1)});
}

} // namespace eph::app
