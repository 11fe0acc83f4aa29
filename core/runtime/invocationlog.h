// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace eph::runtime {

/// The log of one invocation, bounded: of an immense one the beginning and the end are kept and the gap is counted.
class InvocationLog
{
public:
    static constexpr qsizetype HeadBytes = 256 * 1024;
    static constexpr qsizetype TailBytes = 768 * 1024;

    void append(const QByteArray &line);
    [[nodiscard]] QByteArray text() const;
    /// All that was appended.
    [[nodiscard]] qint64 bytes() const { return m_bytes; }

private:
    QByteArray m_head;
    QByteArray m_tail;
    qint64 m_dropped = 0;
    qint64 m_bytes = 0;
};

} // namespace eph::runtime
