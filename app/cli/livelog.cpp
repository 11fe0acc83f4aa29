// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/livelog.h"

#include "core/base/text.h"

namespace eph::cli {

using namespace std::chrono_literals;

LiveLog::LiveLog(const logs::LogStore &store, Format format)
    : m_store(store)
    , m_format(format)
{
    m_timer.callOnTimeout([this] { flush(); });
    if (m_format == Format::People)
        m_timer.start(50ms);
}

void LiveLog::flush()
{
    if (m_format != Format::People)
        return;
    const logs::LogStore::Range range = m_store.range();
    if (range.first > m_next)
        note(Core::tr("[%1 lines came faster than they could be shown]").arg(range.first - m_next));
    m_next = std::max(m_next, range.first);
    constexpr qint64 Page = 10'000;
    while (m_next < range.end) {
        QByteArray text;
        const QList<logs::Line> lines = m_store.lines(m_next, Page);
        if (lines.isEmpty())
            break;
        for (const logs::Line &line : lines)
            text += line.text + '\n';
        m_next += lines.size();
        noteRaw(text);
    }
}

} // namespace eph::cli
