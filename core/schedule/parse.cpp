// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/cronreader.h"

#include <QHash>
#include <QRegularExpression>

namespace eph::schedule {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

using Read = tl::expected<Timing, Issue>;

constexpr int MaxRateDigits = 9;

[[nodiscard]] tl::unexpected<Issue> wrong(Issue::Kind kind, Field field, QStringView value, qsizetype offset)
{
    return tl::unexpected(Issue{kind, field, value.toString(), offset, value.size()});
}

[[nodiscard]] Read readCron(QStringView fields, qsizetype offset, Dialect dialect)
{
    const auto spec = CronReader(fields, offset, dialect).read();
    if (!spec)
        return tl::unexpected(spec.error());
    return Cron{*spec, CronTable(*spec)};
}

/// `rate(5 minutes)`; the text between the brackets begins at `offset`.
[[nodiscard]] Read readRate(QStringView inner, qsizetype offset, Dialect dialect)
{
    const qsizetype blank = inner.indexOf(u' ');
    const QStringView number = blank < 0 ? inner : inner.first(blank);
    const QStringView unit = blank < 0 ? QStringView() : inner.sliced(blank + 1);
    const bool digits = !number.isEmpty() && std::all_of(number.cbegin(), number.cend(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (inner.isEmpty() || inner.front() == u' ' || inner.back() == u' ' || unit.contains(u' '))
        return wrong(Issue::Kind::RateForm, Field::Expression, inner, offset);
    if (!digits || number.size() > MaxRateDigits || number.toInt() == 0)
        return wrong(Issue::Kind::RateValue, Field::RateValue, number, offset);
    static const QHash<QString, seconds> units{{u"minute"_s, minutes(1)}, {u"hour"_s, hours(1)}, {u"day"_s, days(1)}};
    const bool plural = unit.endsWith(u's');
    const auto one = units.constFind(plural ? unit.chopped(1).toString() : unit.toString());
    if (one == units.cend())
        return wrong(Issue::Kind::RateUnit, Field::RateUnit, unit, offset + (blank < 0 ? inner.size() : blank + 1));
    if (dialect == Dialect::EventBridgeRules && plural != (number.toInt() != 1))
        return wrong(Issue::Kind::RateNumber, Field::RateUnit, unit, offset + blank + 1);
    return Rate{*one * number.toInt(), dialect == Dialect::EventBridgeRules};
}

/// `at(2026-12-31T23:59:00)`
[[nodiscard]] Read readAt(QStringView inner, qsizetype offset, Dialect dialect)
{
    if (dialect == Dialect::EventBridgeRules)
        return wrong(Issue::Kind::AtElsewhere, Field::Expression, inner, offset);
    static const QRegularExpression form(u"^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})$"_s);
    const auto match = form.match(inner.toString());
    if (!match.hasMatch())
        return wrong(Issue::Kind::AtForm, Field::Time, inner, offset);
    const auto part = [&match](int index) { return match.capturedView(index).toInt(); };
    const year_month_day date(year(part(1)), month(unsigned(part(2))), day(unsigned(part(3))));
    if (!date.ok() || part(1) < FirstYear || part(1) > LastYear || part(4) > 23 || part(5) > 59 || part(6) > 59)
        return wrong(Issue::Kind::AtDate, Field::Time, inner, offset);
    return At{local_days(date) + hours(part(4)) + minutes(part(5)) + seconds(part(6))};
}

[[nodiscard]] Read readEventBridge(const QString &text, Dialect dialect)
{
    for (const auto form : {"cron("_L1, "rate("_L1, "at("_L1}) {
        if (!text.startsWith(form))
            continue;
        if (!text.endsWith(u')'))
            return wrong(Issue::Kind::Unclosed, Field::Expression, QStringView(text).last(1), text.size() - 1);
        const QStringView inner = QStringView(text).sliced(form.size(), text.size() - form.size() - 1);
        if (form == "cron("_L1)
            return readCron(inner, form.size(), dialect);
        return form == "rate("_L1 ? readRate(inner, form.size(), dialect) : readAt(inner, form.size(), dialect);
    }
    return wrong(Issue::Kind::NoWrapper, Field::Expression, text, 0);
}

/// A duration as Go writes it: `1h30m`. Fractions and units below a second count, down to one second.
[[nodiscard]] std::optional<seconds> goDuration(QStringView text)
{
    static const QRegularExpression form(u"^([0-9]{1,9}(?:\\.[0-9]{1,9})?(?:h|m|s|ms|us|ns))+$"_s);
    static const QRegularExpression part(u"([0-9.]+)(h|ms|m|s|us|ns)"_s);
    if (!form.match(text.toString()).hasMatch())
        return std::nullopt;
    double all = 0;
    for (auto it = part.globalMatch(text.toString()); it.hasNext();) {
        const auto match = it.next();
        const QString unit = match.captured(2);
        const double size = unit == "h"_L1 ? 3600 : unit == "m"_L1 ? 60 : unit == "s"_L1 ? 1 : unit == "ms"_L1 ? 1e-3 : unit == "us"_L1 ? 1e-6 : 1e-9;
        all += match.captured(1).toDouble() * size;
    }
    return std::max(seconds(1), seconds(qint64(all)));
}

[[nodiscard]] Read readMacro(const QString &text, Dialect dialect)
{
    static const QHash<QString, QString> macros{
        {u"@yearly"_s, u"0 0 1 1 *"_s},  {u"@annually"_s, u"0 0 1 1 *"_s}, {u"@monthly"_s, u"0 0 1 * *"_s}, {u"@weekly"_s, u"0 0 * * 0"_s},
        {u"@daily"_s, u"0 0 * * *"_s},   {u"@midnight"_s, u"0 0 * * *"_s}, {u"@hourly"_s, u"0 * * * *"_s},
    };
    const QString name = text.trimmed();
    if (dialect == Dialect::Unix && name == "@reboot"_L1)
        return AtStartup{};
    if (dialect == Dialect::Kubernetes && name.startsWith("@every "_L1)) {
        if (const auto period = goDuration(QStringView(name).sliced(7)))
            return Rate{*period, true};
    }
    const auto fields = macros.constFind(name);
    if (fields == macros.cend())
        return wrong(Issue::Kind::Macro, Field::Expression, text, 0);
    return readCron(*fields, 0, dialect);
}

[[nodiscard]] Read readFields(const QString &text, Dialect dialect)
{
    if (text.startsWith(u'@') && (dialect == Dialect::Unix || dialect == Dialect::Kubernetes))
        return readMacro(text, dialect);
    if (text.startsWith("TZ="_L1) || text.startsWith("CRON_TZ="_L1))
        return wrong(Issue::Kind::Zone, Field::Expression, QStringView(text).first(std::max<qsizetype>(1, text.indexOf(u' '))), 0);
    if (dialect == Dialect::Gcp && text.startsWith("every "_L1, Qt::CaseInsensitive))
        return wrong(Issue::Kind::English, Field::Expression, text, 0);
    return readCron(text, 0, dialect);
}

} // namespace

tl::expected<Expression, ExpressionError> parseExpression(const QString &text, Dialect dialect)
{
    Read timing = text.trimmed().isEmpty()          ? Read(wrong(Issue::Kind::Empty, Field::Expression, {}, 0))
        : text.size() > MaxExpressionLength ? Read(wrong(Issue::Kind::TooLong, Field::Expression, QStringView(text).first(MaxExpressionLength), 0))
        : isEventBridge(dialect)            ? readEventBridge(text, dialect)
                                            : readFields(text, dialect);
    if (!timing)
        return tl::unexpected(describe(timing.error(), text, dialect));
    return Expression{dialect, text, std::move(*timing)};
}

} // namespace eph::schedule
