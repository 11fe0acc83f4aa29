// SPDX-License-Identifier: GPL-3.0-or-later
// ephemera-guard TOKEN [FOLDER]: waits until its standard input closes, then kills every process of this user that has the
// token in its environment, until none is left, and removes the folder. Needs nothing but the C library, so that it starts in
// a millisecond.

#include "core/sys/stragglers.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

int removeEntry(const char *path, const struct stat *, int kind, FTW *)
{
    // What is in a closed folder is found when it is walked again.
    if (kind == FTW_DNR)
        ::chmod(path, S_IRWXU);
    else if (::remove(path) != 0 && kind == FTW_DP)
        ::chmod(path, S_IRWXU);
    return 0;
}

/// Follows no links and leaves the file system alone that it is mounted on.
void removeFolder(const char *path)
{
    constexpr int MaxWalks = 64;
    constexpr int MaxOpenFolders = 16;
    for (int i = 0; i < MaxWalks && ::access(path, F_OK) == 0; ++i)
        ::nftw(path, removeEntry, MaxOpenFolders, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3 || std::strlen(argv[1]) < 16) {
        std::fprintf(stderr, "usage: ephemera-guard TOKEN [FOLDER]\n");
        return 2;
    }
    // A session of its own: what ends the terminal's jobs does not end the guard.
    ::setsid();
    for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT})
        std::signal(ignored, SIG_IGN);
    char byte;
    while (::read(0, &byte, 1) > 0) {
    }
    eph::sys::killAllWithToken(argv[1]);
    if (argc == 3)
        removeFolder(argv[2]);
    return 0;
}
