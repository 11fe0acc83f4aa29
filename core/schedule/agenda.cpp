// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/agenda.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace eph::schedule {

using namespace std::chrono;

namespace {

/// The service spreads runs over the window by chance; here chance is a function of the schedule and its time.
[[nodiscard]] seconds within(seconds window, const QString &id, Instant scheduled)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(id.toUtf8());
    hash.addData(QByteArray::number(qint64(scheduled.time_since_epoch().count())));
    const auto number = qFromBigEndian<quint32>(hash.result().constData());
    return seconds(number % quint32(window.count() + 1));
}

} // namespace

Agenda::Agenda(std::vector<AgendaEntry> entries, Instant from)
    : m_entries(std::move(entries))
{
    for (qsizetype i = 0; i < qsizetype(m_entries.size()); ++i)
        await(i, from);
    settle();
}

void Agenda::await(qsizetype index, Instant after)
{
    const AgendaEntry &entry = m_entries[std::size_t(index)];
    if (const auto scheduled = entry.times.next(after)) {
        const Instant at = entry.flexibleWindow > seconds(0) ? *scheduled + within(entry.flexibleWindow, entry.id, *scheduled) : *scheduled;
        m_coming.push({index, *scheduled, at});
    }
}

/// A run whose time comes before another one's moment may still be the earlier of the two.
void Agenda::settle()
{
    while (!m_coming.empty() && (m_queue.empty() || m_coming.top().scheduled <= m_queue.top().at)) {
        const Firing firing = m_coming.top();
        m_coming.pop();
        m_queue.push(firing);
        await(firing.entry, firing.scheduled);
    }
}

Firing Agenda::take()
{
    const Firing next = m_queue.top();
    m_queue.pop();
    settle();
    return next;
}

QList<Firing> Agenda::pending() const
{
    QList<Firing> all;
    for (auto queue = m_queue; !queue.empty(); queue.pop())
        all << queue.top();
    return all;
}

} // namespace eph::schedule
