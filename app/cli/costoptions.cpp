// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/costoptions.h"

#include "core/cost/currentprices.h"

#include <QLocale>

namespace eph::cli {

using namespace Qt::StringLiterals;

QString text(const std::string &given)
{
    return QString::fromStdString(given);
}

QString grouped(qint64 number)
{
    return QLocale(QLocale::English).toString(number);
}

Result<cost::PriceBook> pricesFor(const CostOptions &options, const QString &region)
{
    auto book = cost::currentPriceBook();
    if (!book)
        return book;
    if (const QString warning = book->warning(QDate::currentDate()); !warning.isEmpty())
        note(warning);
    const QString wanted = options.region.empty() ? region : text(options.region);
    return wanted.isEmpty() ? book : book->forRegion(wanted);
}

Result<QDate> dayOf(const CostOptions &options)
{
    if (options.day.empty())
        return QDate::currentDate();
    const QDate day = QDate::fromString(text(options.day), Qt::ISODate);
    if (!day.isValid())
        return failure(ErrorCode::Usage, u"“%1” is no day."_s.arg(text(options.day)), u"Write it as 2020-11-30."_s);
    return day;
}

CLI::App *addCostCommand(CLI::App &cost, Action &action, const char *name, const char *description, int (*run)(const CostOptions &), void (*addOptions)(CLI::App &, CostOptions &))
{
    auto options = std::make_shared<CostOptions>();
    CLI::App *command = cost.add_subcommand(name, description);
    if (addOptions)
        addOptions(*command, *options);
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, run, &action] { action = [options, run] { return run(*options); }; });
    return command;
}

} // namespace eph::cli
