// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/differencerows.h"

#include <QCoreApplication>
#include <QLocale>

namespace eph::ui {

namespace {

struct PackageText {
    Q_DECLARE_TR_FUNCTIONS(eph::ui::PackageText)
};

QString changeText(package::PackageDiff::Change change)
{
    switch (change) {
    case package::PackageDiff::Change::Added: return PackageText::tr("added");
    case package::PackageDiff::Change::Removed: return PackageText::tr("removed");
    case package::PackageDiff::Change::Content: return PackageText::tr("changed");
    case package::PackageDiff::Change::Mode: return PackageText::tr("its mode changed");
    }
    return {};
}

} // namespace

QString dataSize(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

QList<QStringList> differenceRows(const package::PackageDiff &diff)
{
    QList<QStringList> rows;
    rows.reserve(diff.entries.size());
    for (const package::PackageDiff::Entry &entry : diff.entries) {
        const bool isNew = entry.change == package::PackageDiff::Change::Added;
        const bool isGone = entry.change == package::PackageDiff::Change::Removed;
        rows.append({entry.name, changeText(entry.change), isNew ? QString() : dataSize(entry.before), isGone ? QString() : dataSize(entry.after)});
    }
    return rows;
}

} // namespace eph::ui
