// SPDX-License-Identifier: GPL-3.0-or-later
// ephemera-init STATUS_FD PROGRAM ARGUMENTS...: the first process inside a sandbox. Starts the program, takes care of what
// loses its parent, and writes how the program ended and what it used to the descriptor: an exit status alone could not
// tell a signal from a number.
#include "core/sys/programend.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

pid_t program = -1;

void passOn(int signal)
{
    if (program > 0)
        ::kill(program, signal);
}

int report(int descriptor, const eph::sys::ProgramEnd &end)
{
    return ::write(descriptor, &end, sizeof end) == ssize_t(sizeof end) ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const int descriptor = std::atoi(argv[1]);
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    struct sigaction action{};
    action.sa_handler = passOn;
    ::sigaction(SIGTERM, &action, nullptr);
    program = ::fork();
    if (program == 0) {
        ::execv(argv[2], argv + 2);
        eph::sys::ProgramEnd end;
        end.startError = errno;
        (void)report(descriptor, end);
        ::_exit(127);
    }
    if (program < 0)
        return 1;
    for (;;) {
        int status = 0;
        rusage usage{};
        const pid_t ended = ::wait4(-1, &status, 0, &usage);
        if (ended < 0 && errno == EINTR)
            continue;
        if (ended != program && ended > 0)
            continue;
        eph::sys::ProgramEnd end;
        end.waitStatus = status;
        end.peakKiB = usage.ru_maxrss;
        return report(descriptor, end);
    }
}
