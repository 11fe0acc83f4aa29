// SPDX-License-Identifier: GPL-3.0-or-later
// ephemera-guard TOKEN: waits until its standard input closes, then kills every process of this user that has the token in
// its environment, until none is left. Needs nothing but the C library, so that it starts in a millisecond.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <unistd.h>

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

/// Kills what carries the token; returns how many there were.
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

int main(int argc, char **argv)
{
    if (argc != 2 || std::strlen(argv[1]) < 16) {
        std::fprintf(stderr, "usage: ephemera-guard TOKEN\n");
        return 2;
    }
    // A session of its own: what ends the terminal's jobs does not end the guard.
    ::setsid();
    for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT})
        std::signal(ignored, SIG_IGN);
    char byte;
    while (::read(0, &byte, 1) > 0) {
    }
    constexpr int MaxSweeps = 200;
    for (int i = 0; i < MaxSweeps && sweep(argv[1]) > 0; ++i)
        ::usleep(2000);
    return 0;
}
