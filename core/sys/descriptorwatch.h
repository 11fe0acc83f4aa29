// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <functional>
#include <memory>

class QSocketNotifier;

namespace eph::sys {

class DescriptorWatches;

/// Tells, in the event loop of the thread that made it, whenever a descriptor can be read or its other end is gone, once in each turn. For
/// descriptors that are many and speak seldom: the loop asks the kernel about each of its own at every turn, and about all of these with one.
class DescriptorWatch
{
public:
    /// `onReadable` may destroy this and others.
    DescriptorWatch(int descriptor, std::function<void()> onReadable);
    ~DescriptorWatch();
    DescriptorWatch(const DescriptorWatch &) = delete;
    DescriptorWatch &operator=(const DescriptorWatch &) = delete;

    /// Before the descriptor is closed.
    void stop();

private:
    friend class DescriptorWatches;

    std::shared_ptr<DescriptorWatches> m_all; ///< Of the thread.
    int m_descriptor;
    std::function<void()> m_onReadable;
    quint64 m_toldIn = 0; ///< Turn.
    std::unique_ptr<QSocketNotifier> m_notifier; ///< Where the kernel takes no more into its set.
};

} // namespace eph::sys
