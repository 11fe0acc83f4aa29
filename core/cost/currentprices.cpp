// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/currentprices.h"

#include "core/base/text.h"
#include "core/sys/paths.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace eph::cost {

using namespace Qt::StringLiterals;

QString importedPricesPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/ephemera/prices.json"_s;
}

Result<PriceBook> currentPriceBook()
{
    auto shipped = loadPriceBook(sys::resourcePath(u"pricing/prices.json"_s));
    if (!shipped || !QFileInfo::exists(importedPricesPath()))
        return shipped;
    auto imported = loadPriceBook(importedPricesPath());
    if (!imported) {
        imported.error().hint = Core::tr("Import a correct one with eph cost prices --import, or delete %1.").arg(importedPricesPath());
        return imported;
    }
    return imported->date() >= shipped->date() ? imported : shipped;
}

Result<PriceBook> importPriceBook(const QString &file)
{
    auto book = loadPriceBook(file);
    if (!book)
        return book;
    const auto shipped = loadPriceBook(sys::resourcePath(u"pricing/prices.json"_s));
    if (shipped && book->date() < shipped->date())
        return failure(ErrorCode::Invalid, Core::tr("The prices in %1 are of %2, the shipped ones of %3.").arg(file, book->date().toString(Qt::ISODate), shipped->date().toString(Qt::ISODate)), Core::tr("Newer ones only are taken."));
    if (book->date() > QDate::currentDate().addDays(1))
        return failure(ErrorCode::Invalid, Core::tr("The prices in %1 are of %2, which is yet to come.").arg(file, book->date().toString(Qt::ISODate)), Core::tr("Correct the date."));
    QFile source(file);
    QDir().mkpath(QFileInfo(importedPricesPath()).path());
    QSaveFile target(importedPricesPath());
    if (!source.open(QIODevice::ReadOnly) || !target.open(QIODevice::WriteOnly) || target.write(source.readAll()) < 0 || !target.commit())
        return failure(ErrorCode::Io, Core::tr("The prices cannot be kept in %1: %2.").arg(importedPricesPath(), target.errorString()));
    return book;
}

} // namespace eph::cost
