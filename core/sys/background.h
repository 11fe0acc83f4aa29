// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThreadPool>
#include <memory>
#include <mutex>

namespace eph::sys {

/// Work on pool threads whose results come back to the owner's thread. A member of its owner, so that what finishes after
/// the owner is gone is dropped; a QPointer could not promise that, it may only be asked on the owner's own thread.
class BackgroundJobs
{
public:
    explicit BackgroundJobs(QObject *owner)
        : m_link(std::make_shared<Link>())
    {
        m_link->owner = owner;
    }
    ~BackgroundJobs()
    {
        const std::lock_guard lock(m_link->mutex);
        m_link->owner = nullptr;
    }
    Q_DISABLE_COPY_MOVE(BackgroundJobs)

    /// Runs work() on a pool thread, then done(result) on the owner's thread.
    template<class Work, class Done>
    void run(Work work, Done done)
    {
        QThreadPool::globalInstance()->start([link = m_link, work = std::move(work), done = std::move(done)]() mutable {
            auto result = work();
            const std::lock_guard lock(link->mutex);
            if (link->owner)
                QMetaObject::invokeMethod(link->owner, [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); }, Qt::QueuedConnection);
        });
    }

private:
    struct Link {
        std::mutex mutex;
        QObject *owner = nullptr;
    };
    std::shared_ptr<Link> m_link;
};

} // namespace eph::sys
