// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/runtime/asyncqueue.h"

namespace eph::cloud {

/// Sends the warm-up events of a project while it is served: at once, then at each one's rate. Lives on the runtime's thread.
class WarmUps : public QObject
{
    Q_OBJECT
public:
    WarmUps(FunctionCatalogue &catalogue, runtime::AsyncQueue &queue, const sys::Clock &clock);

    /// Sends what is due now, and goes on by itself.
    void start();

private:
    void sendDue();

    FunctionCatalogue &m_catalogue;
    runtime::AsyncQueue &m_queue;
    const sys::Clock &m_clock;
    QHash<QString, sys::Nanoseconds> m_sent; ///< When each function was sent its last one.
    QTimer m_timer;
};

} // namespace eph::cloud
