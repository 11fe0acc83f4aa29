// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/invokerunner.h"
#include "core/logs/logstore.h"

#include <QTimer>

namespace eph::cli {

/// Prints what functions write to stderr while they run, for people. In JSON the log is part of the document.
class LiveLog
{
public:
    LiveLog(const logs::LogStore &store, Format format);
    /// What came since the last look; also at the end, when somebody interrupts.
    ~LiveLog() { flush(); }
    Q_DISABLE_COPY_MOVE(LiveLog)

    void flush();

private:
    const logs::LogStore &m_store;
    Format m_format;
    qint64 m_next = 0;
    QTimer m_timer;
};

} // namespace eph::cli
