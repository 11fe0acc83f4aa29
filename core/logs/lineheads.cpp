// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/lineheads.h"

#include <cstring>

namespace eph::logs {

namespace {
/// How far back one looks.
constexpr qint64 LookBackBytes = 64 * 1024;
}

LineHeads::Known LineHeads::headOf(QByteArrayView line, const LineFields &fields) const
{
    const Known known = m_known.value(fields.isArchived ? fields.stream : QByteArrayView());
    const char *begin = line.data();
    while (begin > m_text.data() && line.data() - begin < LookBackBytes) {
        // From its head to the line before all is known.
        if (known.last && begin <= known.last && begin >= known.headBegin)
            return {line.data(), known.headBegin, known.head};
        const char *end = begin - 1;
        const auto *before = static_cast<const char *>(::memrchr(m_text.data(), '\n', size_t(end - m_text.data())));
        begin = before ? before + 1 : m_text.data();
        const LineFields above = logs::fieldsOf(QByteArrayView(begin, end));
        if (!above.continues && above.isArchived == fields.isArchived && above.stream == fields.stream)
            return {line.data(), begin, above};
    }
    return {line.data(), line.data(), fields};
}

LineFields LineHeads::fieldsOf(QByteArrayView line)
{
    LineFields fields = logs::fieldsOf(line);
    const QByteArrayView environment = fields.isArchived ? fields.stream : QByteArrayView();
    const Known known = fields.continues ? headOf(line, fields) : Known{line.data(), line.data(), fields};
    m_known.insert(environment, known);
    // The same wherever a search began.
    if (!fields.continues || line.data() - known.headBegin >= LookBackBytes)
        return fields;
    LineFields both = known.head;
    both.printed = fields.printed;
    both.text = fields.text;
    if (fields.isArchived) {
        both.epochMs = fields.epochMs;
        both.requestId = fields.requestId;
    }
    return both;
}

} // namespace eph::logs
