// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/processguard.h"

#include "core/sys/paths.h"

#include <QFile>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

namespace eph::sys {

ProcessGuard::ProcessGuard(const QString &token, const QString &folder)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return;
    const QByteArray program = QFile::encodeName(helperPath(QStringLiteral("ephemera-guard")));
    QByteArray argument = token.toLocal8Bit();
    QByteArray name = program;
    QByteArray removed = QFile::encodeName(folder);
    char *const arguments[] = {name.data(), argument.data(), removed.isEmpty() ? nullptr : removed.data(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    // Nobody shall wait for the guard because it holds their pipe.
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t pid = -1;
    const int failed = ::posix_spawn(&pid, program.constData(), &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[0]);
    if (failed != 0) {
        ::close(ends[1]);
        return;
    }
    m_pipe = ends[1];
}

ProcessGuard::~ProcessGuard()
{
    if (m_pipe < 0)
        return;
    // It sweeps on its own; waiting for it would only hold up whoever waits for us.
    ::close(m_pipe);
}

} // namespace eph::sys
