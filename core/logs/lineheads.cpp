// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/lineheads.h"

#include <cstring>

namespace eph::logs {

namespace {
/// How far back one looks.
constexpr qint64 LookBackBytes = 64 * 1024;
}

LineFields LineHeads::fieldsOf(QByteArrayView line)
{
    LineFields fields = logs::fieldsOf(line);
    if (!fields.continues) {
        m_last = line.data();
        m_headBegin = line.data();
        m_head = fields;
        return fields;
    }
    const char *begin = line.data();
    LineFields head = fields;
    const char *headBegin = begin;
    while (begin > m_text.data() && line.data() - begin < LookBackBytes) {
        // From its head to the line before all is known.
        if (m_last && begin <= m_last && begin >= m_headBegin) {
            head = m_head;
            headBegin = m_headBegin;
            break;
        }
        const char *end = begin - 1;
        const auto *before = static_cast<const char *>(::memrchr(m_text.data(), '\n', size_t(end - m_text.data())));
        begin = before ? before + 1 : m_text.data();
        const LineFields above = logs::fieldsOf(QByteArrayView(begin, end));
        if (!above.continues) {
            head = above;
            headBegin = begin;
            break;
        }
    }
    m_last = line.data();
    m_headBegin = headBegin;
    m_head = head;
    // The same wherever a search began.
    return line.data() - headBegin < LookBackBytes ? head : fields;
}

} // namespace eph::logs
