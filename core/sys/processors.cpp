// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/processors.h"

#include <QByteArrayView>
#include <QThread>
#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>

namespace eph::sys {

int processorCount()
{
    static const int count = std::max(1, QThread::idealThreadCount());
    return count;
}

ProcessorLoad::ProcessorLoad()
    : m_file(::open("/proc/loadavg", O_RDONLY | O_CLOEXEC))
{
}

ProcessorLoad::~ProcessorLoad()
{
    if (m_file >= 0)
        ::close(m_file);
}

bool ProcessorLoad::isOneIdle() const
{
    std::array<char, 64> text;
    const ssize_t size = m_file < 0 ? -1 : ::pread(m_file, text.data(), text.size(), 0);
    const QByteArrayView line(text.data(), std::max<ssize_t>(size, 0));
    // 0.31 0.42 0.50 3/345 12345: the fourth says how many can run, of how many there are.
    const qsizetype slash = line.indexOf('/');
    if (slash < 0)
        return true;
    const qsizetype start = line.first(slash).lastIndexOf(' ') + 1;
    return line.sliced(start, slash - start).toInt() < processorCount();
}

} // namespace eph::sys
