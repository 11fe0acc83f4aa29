// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/invocation.h"

#include <QList>
#include <deque>
#include <mutex>

namespace eph::services {

/// The last invocations with their events and answers, bounded in number and size; what is too large is left out. Any thread.
class RecentInvocations
{
public:
    static constexpr size_t Most = 2000;
    static constexpr qint64 MostBytes = 16LL * 1024 * 1024;
    static constexpr qint64 LargestText = 256LL * 1024;

    void take(const runtime::EndedInvocation &ended);
    /// The newest with that id: a retry has the id of its first try.
    [[nodiscard]] std::optional<runtime::EndedInvocation> find(const QByteArray &requestId) const;
    /// All that were caused by one thing, in the order in which they began.
    [[nodiscard]] QList<runtime::EndedInvocation> ofTrace(const QByteArray &traceRoot) const;

    /// The last ones that a source of that kind and name caused, the newest first.
    [[nodiscard]] QList<runtime::EndedInvocation> causedBy(const runtime::Origin &source, qsizetype most) const;

    /// The last events that functions of these names were sent, each once, the newest first.
    [[nodiscard]] QList<QByteArray> eventsOf(const QStringList &functions, qsizetype most) const;

private:
    mutable std::mutex m_mutex;
    std::deque<runtime::EndedInvocation> m_all;
    qint64 m_bytes = 0;
};

} // namespace eph::services
