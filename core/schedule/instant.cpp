// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/instant.h"

#include "core/sys/clock.h"


namespace eph::schedule {

using namespace std::chrono;

namespace {

/// Digits with leading zeros; this is on the way of each line that is written.
void putNumber(char16_t *end, unsigned value, int digits)
{
    while (digits-- > 0) {
        *--end = char16_t(u'0' + value % 10);
        value /= 10;
    }
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
    char16_t text[] = u"0000-00-00T00:00:00";
    putNumber(text + 4, unsigned(int(date.year())), 4);
    putNumber(text + 7, unsigned(date.month()), 2);
    putNumber(text + 10, unsigned(date.day()), 2);
    putNumber(text + 13, unsigned(clock.hours().count()), 2);
    putNumber(text + 16, unsigned(clock.minutes().count()), 2);
    putNumber(text + 19, unsigned(clock.seconds().count()), 2);
    return QString::fromUtf16(text);
}

QString toIso(Instant instant)
{
    return toIso(LocalTime(instant.time_since_epoch())) + QLatin1Char('Z');
}

} // namespace eph::schedule
