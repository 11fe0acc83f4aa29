// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as an expression in each dialect: an error that points inside the text, or a schedule whose next and previous
// runs agree, whose count is theirs, and that says the same in its normal form and wherever it converts to.
#include "core/schedule/compare.h"
#include "core/schedule/convert.h"
#include "core/schedule/explain.h"

#include <cstdlib>

using namespace eph::schedule;
using namespace std::chrono;

namespace {

const Instant From{sys_days(year(2026) / 3 / 27)};
const Instant Until = From + days(4);

void check(bool fine)
{
    if (!fine)
        std::abort();
}

void checkTimes(const Expression &expression, const std::shared_ptr<const Zone> &zone)
{
    Frame frame;
    frame.zone = zone;
    frame.created = From;
    const FireTimes times(expression, frame);
    const auto next = times.next(From);
    if (next) {
        check(*next > From);
        check(times.previous(*next + seconds(1)) == next);
        check(times.count(*next, *next + seconds(1)) == 1);
        check(times.count(From + seconds(1), *next) == 0);
    }
    constexpr qsizetype Limit = 20'000;
    const QList<Instant> all = times.between(From, Until, Limit);
    if (all.size() < Limit)
        check(times.count(From, Until) == all.size());
    (void)remarksOn(times, From);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const std::shared_ptr<const Zone> zones[] = {Zone::utc(), Zone::load(QStringLiteral("Europe/Berlin")).value_or(Zone::utc()), Zone::load(QStringLiteral("Australia/Lord_Howe")).value_or(Zone::utc())};
    if (size < 2)
        return 0;
    const Dialect dialect = allDialects().at(data[0] % 8);
    const Dialect other = allDialects().at(data[0] / 8 % 8);
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));
    const auto parsed = parseExpression(text, dialect);
    if (!parsed) {
        check(parsed.error().offset >= 0 && parsed.error().offset + parsed.error().length <= text.size());
        check(!parsed.error().message.isEmpty() && !parsed.error().service.isEmpty());
        return 0;
    }
    check(!explain(*parsed).isEmpty());
    checkTimes(*parsed, zones[size % 3]);
    const auto normal = parseExpression(normalised(*parsed), dialect);
    check(normal.has_value());
    if (parsed->cron())
        check(compare(FireTimes(*parsed), FireTimes(*normal), From).equal());
    const auto written = convert(*parsed, other);
    if (!written) {
        check(!written.error().isEmpty());
        return 0;
    }
    for (const QString &one : written->expressions)
        check(parseExpression(one, other).has_value());
    if (written->exact && written->expressions.size() == 1 && parsed->cron())
        check(compare(FireTimes(*parsed), FireTimes(*parseExpression(written->expressions.first(), other)), From).equal());
    return 0;
}
