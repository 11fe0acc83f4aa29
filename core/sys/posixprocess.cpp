// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/posixprocess.h"

#include "core/base/text.h"
#include "core/sys/descriptorwatch.h"
#include "core/sys/programend.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QMutex>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace eph::sys {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype ReadChunk = 64 * 1024;
/// Output taken in one turn of the event loop; a function that prints without end must not starve the others.
constexpr qsizetype ReadPerTurn = 1024 * 1024;

struct Pipe {
    FileDescriptor reading;
    FileDescriptor writing;
};

/// Two ends that no program inherits; errno tells why there are none.
Pipe openPipe()
{
    int ends[2]{-1, -1};
    (void)!::pipe2(ends, O_CLOEXEC);
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// A file of /proc that is read again and again; opening it each time would cost as much as reading it.
class ProcFile
{
public:
    explicit ProcFile(const QString &path) : m_fd(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC)) {}
    [[nodiscard]] QByteArrayView read()
    {
        const ssize_t got = m_fd.get() < 0 ? -1 : ::pread(m_fd.get(), m_text.data(), m_text.size(), 0);
        return {m_text.data(), std::max<ssize_t>(got, 0)};
    }

private:
    FileDescriptor m_fd;
    std::array<char, 4096> m_text;
};

qint64 valueKiB(QByteArrayView text, QByteArrayView field)
{
    const qsizetype at = text.indexOf(field);
    if (at < 0)
        return 0;
    const qsizetype start = at + field.size();
    return text.sliced(start, text.indexOf("kB", start) - start).trimmed().toLongLong();
}

QList<qint64> pids(QByteArrayView text)
{
    QList<qint64> all;
    // Each is followed by a space; what is not was cut off.
    qsizetype at = 0;
    for (qsizetype space = 0; (space = text.indexOf(' ', at)) >= 0; at = space + 1)
        all << text.sliced(at, space - at).toLongLong();
    return all;
}

QList<qint64> childrenOf(qint64 pid)
{
    QFile file(u"/proc/%1/task/%1/children"_s.arg(pid));
    return file.open(QIODevice::ReadOnly) ? pids(file.readAll()) : QList<qint64>();
}

/// Calls look(pid) for these processes and all below them, as far as a moment allows. Returns how many were found, and not
/// looked at for want of time.
template<class Look>
qsizetype forAllBelow(QList<qint64> found, Look look)
{
    constexpr auto Moment = std::chrono::milliseconds(20);
    const QDeadlineTimer end(Moment);
    while (!found.isEmpty() && !end.hasExpired()) {
        const qint64 pid = found.takeLast();
        look(pid);
        found << childrenOf(pid);
    }
    return found.size();
}

ProcessUsage usageOf(const QList<qint64> &found)
{
    ProcessUsage usage;
    const qsizetype unseen = forAllBelow(found, [&](qint64 pid) {
        ++usage.processes;
        usage.memoryBytes += valueKiB(ProcFile(u"/proc/%1/status"_s.arg(pid)).read(), "VmRSS:") * 1024;
    });
    usage.processes += int(unseen);
    return usage;
}

std::chrono::nanoseconds cpuTimeOf(qint64 pid)
{
    clockid_t clock = 0;
    timespec time{};
    if (::clock_getcpuclockid(pid_t(pid), &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Processes that were killed and not waited for: tearing a large one down takes the kernel milliseconds.
class Departing
{
public:
    void add(pid_t pid)
    {
        const QMutexLocker lock(&m_mutex);
        m_pids << pid;
        collect();
    }
    void reap()
    {
        const QMutexLocker lock(&m_mutex);
        collect();
    }

private:
    void collect() { m_pids.removeIf([](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; }); }

    QMutex m_mutex;
    QList<pid_t> m_pids;
};

Departing &departing()
{
    // The kernel's table of children is one for the whole process, and so is this list.
    static Departing list;
    return list;
}

class PosixProcess final : public Process
{
public:
    PosixProcess(pid_t pid, FileDescriptor pidFd, FileDescriptor output, int wrappers, FileDescriptor status)
        : m_pid(pid)
        , m_wrappers(wrappers)
        , m_statusPipe(std::move(status))
        , m_pidFd(std::move(pidFd))
        , m_output(std::move(output))
        , m_outputWatch(m_output.get(), [this] { drainOutput(); })
        , m_exitWatch(m_pidFd.get(), [this] { reap(); })
    {
        lookAt(pid);
    }

    ~PosixProcess() override
    {
        onOutput = nullptr;
        onExit = nullptr;
        if (m_exited)
            return;
        kill();
        departing().add(m_pid);
    }
    Q_DISABLE_COPY_MOVE(PosixProcess)

    qint64 pid() const override { return m_pid; }

    void drainOutput() override
    {
        qsizetype taken = 0;
        while (m_output.get() >= 0 && taken < ReadPerTurn) {
            std::array<char, ReadChunk> chunk;
            const ssize_t got = ::read(m_output.get(), chunk.data(), chunk.size());
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return;
            if (got == 0) {
                m_outputWatch.stop();
                m_output.reset();
                return;
            }
            taken += got;
            if (onOutput)
                onOutput(QByteArray(chunk.data(), got));
        }
    }

    void suspend() override { signalGroup(SIGSTOP); }
    void resume() override { signalGroup(SIGCONT); }
    void terminate() override
    {
        if (m_exited)
            return;
        find();
        // Who has ended has no children any more.
        QList<qint64> all;
        forAllBelow({m_lookedAt}, [&](qint64 pid) { all << pid; });
        for (const qint64 pid : std::as_const(all))
            ::kill(pid_t(pid), SIGTERM);
    }
    void kill() override { signalGroup(SIGKILL); }

    qint64 peakMemoryBytes() const override
    {
        if (m_exited)
            return m_status.peakMemoryBytes;
        find();
        return valueKiB(m_statusFile->read(), "VmHWM:") * 1024 + usageOf(pids(m_childrenFile->read())).memoryBytes;
    }

    ProcessUsage usage() const override
    {
        if (m_exited)
            return {};
        find();
        const ProcessUsage children = usageOf(pids(m_childrenFile->read()));
        return {valueKiB(m_statusFile->read(), "VmRSS:") * 1024 + children.memoryBytes, 1 + children.processes};
    }

    std::chrono::nanoseconds cpuTime() const override
    {
        std::chrono::nanoseconds time{};
        if (m_exited)
            return time;
        find();
        forAllBelow({m_lookedAt}, [&](qint64 pid) { time += cpuTimeOf(pid); });
        return time;
    }

    void limitFiles(qint64 largestBytes) override
    {
        if (m_exited)
            return;
        find();
        forAllBelow({m_lookedAt}, [largestBytes](qint64 pid) {
            rlimit limit{};
            if (::prlimit(pid_t(pid), RLIMIT_FSIZE, nullptr, &limit) != 0)
                return;
            limit.rlim_cur = std::min<rlim_t>(rlim_t(largestBytes), limit.rlim_max);
            ::prlimit(pid_t(pid), RLIMIT_FSIZE, &limit, nullptr);
        });
    }

private:
    void lookAt(qint64 pid) const
    {
        m_lookedAt = pid;
        m_statusFile.emplace(u"/proc/%1/status"_s.arg(pid));
        m_childrenFile.emplace(u"/proc/%1/task/%1/children"_s.arg(pid));
    }

    /// The program behind its wrappers, once all of them are up.
    void find() const
    {
        for (; m_wrappers > 0; --m_wrappers) {
            const QList<qint64> next = pids(m_childrenFile->read());
            if (next.isEmpty())
                return;
            lookAt(next.first());
        }
    }

    void signalGroup(int signal) const
    {
        if (!m_exited)
            ::kill(-m_pid, signal);
    }

    void reap()
    {
        int status = 0;
        rusage usage{};
        if (m_exited || ::wait4(m_pid, &status, WNOHANG, &usage) != m_pid)
            return;
        m_exitWatch.stop();
        // Children that stayed in the group do not outlive its leader.
        ::kill(-m_pid, SIGKILL);
        drainOutput();
        m_exited = true;
        m_status.peakMemoryBytes = qint64(usage.ru_maxrss) * 1024;
        ProgramEnd end;
        if (m_statusPipe.get() >= 0 && ::read(m_statusPipe.get(), &end, sizeof end) == ssize_t(sizeof end)) {
            status = end.waitStatus;
            m_status.startError = end.startError;
            m_status.peakMemoryBytes = qint64(end.peakKiB) * 1024;
        } else if (m_statusPipe.get() >= 0 && WIFEXITED(status) && WEXITSTATUS(status) > SignalledExit) {
            // A part of the sandbox was killed before it could tell; the outermost says so as a shell does.
            status = WEXITSTATUS(status) - SignalledExit;
        }
        if (WIFSIGNALED(status))
            m_status.signal = WTERMSIG(status);
        else
            m_status.code = WEXITSTATUS(status);
        if (onExit)
            std::exchange(onExit, nullptr)(m_status);
    }

    static constexpr int SignalledExit = 128;

    pid_t m_pid;
    mutable qint64 m_lookedAt = 0;
    mutable int m_wrappers; ///< Still between what is looked at and the program.
    FileDescriptor m_statusPipe;
    FileDescriptor m_pidFd;
    FileDescriptor m_output;
    DescriptorWatch m_outputWatch;
    DescriptorWatch m_exitWatch;
    mutable std::optional<ProcFile> m_statusFile;
    mutable std::optional<ProcFile> m_childrenFile;
    bool m_exited = false;
    ExitStatus m_status;
};

std::vector<char *> pointers(QList<QByteArray> &strings)
{
    std::vector<char *> all;
    for (QByteArray &string : strings)
        all.push_back(string.data());
    all.push_back(nullptr);
    return all;
}

/// As in linux/close_range.h, which older C libraries do not bring.
constexpr unsigned CloseRangeCloexec = 1U << 2;

/// All that vfork's child needs, made beforehand: between vfork and exec only async-signal-safe calls are allowed.
struct ChildPlan {
    const char *program;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    int output;
    int input;
    int connection; ///< -1: none.
    int status;     ///< -1: none.
    rlim_t largestFile;
    rlim_t processes;
    int failure; ///< Takes the errno of a start that failed; closes by itself when the program runs.
    pid_t parent;
};

[[noreturn]] void giveUp(const ChildPlan &plan)
{
    const int reason = errno;
    (void)!::write(plan.failure, &reason, sizeof reason);
    ::_exit(127);
}

[[noreturn]] void becomeChild(const ChildPlan &plan)
{
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent)
        ::_exit(127);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    // A file that cannot grow is an error for the program to handle, as a full disk is.
    ::signal(SIGXFSZ, SIG_IGN);
    if (::dup2(plan.input, 0) < 0 || ::dup2(plan.output, 1) < 0 || ::dup2(plan.output, 2) < 0 || ::chdir(plan.directory) < 0)
        giveUp(plan);
    // What is handed on lies above these numbers.
    constexpr int Connection = 3;
    constexpr int Status = 4;
    if ((plan.connection >= 0 && ::dup2(plan.connection, Connection) < 0) || (plan.status >= 0 && ::dup2(plan.status, Status) < 0))
        giveUp(plan);
    // Nothing else that is open here is the program's: not what our own caller left open, either.
    if (plan.connection < 0)
        (void)::syscall(SYS_close_range, Connection, Connection, CloseRangeCloexec);
    (void)::syscall(SYS_close_range, plan.status >= 0 ? Status + 1 : Status, ~0U, CloseRangeCloexec);
    const rlimit largest{plan.largestFile, plan.largestFile};
    if (plan.largestFile > 0)
        ::setrlimit(RLIMIT_FSIZE, &largest);
    const rlimit processes{plan.processes, plan.processes};
    if (plan.processes > 0)
        ::setrlimit(RLIMIT_NPROC, &processes);
    constexpr rlimit Files{1024, 1024};
    constexpr rlimit NoCore{0, 0};
    ::setrlimit(RLIMIT_NOFILE, &Files);
    ::setrlimit(RLIMIT_CORE, &NoCore);
    ::execve(plan.program, plan.arguments, plan.environment);
    giveUp(plan);
}

} // namespace

Result<std::unique_ptr<Process>> PosixProcessLauncher::start(const ProcessSpec &spec)
{
    departing().reap();
    Pipe output = openPipe();
    Pipe failed = openPipe();
    if (output.writing.get() < 0 || failed.writing.get() < 0)
        return failure(ErrorCode::Io, Core::tr("No pipe could be opened for “%1”.").arg(spec.program), Core::tr("Too many files may be open; end some environments."), QString::fromLocal8Bit(std::strerror(errno)));
    ::fcntl(output.reading.get(), F_SETFL, O_NONBLOCK);
    FileDescriptor nullInput(::open("/dev/null", O_RDONLY | O_CLOEXEC));

    const QByteArray program = QFile::encodeName(spec.program);
    const QByteArray directory = QFile::encodeName(spec.workingDirectory);
    QList<QByteArray> arguments{program};
    for (const QString &argument : spec.arguments)
        arguments << argument.toLocal8Bit();
    QList<QByteArray> environment = spec.environment;
    const std::vector<char *> argv = pointers(arguments);
    const std::vector<char *> envp = pointers(environment);
    FileDescriptor connection = spec.connection ? std::move(*spec.connection) : FileDescriptor();
    Pipe status = spec.wrappers > 0 ? openPipe() : Pipe();
    // None of these may lie where another one goes.
    constexpr int FirstFree = 5;
    for (FileDescriptor *descriptor : {&failed.writing, &connection, &status.writing, &output.writing, &nullInput}) {
        if (descriptor->get() >= 0 && descriptor->get() < FirstFree)
            *descriptor = FileDescriptor(::fcntl(descriptor->get(), F_DUPFD_CLOEXEC, FirstFree));
    }
    const ChildPlan plan{program.constData(), argv.data(), envp.data(), directory.constData(), output.writing.get(), nullInput.get(), connection.get(), status.writing.get(), rlim_t(spec.largestFileBytes), rlim_t(spec.processes), failed.writing.get(), ::getpid()};

    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::vfork();
    if (pid == 0)
        becomeChild(plan);
    int reason = pid < 0 ? errno : 0;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    // Ends with the child's exec, which closes the other end.
    failed.writing.reset();
    while (pid > 0 && ::read(failed.reading.get(), &reason, sizeof reason) < 0 && errno == EINTR) {
    }

    if (reason != 0) {
        if (pid > 0)
            ::waitpid(pid, nullptr, 0);
        return failure(ErrorCode::Io, Core::tr("“%1” could not be started: %2.").arg(spec.program, QString::fromLocal8Bit(std::strerror(reason))),
                       Core::tr("Check that the file exists and may be executed."), QString::fromLocal8Bit(std::strerror(reason)));
    }
    FileDescriptor pidFd(int(::syscall(SYS_pidfd_open, pid, 0)));
    if (pidFd.get() < 0) {
        const int why = errno;
        ::kill(-pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        const QString detail = u"pidfd_open: "_s + QString::fromLocal8Bit(std::strerror(why));
        const bool full = why == EMFILE || why == ENFILE || why == ENOMEM;
        return failure(full ? ErrorCode::Io : ErrorCode::Unsupported, Core::tr("“%1” could not be watched (%2).").arg(spec.program, detail),
                       full ? Core::tr("Too many files may be open; end some environments.") : Core::tr("Linux 5.3 or newer is needed, and a container that allows pidfd_open."), detail);
    }
    ::fcntl(pidFd.get(), F_SETFD, FD_CLOEXEC);
    return std::make_unique<PosixProcess>(pid, std::move(pidFd), std::move(output.reading), spec.wrappers, std::move(status.reading));
}

} // namespace eph::sys
