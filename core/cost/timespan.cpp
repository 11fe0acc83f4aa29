// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/timespan.h"

#include <QRegularExpression>
#include <cmath>

namespace eph::cost {

using namespace Qt::StringLiterals;

std::optional<qint64> parseTimespan(QStringView text, TimeUnit bare)
{
    static const QRegularExpression form(u"^(\\d{1,15}(?:\\.\\d{1,9})?)(us|ms|s|m|h|d)?$"_s);
    const auto match = form.match(text.toString());
    if (!match.hasMatch())
        return {};
    const QString unit = match.captured(2);
    const double us = unit == "us"_L1 ? 1
        : unit == "ms"_L1             ? 1e3
        : unit == "s"_L1              ? 1e6
        : unit == "m"_L1              ? 60e6
        : unit == "h"_L1              ? 3600e6
        : unit == "d"_L1              ? 86400e6
        : bare == TimeUnit::Milliseconds ? 1e3
                                         : 1e6;
    const double value = match.captured(1).toDouble() * us;
    constexpr double TenYears = 3653 * 86400e6;
    return value <= TenYears ? std::optional<qint64>(std::llround(value)) : std::nullopt;
}

std::optional<double> parseRate(QStringView text)
{
    static const QRegularExpression form(u"^(\\d{1,15}(?:\\.\\d{1,9})?)([kMG]?)(?:/(s|m|h|d|day))?$"_s);
    const auto match = form.match(text.toString());
    if (!match.hasMatch())
        return {};
    const QString multiple = match.captured(2);
    const QString per = match.captured(3);
    const double factor = multiple == "k"_L1 ? 1e3 : multiple == "M"_L1 ? 1e6 : multiple == "G"_L1 ? 1e9 : 1;
    const double seconds = per == "m"_L1 ? 60 : per == "h"_L1 ? 3600 : per.startsWith(u'd') ? 86400 : 1;
    const double rate = match.captured(1).toDouble() * factor / seconds;
    constexpr double Most = 1e8;
    return rate <= Most ? std::optional(rate) : std::nullopt;
}

} // namespace eph::cost
