// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/schedule/instant.h"

#include <QStringList>
#include <memory>
#include <vector>

namespace eph::schedule {

/// The wall clock of one place from 1970 to 2199, as stretches of one offset each. A value without a clock of its own; read
/// from any thread.
class Zone
{
public:
    struct Stretch {
        Instant begin;
        Instant end; ///< The first moment of the next stretch.
        std::chrono::seconds offset; ///< Local time less UTC.
        LocalTime shownUntil;   ///< All wall times before this have been shown by earlier stretches.
        LocalTime shownAgainFrom; ///< All wall times from this on will be shown again by later ones.
        int name = 0; ///< Of the abbreviation.

        [[nodiscard]] LocalTime localBegin() const { return LocalTime((begin + offset).time_since_epoch()); }
        [[nodiscard]] LocalTime localEnd() const { return LocalTime((end + offset).time_since_epoch()); }
    };

    /// An IANA name, read from the system's time zone files. NotFound names the closest one.
    [[nodiscard]] static Result<std::shared_ptr<const Zone>> load(const QString &name);
    [[nodiscard]] static std::shared_ptr<const Zone> utc();
    /// The content of a time zone file (TZif, RFC 9636).
    [[nodiscard]] static Result<std::shared_ptr<const Zone>> parse(const QString &name, const QByteArray &file);
    /// All names, sorted, for people to choose from.
    [[nodiscard]] static QStringList names();
    /// Release of the time zone rules in use, such as `2025b`; empty when it cannot be told.
    [[nodiscard]] static QString rulesVersion();

    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] bool isUtc() const { return m_stretches.size() == 1 && m_stretches.front().offset.count() == 0; }
    [[nodiscard]] const std::vector<Stretch> &stretches() const { return m_stretches; }
    /// Index of the stretch that holds a moment; moments out of range belong to the first or the last.
    [[nodiscard]] std::size_t indexAt(Instant instant) const;
    [[nodiscard]] const Stretch &at(Instant instant) const { return m_stretches[indexAt(instant)]; }
    [[nodiscard]] LocalTime toLocal(Instant instant) const { return LocalTime((instant + at(instant).offset).time_since_epoch()); }
    /// `CEST`, or `+0530` where a place has no abbreviation.
    [[nodiscard]] QString abbreviation(const Stretch &stretch) const { return m_abbreviations.value(stretch.name); }

private:
    Zone() = default;
    friend class TzifReader;

    QString m_name;
    std::vector<Stretch> m_stretches; ///< Never empty.
    QStringList m_abbreviations;
};

} // namespace eph::schedule
