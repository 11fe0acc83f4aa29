// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/descriptorwatch.h"

#include "core/sys/filedescriptor.h"

#include <QSocketNotifier>
#include <sys/epoll.h>
#include <utility>

namespace eph::sys {

/// All of a thread.
class DescriptorWatches : public std::enable_shared_from_this<DescriptorWatches>
{
public:
    [[nodiscard]] static std::shared_ptr<DescriptorWatches> ofThread()
    {
        static thread_local std::weak_ptr<DescriptorWatches> known;
        auto all = known.lock();
        if (!all)
            known = all = std::make_shared<DescriptorWatches>();
        return all;
    }

    DescriptorWatches()
        : m_epoll(::epoll_create1(EPOLL_CLOEXEC))
    {
        if (m_epoll.get() < 0)
            return;
        m_notifier = std::make_unique<QSocketNotifier>(m_epoll.get(), QSocketNotifier::Read);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this] { tell(); });
    }

    [[nodiscard]] bool add(DescriptorWatch &watch)
    {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &watch;
        return ::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, watch.m_descriptor, &event) == 0;
    }
    void remove(int descriptor) { ::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, descriptor, nullptr); }

private:
    void tell()
    {
        // Whoever is told may end the last of them.
        const auto alive = shared_from_this();
        ++m_turn;
        // One at a time, for whoever is told may end the next. What can be read still comes again after all others: then the turn is over.
        epoll_event event{};
        while (::epoll_wait(m_epoll.get(), &event, 1, 0) == 1) {
            auto &watch = *static_cast<DescriptorWatch *>(event.data.ptr);
            if (std::exchange(watch.m_toldIn, m_turn) == m_turn)
                return;
            const std::function<void()> onReadable = watch.m_onReadable;
            onReadable();
        }
    }

    FileDescriptor m_epoll;
    std::unique_ptr<QSocketNotifier> m_notifier;
    quint64 m_turn = 0;
};

DescriptorWatch::DescriptorWatch(int descriptor, std::function<void()> onReadable)
    : m_all(DescriptorWatches::ofThread())
    , m_descriptor(descriptor)
    , m_onReadable(std::move(onReadable))
{
    if (m_all->add(*this))
        return;
    m_notifier = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), m_onReadable);
}

DescriptorWatch::~DescriptorWatch()
{
    stop();
}

void DescriptorWatch::stop()
{
    if (m_notifier)
        m_notifier->setEnabled(false);
    else if (m_descriptor >= 0)
        m_all->remove(m_descriptor);
    m_descriptor = -1;
}

} // namespace eph::sys
