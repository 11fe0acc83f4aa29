// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/linesplitter.h"

namespace eph::logs {

void LineSplitter::feed(const QByteArray &bytes, const Emit &emitLine)
{
    qsizetype start = 0;
    while (start < bytes.size()) {
        const qsizetype end = bytes.indexOf('\n', start);
        const qsizetype stop = end < 0 ? bytes.size() : end;
        const qsizetype room = MaxLineBytes - m_rest.size();
        if (stop - start > room) {
            m_rest.append(bytes.constData() + start, room);
            start += room;
            emitLine(std::exchange(m_rest, {}));
            continue;
        }
        m_rest.append(bytes.constData() + start, stop - start);
        start = stop;
        if (end >= 0) {
            emitLine(std::exchange(m_rest, {}));
            start = end + 1;
        }
    }
}

void LineSplitter::flush(const Emit &emitLine)
{
    if (!m_rest.isEmpty())
        emitLine(std::exchange(m_rest, {}));
}

} // namespace eph::logs
