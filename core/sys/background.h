// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

namespace eph::sys {

/// Runs work() on a pool thread and then done(result) on the application's thread; done is dropped when its receiver is gone.
/// The receiver lives on the application's thread.
template<class Work, class Done>
void runInBackground(QObject *receiver, Work work, Done done)
{
    QThreadPool::globalInstance()->start([receiver = QPointer(receiver), work = std::move(work), done = std::move(done)]() mutable {
        auto result = work();
        // The application outlives the pool's threads, a receiver need not: only the application's thread may look at it.
        QMetaObject::invokeMethod(qApp, [receiver = std::move(receiver), done = std::move(done), result = std::move(result)]() mutable {
            if (receiver)
                done(std::move(result));
        }, Qt::QueuedConnection);
    });
}

} // namespace eph::sys
