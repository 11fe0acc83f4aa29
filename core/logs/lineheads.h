// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/linefields.h"

#include <QHash>

namespace eph::logs {

/// Finds the line that another goes on with, such as the error above a stack trace: of an archive's lines one of the same environment.
/// Asked about lines in their order, it looks at each line between them once.
class LineHeads
{
public:
    /// `text` is what the lines are of.
    explicit LineHeads(QByteArrayView text)
        : m_text(text)
    {
    }

    /// Of a line that goes on with another, what that one says of both: its level and kind, and what the line itself does not know.
    /// Of the line alone when that is more than 64 KiB away.
    [[nodiscard]] LineFields fieldsOf(QByteArrayView line);

private:
    /// The line that was asked about last, and what it and all of its environment back to its head go by.
    struct Known {
        const char *last = nullptr;
        const char *headBegin = nullptr;
        LineFields head;
    };
    [[nodiscard]] Known headOf(QByteArrayView line, const LineFields &fields) const;

    QByteArrayView m_text;
    QHash<QByteArrayView, Known> m_known; ///< By environment; the empty one is what nobody has put a name before.
};

} // namespace eph::logs
