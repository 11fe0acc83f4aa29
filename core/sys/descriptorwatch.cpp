// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/descriptorwatch.h"

#include "core/sys/filedescriptor.h"

#include <QSocketNotifier>
#include <sys/epoll.h>
#include <utility>

namespace eph::sys {

/// All of a thread.
class DescriptorWatches
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
        , m_notifier(m_epoll.get(), QSocketNotifier::Read)
    {
        QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] { tell(); });
    }

    void add(DescriptorWatch &watch)
    {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &watch;
        ::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, watch.m_descriptor, &event);
    }
    void remove(int descriptor) { ::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, descriptor, nullptr); }

private:
    void tell()
    {
        // One at a time, for whoever is told may destroy the next. Sockets have their turn, too.
        constexpr int MostPerTurn = 32;
        epoll_event event{};
        for (int told = 0; told < MostPerTurn && ::epoll_wait(m_epoll.get(), &event, 1, 0) == 1; ++told) {
            const std::function<void()> onReadable = static_cast<DescriptorWatch *>(event.data.ptr)->m_onReadable;
            onReadable();
        }
    }

    FileDescriptor m_epoll;
    QSocketNotifier m_notifier;
};

DescriptorWatch::DescriptorWatch(int descriptor, std::function<void()> onReadable)
    : m_all(DescriptorWatches::ofThread())
    , m_descriptor(descriptor)
    , m_onReadable(std::move(onReadable))
{
    m_all->add(*this);
}

DescriptorWatch::~DescriptorWatch()
{
    stop();
}

void DescriptorWatch::stop()
{
    if (m_descriptor >= 0)
        m_all->remove(std::exchange(m_descriptor, -1));
}

} // namespace eph::sys
