// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output.h"

#include <QElapsedTimer>

namespace eph::cli {

/// Tells people what is being done once that takes longer than a moment, each thing once.
class SlowNote
{
public:
    void tell(const QString &doing)
    {
        constexpr qint64 MomentMs = 1000;
        if (doing != m_doing) {
            m_doing = doing;
            m_since.start();
            m_isTold = false;
        }
        if (m_isTold || !m_since.hasExpired(MomentMs))
            return;
        m_isTold = true;
        note(m_doing + u'…');
    }

private:
    QString m_doing;
    QElapsedTimer m_since;
    bool m_isTold = false;
};

} // namespace eph::cli
