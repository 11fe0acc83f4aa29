// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/zone.h"

#include "core/base/closest.h"
#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QMutex>
#include <QTimeZone>
#include <QtEndian>
#include <algorithm>

namespace eph::schedule {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

constexpr qsizetype HeaderSize = 44;
constexpr qsizetype MaxFileSize = 1 << 20;
constexpr int MaxAbbreviations = 64;
/// One day beyond what an expression can name, in either direction: local time is up to a day off.
constexpr Instant FirstInstant{-days(2)};
constexpr Instant EndOfInstants{EndOfLocalTime.time_since_epoch() + days(2)};

struct Change {
    Instant when;
    seconds offset;
    QString abbreviation;
};

/// One day of a year, as a POSIX TZ string says it, and the wall time of the change.
struct RuleDate {
    enum class Kind { MonthWeekDay, JulianDay, DayOfYear } kind = Kind::MonthWeekDay;
    int month = 0;
    int week = 0;
    int day = 0;
    seconds time = hours(2);

    [[nodiscard]] LocalTime in(int year) const
    {
        const local_days first{std::chrono::year(year) / 1 / 1};
        if (kind == Kind::DayOfYear)
            return first + days(day) + time;
        if (kind == Kind::JulianDay) {
            const bool afterLeapDay = day >= 60 && std::chrono::year(year).is_leap();
            return first + days(day - 1 + (afterLeapDay ? 1 : 0)) + time;
        }
        const auto thisMonth = std::chrono::year(year) / std::chrono::month(unsigned(month));
        if (week == 5)
            return local_days{thisMonth / weekday(unsigned(day))[last]} + time;
        return local_days{thisMonth / weekday(unsigned(day))[unsigned(week)]} + time;
    }
};

/// What holds after the last change that a file lists, for ever.
struct Rule {
    seconds standard{};
    QString standardName;
    bool hasSummer = false;
    seconds summer{};
    QString summerName;
    RuleDate summerBegins;
    RuleDate summerEnds;
};

/// The TZ string of POSIX with the extensions of RFC 9636: hours from -167 to 167.
class RuleReader
{
public:
    explicit RuleReader(const QByteArray &text)
        : m_text(text)
    {
    }

    [[nodiscard]] std::optional<Rule> read()
    {
        Rule rule;
        if (!name(&rule.standardName) || !offset(&rule.standard))
            return std::nullopt;
        if (atEnd())
            return rule;
        rule.hasSummer = true;
        rule.summer = rule.standard + hours(1);
        if (!name(&rule.summerName))
            return std::nullopt;
        if (!atEnd() && peek() != ',' && !offset(&rule.summer))
            return std::nullopt;
        if (!take(',') || !date(&rule.summerBegins) || !take(',') || !date(&rule.summerEnds) || !atEnd())
            return std::nullopt;
        return rule;
    }

private:
    [[nodiscard]] bool atEnd() const { return m_at == m_text.size(); }
    [[nodiscard]] char peek() const { return atEnd() ? '\0' : m_text.at(m_at); }
    bool take(char c)
    {
        if (peek() != c)
            return false;
        ++m_at;
        return true;
    }
    bool name(QString *into)
    {
        const bool quoted = take('<');
        const qsizetype begin = m_at;
        while (!atEnd() && (quoted ? peek() != '>' : (peek() | 0x20) >= 'a' && (peek() | 0x20) <= 'z'))
            ++m_at;
        *into = QString::fromLatin1(m_text.mid(begin, m_at - begin));
        return !into->isEmpty() && (!quoted || take('>'));
    }
    bool number(int *into, int limit)
    {
        const qsizetype begin = m_at;
        *into = 0;
        while (peek() >= '0' && peek() <= '9' && m_at - begin < 4)
            *into = *into * 10 + (m_text.at(m_at++) - '0');
        return m_at > begin && *into <= limit;
    }
    bool time(seconds *into)
    {
        const bool negative = take('-');
        if (!negative)
            take('+');
        int h = 0, m = 0, s = 0;
        if (!number(&h, 167) || (take(':') && (!number(&m, 59) || (take(':') && !number(&s, 59)))))
            return false;
        *into = (hours(h) + minutes(m) + seconds(s)) * (negative ? -1 : 1);
        return true;
    }
    /// West is positive here.
    bool offset(seconds *into)
    {
        if (!time(into))
            return false;
        *into = -*into;
        return abs(*into) < hours(25);
    }
    bool date(RuleDate *into)
    {
        if (take('M')) {
            into->kind = RuleDate::Kind::MonthWeekDay;
            if (!number(&into->month, 12) || into->month < 1 || !take('.') || !number(&into->week, 5) || into->week < 1 || !take('.') || !number(&into->day, 6))
                return false;
        } else if (take('J')) {
            into->kind = RuleDate::Kind::JulianDay;
            if (!number(&into->day, 365) || into->day < 1)
                return false;
        } else {
            into->kind = RuleDate::Kind::DayOfYear;
            if (!number(&into->day, 365))
                return false;
        }
        return !take('/') || time(&into->time);
    }

    const QByteArray &m_text;
    qsizetype m_at = 0;
};

QString zoneFolder()
{
    const QString chosen = qEnvironmentVariable("TZDIR");
    return chosen.isEmpty() ? u"/usr/share/zoneinfo"_s : chosen;
}

bool isZoneName(const QString &name)
{
    const bool plain = std::all_of(name.cbegin(), name.cend(), [](QChar c) { return c.unicode() < 128 && (c.isLetterOrNumber() || u"_+-/"_s.contains(c)); });
    // Other files of the same folder, which no service knows.
    const bool known = !name.startsWith("right/"_L1) && !name.startsWith("posix/"_L1) && name != "localtime"_L1 && name != "posixrules"_L1;
    return plain && known && !name.isEmpty() && name.size() <= 50 && !name.startsWith(u'/') && !name.endsWith(u'/');
}

tl::unexpected<Error> noZone(const QString &name)
{
    QStringList folded;
    const QStringList all = Zone::names();
    if (all.size() < 2)
        return failure(ErrorCode::NotFound, Core::tr("This system has no time zone files, so “%1” is not known.").arg(name), Core::tr("Install the package tzdata."));
    const auto same = std::find_if(all.cbegin(), all.cend(), [&](const QString &known) { return known.compare(name, Qt::CaseInsensitive) == 0; });
    const auto ofCity = std::find_if(all.cbegin(), all.cend(), [&](const QString &known) { return known.section(u'/', -1).compare(name, Qt::CaseInsensitive) == 0; });
    const QString meant = same != all.cend() ? *same : ofCity != all.cend() ? *ofCity : closestName(name, all);
    return failure(ErrorCode::NotFound, Core::tr("“%1” is no IANA time zone.").arg(name), meant.isEmpty() ? Core::tr("Write a name such as “Europe/Berlin”.") : Core::tr("Did you mean “%1”?").arg(meant));
}

} // namespace

/// Reads the block of 64-bit times and what holds after it.
class TzifReader
{
public:
    explicit TzifReader(const QByteArray &file)
        : m_file(file)
    {
    }

    [[nodiscard]] std::shared_ptr<Zone> read(const QString &name)
    {
        if (m_file.size() > MaxFileSize || !header() || m_version < '2')
            return nullptr;
        // The first block has times of 32 bits, for old readers.
        m_at += blockSize(4);
        if (!header() || !block())
            return nullptr;
        if (!footer())
            return nullptr;
        return zone(name);
    }

private:
    struct Type {
        seconds offset;
        QString abbreviation;
    };

    [[nodiscard]] quint32 number(qsizetype at) const { return qFromBigEndian<quint32>(m_file.constData() + at); }
    [[nodiscard]] qsizetype blockSize(int timeSize) const
    {
        return qsizetype(m_times) * (timeSize + 1) + qsizetype(m_types) * 6 + m_chars + qsizetype(m_leaps) * (timeSize + 4) + m_standards + m_universals;
    }

    bool header()
    {
        if (m_file.size() - m_at < HeaderSize || m_file.mid(m_at, 4) != "TZif")
            return false;
        m_version = m_file.at(m_at + 4);
        m_universals = number(m_at + 20);
        m_standards = number(m_at + 24);
        m_leaps = number(m_at + 28);
        m_times = number(m_at + 32);
        m_types = number(m_at + 36);
        m_chars = number(m_at + 40);
        m_at += HeaderSize;
        for (const quint32 count : {m_universals, m_standards, m_leaps, m_times, m_types, m_chars}) {
            if (count > quint32(m_file.size()))
                return false;
        }
        return true;
    }

    bool block()
    {
        if (m_types == 0 || m_file.size() - m_at < blockSize(8))
            return false;
        const qsizetype indices = m_at + qsizetype(m_times) * 8;
        const qsizetype types = indices + m_times;
        const QByteArray chars = m_file.mid(types + qsizetype(m_types) * 6, m_chars);
        QList<Type> kinds;
        for (quint32 i = 0; i < m_types; ++i) {
            const qsizetype at = types + qsizetype(i) * 6;
            const auto offset = seconds(qFromBigEndian<qint32>(m_file.constData() + at));
            if (abs(offset) > hours(26))
                return false;
            const qsizetype from = uchar(m_file.at(at + 5));
            kinds << Type{offset, QString::fromLatin1(chars.mid(from, std::max<qsizetype>(0, chars.indexOf('\0', from) - from)))};
        }
        m_changes.push_back({Instant::min(), kinds.front().offset, kinds.front().abbreviation});
        for (quint32 i = 0; i < m_times; ++i) {
            const auto when = Instant(seconds(qFromBigEndian<qint64>(m_file.constData() + m_at + qsizetype(i) * 8)));
            const int type = uchar(m_file.at(indices + i));
            if (type >= kinds.size() || when <= m_changes.back().when)
                return false;
            m_changes.push_back({when, kinds.at(type).offset, kinds.at(type).abbreviation});
        }
        m_at += blockSize(8);
        return true;
    }

    /// The rule for all times after the last one listed.
    bool footer()
    {
        const qsizetype end = m_file.indexOf('\n', m_at + 1);
        if (m_at >= m_file.size() || m_file.at(m_at) != '\n' || end < 0)
            return false;
        const QByteArray text = m_file.mid(m_at + 1, end - m_at - 1);
        if (text.isEmpty())
            return true;
        const auto rule = RuleReader(text).read();
        if (!rule)
            return false;
        if (!rule->hasSummer)
            return true;
        const Instant listed = m_changes.back().when;
        std::vector<Change> later;
        for (int year = FirstYear - 1; year <= LastYear + 1; ++year) {
            later.push_back({Instant((rule->summerBegins.in(year) - rule->standard).time_since_epoch()), rule->summer, rule->summerName});
            later.push_back({Instant((rule->summerEnds.in(year) - rule->summer).time_since_epoch()), rule->standard, rule->standardName});
        }
        std::stable_sort(later.begin(), later.end(), [](const Change &a, const Change &b) { return a.when < b.when; });
        for (Change &change : later) {
            if (change.when > listed)
                m_changes.push_back(std::move(change));
        }
        return true;
    }

    [[nodiscard]] std::shared_ptr<Zone> zone(const QString &name) const
    {
        std::shared_ptr<Zone> zone(new Zone);
        zone->m_name = name;
        for (const Change &change : m_changes) {
            if (change.when >= EndOfInstants)
                break;
            auto &all = zone->m_stretches;
            int index = int(zone->m_abbreviations.indexOf(change.abbreviation));
            if (index < 0 && zone->m_abbreviations.size() < MaxAbbreviations) {
                index = int(zone->m_abbreviations.size());
                zone->m_abbreviations << change.abbreviation;
            }
            if (change.when <= FirstInstant) {
                all.assign(1, {FirstInstant, EndOfInstants, change.offset, {}, {}, index});
            } else if (all.back().offset != change.offset || all.back().name != index) {
                all.back().end = change.when;
                all.push_back({change.when, EndOfInstants, change.offset, {}, {}, index});
            }
        }
        LocalTime shown = zone->m_stretches.front().localBegin();
        for (Zone::Stretch &stretch : zone->m_stretches) {
            stretch.shownUntil = shown;
            shown = std::max(shown, stretch.localEnd());
        }
        LocalTime again = zone->m_stretches.back().localEnd();
        for (auto stretch = zone->m_stretches.rbegin(); stretch != zone->m_stretches.rend(); ++stretch) {
            stretch->shownAgainFrom = again;
            again = std::min(again, stretch->localBegin());
        }
        return zone;
    }

    const QByteArray &m_file;
    qsizetype m_at = 0;
    char m_version = 0;
    quint32 m_universals = 0;
    quint32 m_standards = 0;
    quint32 m_leaps = 0;
    quint32 m_times = 0;
    quint32 m_types = 0;
    quint32 m_chars = 0;
    std::vector<Change> m_changes;
};

Result<std::shared_ptr<const Zone>> Zone::parse(const QString &name, const QByteArray &file)
{
    if (const std::shared_ptr<const Zone> zone = TzifReader(file).read(name))
        return zone;
    return failure(ErrorCode::Invalid, Core::tr("The time zone file of “%1” cannot be read: it is damaged, or of a kind from before 2005.").arg(name), Core::tr("Install the package tzdata again."));
}

std::shared_ptr<const Zone> Zone::utc()
{
    static const std::shared_ptr<const Zone> zone = [] {
        std::shared_ptr<Zone> made(new Zone);
        made->m_name = u"UTC"_s;
        made->m_abbreviations << u"UTC"_s;
        const LocalTime begin(FirstInstant.time_since_epoch());
        const LocalTime end(EndOfInstants.time_since_epoch());
        made->m_stretches.push_back({FirstInstant, EndOfInstants, seconds(0), begin, end, 0});
        return made;
    }();
    return zone;
}

Result<std::shared_ptr<const Zone>> Zone::load(const QString &name)
{
    if (name == "UTC"_L1 || name == "Etc/UTC"_L1)
        return utc();
    static QMutex mutex;
    static QHash<QString, std::shared_ptr<const Zone>> known;
    const QMutexLocker lock(&mutex);
    if (const auto zone = known.value(name))
        return zone;
    if (!isZoneName(name))
        return noZone(name);
    QFile file(QDir(zoneFolder()).filePath(name));
    if (!file.open(QIODevice::ReadOnly))
        return noZone(name);
    const QByteArray bytes = file.read(MaxFileSize + 1);
    if (!bytes.startsWith("TZif"))
        return noZone(name);
    auto zone = parse(name, bytes);
    if (zone)
        known.insert(name, *zone);
    return zone;
}

QStringList Zone::names()
{
    static const QStringList all = [] {
        QStringList names;
        for (const QByteArray &id : QTimeZone::availableTimeZoneIds()) {
            const QString name = QString::fromLatin1(id);
            // Qt adds fixed offsets, which no service knows.
            if (name == "UTC"_L1 || (name.contains(u'/') && !name.startsWith("UTC"_L1)))
                names << name;
        }
        names.sort();
        return names;
    }();
    return all;
}

QString Zone::rulesVersion()
{
    QFile rules(QDir(zoneFolder()).filePath(u"tzdata.zi"_s));
    if (!rules.open(QIODevice::ReadOnly))
        return {};
    const QByteArray line = rules.readLine(80).trimmed();
    return line.startsWith("# version ") ? QString::fromLatin1(line.mid(10)) : QString();
}

std::size_t Zone::indexAt(Instant instant) const
{
    // The first one that ends later.
    const auto found = std::upper_bound(m_stretches.begin(), m_stretches.end(), instant, [](Instant at, const Stretch &stretch) { return at < stretch.end; });
    return found == m_stretches.end() ? m_stretches.size() - 1 : std::size_t(found - m_stretches.begin());
}

} // namespace eph::schedule
