// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/instant.h"

#include "core/sys/clock.h"

#include <QLatin1Char>

namespace eph::schedule {

using namespace std::chrono;

namespace {

void appendNumber(QString &text, unsigned value, int digits)
{
    text += QString::number(value).rightJustified(digits, QLatin1Char('0'));
}

} // namespace

Instant nowOf(const sys::Clock &clock)
{
    return Instant(floor<seconds>(milliseconds(clock.epochMs())));
}

QString toIso(LocalTime time)
{
    const local_days day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    QString text;
    text.reserve(20);
    appendNumber(text, unsigned(int(date.year())), 4);
    text += QLatin1Char('-');
    appendNumber(text, unsigned(date.month()), 2);
    text += QLatin1Char('-');
    appendNumber(text, unsigned(date.day()), 2);
    text += QLatin1Char('T');
    appendNumber(text, unsigned(clock.hours().count()), 2);
    text += QLatin1Char(':');
    appendNumber(text, unsigned(clock.minutes().count()), 2);
    text += QLatin1Char(':');
    appendNumber(text, unsigned(clock.seconds().count()), 2);
    return text;
}

QString toIso(Instant instant)
{
    return toIso(LocalTime(instant.time_since_epoch())) + QLatin1Char('Z');
}

} // namespace eph::schedule
