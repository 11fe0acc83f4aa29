// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/posixprocess.h"

#include <QFile>
#include <QTest>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <thread>

using namespace eph;
using namespace Qt::StringLiterals;

class tst_PosixProcess : public QObject
{
    Q_OBJECT

    struct Run {
        QByteArray output;
        std::optional<sys::ExitStatus> status;
        std::unique_ptr<sys::Process> process;
    };

    static void start(Run &run, const QString &script, QList<QByteArray> environment = {"PATH=/usr/bin:/bin"})
    {
        sys::PosixProcessLauncher launcher;
        run.process = launcher.start({u"/bin/sh"_s, {u"-c"_s, script}, u"/tmp"_s, std::move(environment)}).value();
        run.process->onOutput = [&run](const QByteArray &bytes) { run.output += bytes; };
        run.process->onExit = [&run](const sys::ExitStatus &status) { run.status = status; };
    }

    static bool isAlive(qint64 pid)
    {
        QFile stat(u"/proc/%1/stat"_s.arg(pid));
        if (!stat.open(QIODevice::ReadOnly))
            return false;
        const QByteArray text = stat.readAll();
        return text.at(text.lastIndexOf(')') + 2) != 'Z';
    }

private Q_SLOTS:
    void givesOutputThenExit()
    {
        Run run;
        start(run, u"echo out; echo err >&2; exit 3"_s);
        QTRY_VERIFY(run.status);
        QCOMPARE(run.output, "out\nerr\n");
        QCOMPARE(run.status->code, 3);
        QCOMPARE(run.status->signal, 0);
        QVERIFY(run.status->peakMemoryBytes > 100'000);
    }

    void tellsTheSignal()
    {
        Run run;
        start(run, u"kill -SEGV $$"_s);
        QTRY_VERIFY(run.status);
        QCOMPARE(run.status->signal, SIGSEGV);
    }

    void inheritsNothing()
    {
        qputenv("EPHEMERA_LEAK", "yes");
        Run run;
        // As a shell leaves one open with 7<file: neither opened by us nor marked to be closed.
        const int leaked = ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 123);
        start(run, u"env; for f in /proc/$$/fd/*; do echo fd ${f##*/}; done; ulimit -n; ulimit -c; pwd"_s, {"PATH=/usr/bin:/bin", "ONLY=this"});
        QTRY_VERIFY(run.status);
        ::close(leaked);
        QVERIFY(!run.output.contains("fd 123"));
        QVERIFY2(run.output.count("fd ") <= 4, run.output.constData());
        QVERIFY(run.output.contains("\n1024\n0\n"));
        QVERIFY(run.output.contains("ONLY=this"));
        QVERIFY(!run.output.contains("EPHEMERA_LEAK"));
        QVERIFY(!run.output.contains("HOME="));
        QVERIFY(run.output.endsWith("/tmp\n"));
    }

    void killsTheWholeGroup()
    {
        Run run;
        start(run, u"sleep 100 & echo $!; wait"_s);
        QTRY_VERIFY(run.output.endsWith('\n'));
        const qint64 grandchild = run.output.trimmed().toLongLong();
        QVERIFY(isAlive(grandchild));
        run.process->kill();
        QTRY_VERIFY(run.status);
        QTRY_VERIFY(!isAlive(grandchild));
    }

    void endsWithItsOwner()
    {
        Run run;
        start(run, u"sleep 100"_s);
        const qint64 pid = run.process->pid();
        run.process.reset();
        QTRY_VERIFY(!isAlive(pid));
    }

    void standsStillWhileSuspended()
    {
        Run run;
        start(run, u"while true; do echo x; sleep 0.01; done"_s);
        QTRY_VERIFY(run.output.size() > 4);
        run.process->suspend();
        QTest::qWait(30);
        run.process->drainOutput();
        const qsizetype before = run.output.size();
        QTest::qWait(80);
        run.process->drainOutput();
        QCOMPARE(run.output.size(), before);
        run.process->resume();
        QTRY_VERIFY(run.output.size() > before);
    }

    void measuresChildrenToo()
    {
        Run run;
        start(run, u"python3 -S -c 'x = bytearray(80 << 20); import time; print(1, flush=True); time.sleep(100)' & wait"_s, {"PATH=/usr/bin:/bin"});
        QTRY_VERIFY_WITH_TIMEOUT(!run.output.isEmpty(), 10'000);
        QVERIFY(run.process->usage().memoryBytes > 80 << 20);
    }

    void saysThatTheSystemCannotWatchAProgram_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<QString>("wayOut");
        QTest::newRow("the kernel is old or forbids it") << ENOSYS << u"Linux 5.3"_s;
        QTest::newRow("no descriptor is left") << EMFILE << u"Too many files"_s;
    }

    void saysThatTheSystemCannotWatchAProgram()
    {
        QFETCH(int, answer);
        QFETCH(QString, wayOut);
        std::optional<Error> error;
        // The filter is the thread's and ends with it.
        std::thread([&] {
            sock_filter steps[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | quint32(answer)),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
            };
            const sock_fprog filter{std::size(steps), steps};
            if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
                return;
            sys::PosixProcessLauncher launcher;
            if (const auto process = launcher.start({u"/bin/sleep"_s, {u"60"_s}, u"/tmp"_s, {}}); !process)
                error = process.error();
        }).join();
        QVERIFY2(error, "the program was started, or this machine takes no seccomp filter");
        QVERIFY2(error->message.contains(u"pidfd_open"_s) && error->message.contains(u"/bin/sleep"_s), qPrintable(error->message));
        QVERIFY2(error->hint.contains(wayOut), qPrintable(error->hint));
        // What an environment tells of it in its log.
        QVERIFY2(error->detail.startsWith(u"pidfd_open: "_s), qPrintable(error->detail));
    }

    void saysWhyAProgramCannotBeStarted_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("reason");
        QTest::newRow("missing") << "/nonexistent/program" << "No such file or directory";
        QTest::newRow("not executable") << "/etc/passwd" << "Permission denied";
        QTest::newRow("folder") << "/tmp" << "Permission denied";
    }
    void saysWhyAProgramCannotBeStarted()
    {
        QFETCH(QString, program);
        sys::PosixProcessLauncher launcher;
        const auto started = launcher.start({program, {}, u"/tmp"_s, {}});
        QVERIFY(!started);
        QTEST(started.error().detail, "reason");
        QVERIFY(started.error().message.contains(program));
    }
};

QTEST_GUILESS_MAIN(tst_PosixProcess)
#include "tst_posixprocess.moc"
