// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/invocationlog.h"

namespace eph::runtime {

void InvocationLog::append(const QByteArray &line)
{
    m_bytes += line.size() + 1;
    if (m_tail.isEmpty() && m_head.size() + line.size() < HeadBytes) {
        m_head.append(line).append('\n');
        return;
    }
    m_tail.append(line).append('\n');
    // Cut back only when it has doubled, so that each byte is moved once.
    if (m_tail.size() > 2 * TailBytes) {
        qsizetype cut = m_tail.size() - TailBytes;
        if (const qsizetype lineEnd = m_tail.indexOf('\n', cut); lineEnd >= 0)
            cut = lineEnd + 1;
        m_dropped += cut;
        m_tail.remove(0, cut);
    }
}

QByteArray InvocationLog::text() const
{
    if (m_dropped == 0)
        return m_head + m_tail;
    return m_head + "[" + QByteArray::number(m_dropped) + " bytes of this log were left out here]\n" + m_tail;
}

} // namespace eph::runtime
