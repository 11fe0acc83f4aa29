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
    , m_now(from)
{
    for (qsizetype i = 0; i < qsizetype(m_entries.size()); ++i)
        push(i, from);
}

void Agenda::push(qsizetype index, Instant after)
{
    const AgendaEntry &entry = m_entries[std::size_t(index)];
    const auto scheduled = entry.times.next(after);
    if (!scheduled)
        return;
    // A window longer than the pause between two runs must not turn them round.
    const Instant at = entry.flexibleWindow > seconds(0) ? std::max(m_now, *scheduled + within(entry.flexibleWindow, entry.id, *scheduled)) : *scheduled;
    m_queue.push({index, *scheduled, at});
}

Firing Agenda::take()
{
    const Firing next = m_queue.top();
    m_queue.pop();
    m_now = next.at;
    push(next.entry, next.scheduled);
    return next;
}

} // namespace eph::schedule
