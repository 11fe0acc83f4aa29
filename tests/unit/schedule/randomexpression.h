// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/dialect.h"
#include "core/schedule/instant.h"

#include <QRandomGenerator>
#include <QSet>
#include <QStringList>
#include <functional>

namespace eph::schedule {

/// An expression by chance, whose meaning is known from how it was made: it shares nothing with the parser and the tables.
/// Its days are chosen around one date, so that it fires near it.
class RandomExpression
{
public:
    RandomExpression(QRandomGenerator &random, Dialect dialect, std::chrono::local_days around)
        : m_random(random)
        , m_dialect(dialect)
    {
        using namespace std::chrono;
        const year_month_day date(around);
        const bool aws = isEventBridge(dialect);
        const bool seconds = dialect == Dialect::Quartz || dialect == Dialect::Azure;
        QStringList fields;
        if (seconds)
            fields << "0";
        fields << values(0, 59, &m_minutes, random.bounded(60)) << values(0, 23, &m_hours, random.bounded(5));
        const bool special = aws || dialect == Dialect::Quartz;
        QString day = "*";
        QString weekday = "*";
        const int kind = random.bounded(5);
        m_monthDay = m_weekDay = [](const Day &) { return true; };
        if (kind == 1 || kind == 3)
            day = monthDay(int(unsigned(date.day())), special);
        if (kind == 2 || kind == 3)
            weekday = weekDay(int(std::chrono::weekday(around).c_encoding()), special);
        if (special && kind == 3)
            day = "?", m_monthDay = [](const Day &) { return true; };
        else if (special)
            (kind == 2 ? day : weekday) = "?";
        m_either = kind == 3 && !special && dialect != Dialect::Azure;
        fields << day;
        QString month = "*";
        if (random.bounded(4) == 0) {
            const int number = int(unsigned(date.month()));
            m_months = {number};
            static const char *names[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
            month = random.bounded(2) ? QString(names[number - 1]) : QString::number(number - (dialect == Dialect::OpenWhisk ? 1 : 0));
        }
        fields << month << weekday;
        if (aws)
            fields << (random.bounded(3) ? QString("*") : QString("1970-2199"));
        m_text = aws ? "cron(" + fields.join(' ') + ")" : fields.join(' ');
    }

    [[nodiscard]] const QString &text() const { return m_text; }
    [[nodiscard]] Dialect dialect() const { return m_dialect; }

    [[nodiscard]] bool takes(LocalTime time) const
    {
        using namespace std::chrono;
        const local_days date = floor<days>(time);
        const hh_mm_ss clock(time - date);
        if (clock.seconds().count() != 0 || !m_minutes.contains(int(clock.minutes().count())) || !m_hours.contains(int(clock.hours().count())))
            return false;
        const year_month_day ymd(date);
        if (!m_months.isEmpty() && !m_months.contains(int(unsigned(ymd.month()))))
            return false;
        const Day day{int(unsigned(ymd.day())), int(weekday(date).c_encoding()), int(unsigned((ymd.year() / ymd.month() / last).day()))};
        return m_either ? m_monthDay(day) || m_weekDay(day) : m_monthDay(day) && m_weekDay(day);
    }

private:
    struct Day {
        int number;
        int weekday; ///< 0 is Sunday.
        int length;  ///< Of the month.
        [[nodiscard]] int weekdayOf(int other) const { return ((weekday + other - number) % 7 + 7) % 7; }
    };

    [[nodiscard]] QString values(int low, int high, QSet<int> *into, int near)
    {
        const auto add = [into](int from, int to, int by) {
            for (int value = from; value <= to; value += by)
                into->insert(value);
        };
        const int by = 1 + m_random.bounded(20);
        const int to = std::min(high, near + m_random.bounded(high));
        switch (m_random.bounded(6)) {
        case 0: add(low, high, 1); return "*";
        case 1: add(low, high, by); return QString("*/%1").arg(by);
        case 2: add(near, to, 1); return near == to ? QString::number(near) : QString("%1-%2").arg(near).arg(to);
        case 3: add(near, to, by); return QString("%1-%2/%3").arg(near).arg(to).arg(by);
        case 4:
            if (m_dialect == Dialect::Unix || m_dialect == Dialect::Gcp)
                break;
            add(near, high, by);
            return QString("%1/%2").arg(near).arg(by);
        default: break;
        }
        add(near, near, 1);
        add(to, to, 1);
        return near == to ? QString::number(near) : QString("%1,%2").arg(near).arg(to);
    }

    [[nodiscard]] QString monthDay(int near, bool special)
    {
        const int kind = special ? m_random.bounded(4) : 0;
        if (kind == 1) {
            m_monthDay = [](const Day &day) { return day.number == day.length; };
            return "L";
        }
        if (kind == 2) {
            m_monthDay = [near](const Day &day) {
                if (near > day.length)
                    return false;
                const int weekday = day.weekdayOf(near);
                const int target = weekday == 6 ? (near == 1 ? 3 : near - 1) : weekday == 0 ? (near == day.length ? near - 2 : near + 1) : near;
                return day.number == target;
            };
            return QString("%1W").arg(near);
        }
        if (kind == 3) {
            m_monthDay = [](const Day &day) {
                int target = day.length;
                while (day.weekdayOf(target) == 0 || day.weekdayOf(target) == 6)
                    --target;
                return day.number == target;
            };
            return "LW";
        }
        const int to = std::min(31, near + m_random.bounded(3));
        m_monthDay = [near, to](const Day &day) { return day.number >= near && day.number <= to; };
        return near == to ? QString::number(near) : QString("%1-%2").arg(near).arg(to);
    }

    [[nodiscard]] QString weekDay(int near, bool special)
    {
        const int sunday = special ? 1 : 0;
        const int kind = special ? m_random.bounded(4) : m_random.bounded(2);
        static const char *names[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
        if (kind == 2) {
            m_weekDay = [near](const Day &day) { return day.weekday == near && day.number + 7 > day.length; };
            return QString("%1L").arg(near + sunday);
        }
        if (kind == 3) {
            const int nth = 1 + m_random.bounded(5);
            m_weekDay = [near, nth](const Day &day) { return day.weekday == near && (day.number - 1) / 7 + 1 == nth; };
            return QString("%1#%2").arg(near + sunday).arg(nth);
        }
        m_weekDay = [near](const Day &day) { return day.weekday == near; };
        return kind == 1 ? QString(names[near]) : QString::number(near + sunday);
    }

    QRandomGenerator &m_random;
    Dialect m_dialect;
    QString m_text;
    QSet<int> m_minutes;
    QSet<int> m_hours;
    QSet<int> m_months;
    std::function<bool(const Day &)> m_monthDay;
    std::function<bool(const Day &)> m_weekDay;
    bool m_either = false;
};

} // namespace eph::schedule
