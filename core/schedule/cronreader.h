// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/grammar.h"
#include "core/schedule/issue.h"

namespace eph::schedule {

/// Reads the fields of a cron expression by the grammar of its dialect.
class CronReader
{
public:
    /// `text` holds the fields alone and begins at `offset` of the whole expression.
    CronReader(QStringView text, qsizetype offset, Dialect dialect);

    [[nodiscard]] tl::expected<CronSpec, Issue> read();

private:
    struct Part {
        QStringView text;
        qsizetype offset;
    };
    struct FieldRange {
        Field field;
        int low;
        int high;
    };
    using Read = tl::expected<quint64, Issue>;
    /// From a value up to another; past the end of the field where `high` is the smaller one.
    struct Steps {
        int low;
        int high;
        int by;
    };

    [[nodiscard]] tl::expected<QList<Part>, Issue> split() const;
    [[nodiscard]] Issue issue(Issue::Kind kind, Field field, Part part) const;
    /// The values of a field as bits; bit n is the value n of the dialect.
    [[nodiscard]] Read values(FieldRange range, Part part) const;
    [[nodiscard]] Read item(FieldRange range, Part part) const;
    [[nodiscard]] tl::expected<Steps, Issue> steps(FieldRange range, Part part) const;
    [[nodiscard]] tl::expected<int, Issue> value(FieldRange range, Part part) const;
    [[nodiscard]] tl::expected<int, Issue> step(FieldRange range, Part part, Part all) const;
    /// Takes an item that only that field knows; false where it is none.
    template<class Days>
    using Special = tl::expected<bool, Issue> (CronReader::*)(Part, Days &) const;
    /// One of the two day fields. `specialLists`: such items may stand in lists.
    template<class Days>
    [[nodiscard]] tl::expected<Days, Issue> days(FieldRange range, Part part, bool specialLists, Special<Days> special, quint32 (CronReader::*plain)(quint64) const) const;
    [[nodiscard]] tl::expected<bool, Issue> monthDaySpecial(Part part, DaysOfMonth &days) const;
    [[nodiscard]] tl::expected<bool, Issue> weekDaySpecial(Part part, DaysOfWeek &days) const;
    [[nodiscard]] tl::expected<std::bitset<YearCount>, Issue> years(Part part) const;
    [[nodiscard]] QList<Part> items(Part part) const;
    [[nodiscard]] quint32 monthDayBits(quint64 numbers) const { return quint32(numbers); }
    [[nodiscard]] quint32 weekdayBits(quint64 numbers) const;
    [[nodiscard]] bool saysNothing(Part part, bool every) const;
    [[nodiscard]] DaylightRule daylight(const CronSpec &spec, Part minute, Part hour) const;
    [[nodiscard]] FieldRange weekdayRange() const { return {Field::DayOfWeek, m_grammar.sunday, m_grammar.sevenIsSunday ? 7 : m_grammar.sunday + 6}; }

    QStringView m_text;
    qsizetype m_offset;
    Dialect m_dialect;
    const Grammar &m_grammar;
};

} // namespace eph::schedule
