// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/pastmoment.h"

#include <QDateTime>
#include <QMap>
#include <QRegularExpression>

namespace eph::cli {

using namespace Qt::StringLiterals;

Result<qint64> pastMoment(const std::string &text)
{
    if (text.empty())
        return -1;
    static const QRegularExpression ago(u"^(\\d+)(s|m|h|d|w)$"_s);
    const QString given = QString::fromStdString(text);
    const QMap<QString, qint64> unitMs{{u"s"_s, 1000}, {u"m"_s, 60'000}, {u"h"_s, 3'600'000}, {u"d"_s, 86'400'000}, {u"w"_s, 604'800'000}};
    if (const QRegularExpressionMatch match = ago.match(given); match.hasMatch()) {
        bool fits = false;
        const qint64 number = match.captured(1).toLongLong(&fits);
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        if (const qint64 unit = unitMs.value(match.captured(2)); fits && number <= now / unit)
            return now - number * unit;
    }
    QDateTime time = QDateTime::fromString(given, Qt::ISODate);
    if (!time.isValid() || time.toMSecsSinceEpoch() < 0)
        return failure(ErrorCode::Usage, u"“%1” is no time."_s.arg(given), u"Write 30m, 2h, 1d, or a date and time such as 2026-11-26T10:00:00Z."_s);
    return time.toMSecsSinceEpoch();
}

} // namespace eph::cli
