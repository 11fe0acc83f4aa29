// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/linefields.h"

namespace eph::logs {

/// Finds the line that another goes on with, such as the error above a stack trace. Asked about lines in their order, it looks at
/// each line between them once.
class LineHeads
{
public:
    /// `text` is what the lines are of.
    explicit LineHeads(QByteArrayView text)
        : m_text(text)
    {
    }

    /// Fields of the line itself or, where it goes on with another, of that one; of itself when that is more than 64 KiB away.
    [[nodiscard]] LineFields fieldsOf(QByteArrayView line);

private:
    QByteArrayView m_text;
    const char *m_last = nullptr; ///< Begin of the line that was asked about last.
    LineFields m_head; ///< What it, and all lines from its head to it, go by.
    const char *m_headBegin = nullptr;
};

} // namespace eph::logs
