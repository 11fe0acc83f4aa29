// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/firetimes.h"

#include <queue>

namespace eph::schedule {

/// One of several schedules that run side by side.
struct AgendaEntry {
    QString id;
    FireTimes times;
    std::chrono::seconds flexibleWindow{}; ///< A run happens at some moment within this after its time.
};

struct Firing {
    qsizetype entry = 0; ///< Index.
    Instant scheduled;   ///< As the expression says.
    Instant at;          ///< Within the flexible window from there.
};

/// What happens next among several schedules. Pure: it has no clock, and the same entries from the same beginning give the
/// same firings in the same order, those of flexible windows included.
class Agenda
{
public:
    /// Firings after `from`, which is not included.
    Agenda(std::vector<AgendaEntry> entries, Instant from);

    /// The next one, without taking it. Null when nothing ever fires again.
    [[nodiscard]] const Firing *peek() const { return m_queue.empty() ? nullptr : &m_queue.top(); }
    /// Takes the next one; there has to be one.
    Firing take();
    /// Those whose time has come and whose moment within the flexible window has not.
    [[nodiscard]] QList<Firing> pending() const;
    /// Takes one over that was pending in an agenda before this one.
    void add(const Firing &firing) { m_queue.push(firing); }
    [[nodiscard]] const std::vector<AgendaEntry> &entries() const { return m_entries; }

private:
    struct Later {
        bool operator()(const Firing &a, const Firing &b) const { return std::tie(a.at, a.entry) > std::tie(b.at, b.entry); }
    };
    struct LaterTime {
        bool operator()(const Firing &a, const Firing &b) const { return std::tie(a.scheduled, a.entry) > std::tie(b.scheduled, b.entry); }
    };
    void await(qsizetype entry, Instant after);
    void settle();

    std::vector<AgendaEntry> m_entries;
    std::priority_queue<Firing, std::vector<Firing>, LaterTime> m_coming; ///< The next of each entry, by its time.
    std::priority_queue<Firing, std::vector<Firing>, Later> m_queue;      ///< Every one that may be the next to fire.
};

} // namespace eph::schedule
