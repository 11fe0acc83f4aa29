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
    const QLocale locale;
    if (locale.language() == QLocale::English || locale.language() == QLocale::C)
        return;
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
