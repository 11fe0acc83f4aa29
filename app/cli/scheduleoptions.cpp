// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/scheduleoptions.h"

#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/cloud/projectschedules.h"

#include <QRegularExpression>

namespace eph::cli {

using namespace Qt::StringLiterals;
using namespace schedule;

void ExpressionOptions::addTo(CLI::App &command)
{
    command.add_option("expression", text, "The expression; quote it, or the shell takes its stars")->required();
    command.add_option("--dialect,-d", dialect, "Who reads it: eventbridge-rules, eventbridge-scheduler, unix, kubernetes, gcp, azure, quartz or openwhisk")->type_name("DIALECT")->capture_default_str();
}

void ExpressionOptions::addClockTo(CLI::App &command)
{
    command.add_option("--zone,-z", zone, "IANA time zone whose clock it follows")->type_name("ZONE")->capture_default_str();
    command.add_option("--start", start, "No run before; a rate counts from there")->type_name("ISO");
    command.add_option("--end", end, "No run after")->type_name("ISO");
    command.add_option("--repeated-hour", repeatedHour, "Wall times that come twice run once (first, second) or twice (both); the dialect's own rule otherwise")->type_name("RULE")->check(CLI::IsMember({"first", "second", "both"}));
}

int failExpression(const ExpressionError &error, const QString &text, bool json)
{
    if (json) {
        printJson(QJsonObject{{u"error"_s, QJsonObject{{u"service"_s, error.service}, {u"message"_s, error.message}, {u"field"_s, fieldId(error.field)}, {u"value"_s, error.value}, {u"hint"_s, error.hint},
                                                       {u"offset"_s, error.offset}, {u"length"_s, error.length}}}});
        return HasFindings;
    }
    note(u"eph: "_s + error.service);
    note(u"     "_s + text);
    note(u"     "_s + QString(error.offset, u' ') + QString(std::max<qsizetype>(1, error.length), u'^'));
    note(u"     "_s + error.message);
    note(u"     "_s + error.hint);
    return HasFindings;
}

int failAs(bool json, const Error &error)
{
    if (!json)
        return fail(error);
    printJson(QJsonObject{{u"error"_s, QJsonObject{{u"message"_s, error.message}, {u"hint"_s, error.hint}}}});
    return exitCodeFor(error.code);
}

Result<Dialect> dialectNamed(const std::string &name)
{
    const QString id = QString::fromStdString(name);
    if (const auto dialect = dialectOf(id))
        return *dialect;
    QStringList ids;
    for (const Dialect dialect : allDialects())
        ids << dialectId(dialect);
    const QString meant = closestName(id, ids);
    return failure(ErrorCode::Usage, Core::tr("“%1” is no dialect.").arg(id), meant.isEmpty() ? Core::tr("There are: %1.").arg(ids.join(u", "_s)) : Core::tr("Did you mean “%1”?").arg(meant));
}

Result<Instant> instantNamed(const std::string &text)
{
    return cloud::instantOf(QString::fromStdString(text)).map_error([](Error error) {
        error.code = ErrorCode::Usage;
        return error;
    });
}

Result<Instant> momentOf(const std::string &text)
{
    return text.empty() ? Result<Instant>(now()) : instantNamed(text);
}

Result<std::chrono::seconds> durationNamed(const std::string &text)
{
    static const QRegularExpression form(u"^P(?:(\\d{1,5})W)?(?:(\\d{1,6})D)?(?:T(?:(\\d{1,6})H)?(?:(\\d{1,7})M)?(?:(\\d{1,9})S)?)?$"_s);
    const auto match = form.match(QString::fromStdString(text));
    const auto part = [&match](int index) { return match.captured(index).toLongLong(); };
    const std::chrono::seconds length = std::chrono::weeks(part(1)) + std::chrono::days(part(2)) + std::chrono::hours(part(3)) + std::chrono::minutes(part(4)) + std::chrono::seconds(part(5));
    if (match.hasMatch() && length > std::chrono::seconds(0))
        return length;
    return failure(ErrorCode::Usage, Core::tr("“%1” is no duration.").arg(QString::fromStdString(text)), Core::tr("Write it as P30D, PT12H or P1DT6H."));
}

tl::expected<FireTimes, int> ExpressionOptions::read(bool json, Instant after) const
{
    const auto reader = dialectNamed(dialect);
    if (!reader)
        return tl::unexpected(failAs(json, reader.error()));
    const QString expression = QString::fromStdString(text);
    auto parsed = parseExpression(expression, *reader);
    if (!parsed)
        return tl::unexpected(failExpression(parsed.error(), expression, json));
    const auto loaded = Zone::load(QString::fromStdString(zone));
    if (!loaded)
        return tl::unexpected(failAs(json, loaded.error()));
    if (!hasZone(*reader) && !(*loaded)->isUtc())
        return tl::unexpected(failAs(json, {ErrorCode::Usage, Core::tr("A rule runs in UTC only, not in “%1”.").arg((*loaded)->name()), Core::tr("Take --dialect eventbridge-scheduler, or see `eph schedule utc`."), {}}));
    Frame frame;
    frame.zone = *loaded;
    frame.created = after;
    for (const auto &[given, bound] : {std::pair(&start, &frame.start), std::pair(&end, &frame.end)}) {
        if (given->empty())
            continue;
        const auto instant = instantNamed(*given);
        if (!instant)
            return tl::unexpected(failAs(json, instant.error()));
        *bound = *instant;
    }
    if (!repeatedHour.empty()) {
        const Cron *cron = parsed->cron();
        DaylightRule rule = cron ? cron->spec.daylight : DaylightRule();
        rule.repeated = repeatedHour == "both" ? RepeatedTime::Both : repeatedHour == "second" ? RepeatedTime::Second : RepeatedTime::First;
        frame.daylight = rule;
    }
    return FireTimes(*std::move(parsed), frame);
}

} // namespace eph::cli
