// SPDX-License-Identifier: GPL-3.0-or-later
// ephemera-guard TOKEN: waits until its standard input closes, then kills every process of this user that has the token in
// its environment, until none is left. Needs nothing but the C library, so that it starts in a millisecond.

#include "core/sys/stragglers.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>

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
    eph::sys::killAllWithToken(argv[1]);
    return 0;
}
