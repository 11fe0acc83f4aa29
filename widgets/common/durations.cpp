// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/durations.h"

#include <QCoreApplication>
#include <QLocale>

namespace eph::ui {

QString durationText(double milliseconds)
{
    // As rounded: what is read as 1000.0 ms is a second.
    if (milliseconds >= 999.95)
        return QCoreApplication::translate("eph::ui", "%1 s").arg(QLocale().toString(milliseconds / 1000, 'f', 2));
    return QCoreApplication::translate("eph::ui", "%1 ms").arg(QLocale().toString(milliseconds, 'f', milliseconds < 9.995 ? 2 : 1));
}

} // namespace eph::ui
