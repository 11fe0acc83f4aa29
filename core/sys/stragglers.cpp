// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/stragglers.h"

#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace eph::sys {

namespace {

bool carries(const char *pid, const std::string &token)
{
    const int file = ::open((std::string("/proc/") + pid + "/environ").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    std::string text;
    char chunk[8192];
    for (ssize_t got = 0; (got = ::read(file, chunk, sizeof chunk)) > 0;)
        text.append(chunk, size_t(got));
    ::close(file);
    return text.find(token) != std::string::npos;
}

/// Returns how many there were.
int sweep(const std::string &token)
{
    DIR *processes = ::opendir("/proc");
    if (!processes)
        return 0;
    int killed = 0;
    while (const dirent *entry = ::readdir(processes)) {
        const int pid = std::atoi(entry->d_name);
        if (pid <= 1 || pid == ::getpid() || !carries(entry->d_name, token))
            continue;
        ::kill(pid, SIGKILL);
        ++killed;
    }
    ::closedir(processes);
    return killed;
}

} // namespace

void killAllWithToken(const std::string &token)
{
    constexpr int MaxSweeps = 200;
    constexpr useconds_t Pause = 2000;
    for (int i = 0; i < MaxSweeps && sweep(token) > 0; ++i)
        ::usleep(Pause);
}

} // namespace eph::sys
