// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/deadline.h"
#include "core/logs/line.h"
#include "core/logs/linesplitter.h"
#include "core/runtime/codeidentity.h"
#include "core/runtime/extensions.h"
#include "core/runtime/invocationlog.h"
#include "core/runtime/lanestore.h"
#include "core/runtime/launchplan.h"
#include "core/runtime/platformevents.h"
#include "core/runtime/processorshare.h"
#include "core/runtime/runtimeapi.h"
#include "core/runtime/sandbox.h"
#include "core/runtime/streamgate.h"
#include "core/sys/background.h"
#include "core/sys/clock.h"
#include "core/sys/process.h"

#include <QObject>
#include <QDir>
#include <QTemporaryDir>
#include <QTimer>
#include <memory>

namespace eph::runtime {

/// What environments need from the world.
struct Surroundings {
    sys::ProcessLauncher &launcher;
    const sys::Clock &clock;
    logs::Sink &sink;
    QString hostToken;
    /// Keep environments for later invocations, frozen in between. Off for a single run.
    bool keepWarm = true;
    /// On-demand initialisation may take this long before it is done again as part of the invocation.
    std::chrono::milliseconds initLimit{10'000};
    SandboxOptions sandbox = {};
    /// Asked before a process starts: true where it has to wait for others to end. Runtime's thread.
    std::function<bool()> isCrowded = {};
    CloudAddresses cloud = {};
    LaneStore *lanes = nullptr; ///< Gets the life of each environment.
    /// Start an interpreter ahead of need where a function runs, so that its next cold start does not wait for it.
    bool prestart = false;
    /// Hold functions to the processor time that their memory buys.
    bool sharesProcessor = false;
    /// An idle environment is ended after this long.
    std::chrono::seconds idleLife{600};
    QString scratchFolder = QDir::tempPath(); ///< Where environments keep their files.
    int running = 0; ///< Environments that start or run something; kept by themselves.
    double epochBaseMs = 0; ///< Epoch of the monotonic clock's zero; set by the pool.
};

/// What an environment does, for those who watch.
enum class EnvironmentState {
    Prestarted, ///< The interpreter is up, or coming up, and no code is loaded.
    Starting,
    Idle,
    Busy,
    ShuttingDown, ///< The runtime has its time to end, then its extensions.
    Ended,
};

/// Why a process of an environment ended.
enum class EndReason { CodeChanged, ConfigurationChanged, MadeCold, Idle, OthersUsedMore, InitFailed, InitTimedOut, TimedOut, OutOfMemory, Exited, ExtensionFailed, ShutDown };
/// For people.
[[nodiscard]] QString endReasonText(EndReason reason);

/// One execution environment: a process group with its own Runtime API that runs one invocation at a time. After a
/// failure that costs the process, the environment stays (with its scratch folder) and starts a new process for the next
/// invocation. Lives on the runtime's thread.
class Environment : public QObject
{
    Q_OBJECT
public:
    /// One state of the code: its hash, and what CodeWatch::generation() said then.
    struct Code {
        std::shared_ptr<CodeIdentity> identity;
        quint64 generation = 0;
    };

    Environment(FunctionConfig config, LaunchPlan plan, Code code, Surroundings &surroundings);
    ~Environment() override;

    /// Opens the Runtime API. Must succeed before anything else.
    [[nodiscard]] Result<void> open();

    /// Starts the interpreter and leaves it waiting; the first invocation loads the code. Only for managed runtimes.
    void prestart();
    /// Initialises it now, for provisioned concurrency.
    void provision();
    [[nodiscard]] bool isProvisioned() const { return m_provisioned; }
    /// Starting it ahead of need did not work; only an invocation tries again.
    [[nodiscard]] bool hasEndedAhead() const { return m_endedAhead; }
    /// When it last had something to do.
    [[nodiscard]] sys::Nanoseconds idleSince() const { return m_idleSince; }

    /// Takes an invocation to run now, or right after the one whose response has just been sent.
    void assign(InvokeRequest request, InvocationCallback done);
    /// Nothing is assigned, or the last response is out and only the runtime's next call is awaited.
    [[nodiscard]] bool canTake() const;
    [[nodiscard]] bool isBusy() const { return m_current != nullptr || m_next != nullptr; }

    /// The response is out, and nothing else has been assigned.
    [[nodiscard]] bool hasAnswered() const { return m_current && m_current->answered && !m_next; }

    /// Ends what is running now, as a kill from outside would.
    void abort();
    /// Ends it as soon as it is not busy; it takes nothing more. Where there are extensions, it ends only after its shutdown.
    void retire(EndReason reason);
    /// Something in it wants to be told of the end.
    [[nodiscard]] bool hasExtensions() const { return m_process && m_extensions.arePresent(); }
    [[nodiscard]] bool isRetiring() const { return m_retiring; }

    [[nodiscard]] EnvironmentState state() const { return m_state; }
    [[nodiscard]] const QString &id() const { return m_id; }
    /// Whom alone it runs for, since its first invocation; empty: nobody yet, or anybody.
    [[nodiscard]] const QByteArray &tenant() const { return m_tenant; }
    [[nodiscard]] quint64 codeGeneration() const { return m_code.generation; }
    /// The next process loads this code.
    void setCode(Code code) { m_code = std::move(code); }

    /// Asked right before the first event after an init is delivered: true makes it load the code again, once.
    std::function<bool(Environment &)> isStale;
    std::function<void(Environment &)> onStateChanged;
    /// The response of the current invocation is out.
    std::function<void(Environment &)> onAnswered;
    /// An invocation was assigned because an answer was out, but the runtime is slow to ask for the next event.
    std::function<void(InvokeRequest, InvocationCallback)> onHandedBack;

private:
    struct Active {
        InvokeRequest request;
        InvocationCallback done;
        Invocation invocation;
        InvocationLog log;
        sys::Nanoseconds began{}; ///< When its time began to count.
        bool counting = false;
        bool started = false; ///< START was written.
        bool answered = false;
        bool runtimeDone = false; ///< It was told that the runtime is done with it.
        bool aborted = false; ///< A person ended it: it is not tried again.
        sys::Nanoseconds answeredAt{};
        bool coldStart = false;
        std::optional<double> initMs;
    };

    enum class Start { Now, Held };
    void startProcess(platform::Phase phase, Start start = Start::Now);
    /// Starts what startProcess() has prepared, as soon as there is room for it.
    void launch();
    /// Within the bounds that hold for everything in an environment.
    [[nodiscard]] sys::ProcessSpec bounded(sys::ProcessSpec spec, const SandboxOptions &sandbox) const;
    void beginInit();
    void enter(LanePhase phase);
    void launchFailed(const Error &error);
    void bootstrapMissing();
    void connectExtensions();
    [[nodiscard]] SandboxFolders sandboxFolders() const;
    void tellRuntimeDone(QByteArrayView status);
    void takeLine(const QByteArray &line, Telemetry::Source source);
    [[nodiscard]] QString newToken() const;
    /// False where one could not be started: it has been told then, and the init has failed.
    [[nodiscard]] bool startExtensions();
    void extensionFailed(const QString &name, const QString &state, const QByteArray &errorType, const QByteArray &reason);
    void extensionNotLaunched(const QString &name, const QString &reason);
    /// After its own state was told: ends what it was part of.
    void failExtension(const QString &name, const QByteArray &errorType, const QByteArray &reason);
    /// How far those came that an init waited for in vain.
    void tellUnreadyExtensions(const QString &but = {});
    void onNext();
    void onRuntimeReady();
    void deliver();
    void beginCounting();
    void writeStart();
    void complete(Outcome outcome, const QString &errorType, QByteArrayView status);
    void finish();
    void takeInitFailure(const RuntimeApi::Failure &failure);
    void initFailed(const QByteArray &payload, const QString &errorType, QByteArrayView status);
    void initTimedOut();
    void invocationTimedOut();
    void processExited(const sys::ExitStatus &status);
    [[nodiscard]] http::BodyReceiver takeStream(const QByteArray &contentType, std::function<void(bool)> hold);
    void streamBytes(QByteArrayView bytes);
    void updateStreamHold();
    void answer(QByteArray payload, Outcome outcome, const QString &errorType);
    void handBack();
    void prepareEnd();
    void beginShutdown();
    /// The runtime is gone, or its time is over.
    void runtimeLeft();
    /// Nothing of it runs any more.
    void left();
    void endProcess(EndReason reason);
    void becomeFree();
    void freeze();
    void thaw();
    void takeOutput(const QByteArray &bytes);
    /// What was said without the end of a line is a line, too.
    void flushOutput();
    /// Whether anybody gets the JSON of what the platform says: it is not made for nobody.
    [[nodiscard]] bool recordsEvents();
    void tell(const platform::Event &event);
    /// What only the text format says.
    void tellText(const QByteArray &text);
    void write(logs::Source source, const QByteArray &text);
    void prepareBounds();
    void watchMemory();
    /// Looks now and then at what lies in the scratch folder; while it is full, files cannot grow.
    void watchScratch(sys::Nanoseconds now);
    void measureMemory();
    void setState(EnvironmentState state);
    /// How long a runtime that has answered may take to ask for the next event.
    [[nodiscard]] std::chrono::milliseconds patience() const;
    /// What takes this long with a processor of its own takes longer where many run at once.
    [[nodiscard]] std::chrono::milliseconds stretched(std::chrono::milliseconds alone) const;
    [[nodiscard]] double msSince(sys::Nanoseconds start) const;
    [[nodiscard]] QByteArray requestId() const;
    [[nodiscard]] double laneTimeMs() const;

    FunctionConfig m_config;
    LaunchPlan m_plan;
    Code m_code;
    Surroundings &m_surroundings;
    QString m_id;
    QByteArray m_tenant;
    QString m_logStream;
    platform::Subject m_subject;
    EnvironmentIdentity m_identity; ///< Of the running process.
    QTemporaryDir m_scratch;
    QTemporaryDir m_prepared; ///< What the sandbox shows of it: several layers as one tree, names of hosts.
    SandboxFolders m_folders;
    QString m_loopback; ///< The address that is `sandbox.localdomain` here.
    QString m_processToken; ///< In the environment of the running process and of all it started.

    RuntimeApi m_api;
    Extensions m_extensions;
    http::Server m_server;
    std::unique_ptr<sys::Process> m_process;
    logs::LineSplitter m_splitter;
    logs::LineSplitter m_extensionSplitter;
    sys::ProcessSpec m_spec; ///< Of the running process, or of the one that waits for room.
    QTimer m_room;
    Deadline m_deadline;
    Deadline m_memoryWatch{Qt::CoarseTimer};
    std::chrono::milliseconds m_memoryPause; ///< Between two looks.
    Deadline m_patience;
    Deadline m_freeze;
    QTimer m_streamPause;
    QTimer m_shutdown; ///< While the runtime has its time to end.
    ProcessorShare m_share;
    StreamGate m_streamGate;
    std::function<void(bool)> m_holdStream; ///< Set while an answer is being streamed.

    EnvironmentState m_state = EnvironmentState::Ended;
    platform::Phase m_phase = platform::Phase::Init;
    sys::Nanoseconds m_processBegan{};
    sys::Nanoseconds m_waited{}; ///< That a started interpreter waited for somebody: no part of the initialisation.
    std::optional<sys::Nanoseconds> m_waitingSince;
    sys::Nanoseconds m_idleSince{};
    EndReason m_retireReason = EndReason::ShutDown;
    bool m_endedAhead = false; ///< Its process ended before anybody wanted it.
    bool m_provisioned = false;
    std::optional<double> m_initMs; ///< Of the running process, once it is ready; taken by the first invocation.
    bool m_ready = false;
    bool m_suspended = false;
    bool m_outOfMemory = false;
    bool m_retiring = false;
    bool m_loadedAgain = false; ///< For the sake of code that was saved during the init.
    bool m_scratchFull = false;
    bool m_scratchLooking = false;
    sys::Nanoseconds m_scratchLooked{};
    qint64 m_peakMemoryBytes = 0;
    sys::Nanoseconds m_measuredAt{};
    std::unique_ptr<Active> m_current;
    std::unique_ptr<Active> m_next;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::runtime
