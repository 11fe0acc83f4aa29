// SPDX-License-Identifier: GPL-3.0-or-later
// soak INVOCATIONS [SECONDS]; see README.md.
#include "core/services/localcloud.h"
#include "core/sys/bubblewrap.h"
#include "core/sys/posixprocess.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QTemporaryDir>
#include <QThread>
#include <QThreadPool>
#include <QTimer>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <vector>

using namespace eph;

namespace {

// A sanitizer keeps what was freed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool MeasuresMemory = false;
#else
constexpr bool MeasuresMemory = true;
#endif
/// One of so many invocations is followed by a save, by a kill, by everything made cold.
constexpr int SaveEvery = 500;
constexpr int KillEvery = 1'000;
constexpr int ColdEvery = 20'000;

/// Counts what the platform says began and ended.
class CountingSink final : public logs::Sink
{
public:
    void append(logs::Line line) override
    {
        if (line.source != logs::Source::Platform)
            return;
        starts += line.text.startsWith("START ");
        reports += line.text.startsWith("REPORT ");
    }
    std::atomic<qint64> starts = 0;
    std::atomic<qint64> reports = 0;
};

qint64 residentKiB()
{
    QFile status("/proc/self/status");
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> lines = status.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong();
    }
    return 0;
}

int openDescriptors()
{
    return int(QDir("/proc/self/fd").entryList(QDir::Files | QDir::System | QDir::NoDotAndDotDot).size());
}

/// Processes of the functions: what they carry in their environment is on no command line.
QList<int> functionProcesses(const QByteArray &mark)
{
    QList<int> found;
    const QStringList names = QDir("/proc").entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &name : names) {
        QFile environment("/proc/" + name + "/environ");
        if (name.toInt() > 0 && environment.open(QIODevice::ReadOnly) && environment.readAll().contains(mark))
            found << name.toInt();
    }
    return found;
}

QByteArray nodeCode(int version)
{
    return "const seen = new Set();\nexports.handler = async (event) => {\n  const again = seen.has(event.nonce);\n  seen.add(event.nonce);\n"
           "  if (event.do === 'throw') throw new Error('asked ' + event.nonce);\n  if (event.do === 'exit') process.exit(7);\n"
           "  if (event.do === 'hang') await new Promise((r) => setTimeout(r, 60000));\n  if (event.do === 'print') for (let i = 0; i < 200; ++i) console.log('x'.repeat(500));\n"
           "  if (event.do === 'file') require('fs').writeFileSync('/tmp/' + event.nonce % 50, 'y'.repeat(5000));\n  return { nonce: event.nonce, again, version: "
        + QByteArray::number(version) + " };\n};\n";
}

QByteArray pythonCode(int version)
{
    return "import os, time\nseen = set()\ndef handler(event, context):\n    again = event['nonce'] in seen\n    seen.add(event['nonce'])\n    do = event['do']\n"
           "    if do == 'throw':\n        raise ValueError('asked %d' % event['nonce'])\n    if do == 'exit':\n        os._exit(7)\n    if do == 'hang':\n        time.sleep(60)\n"
           "    if do == 'print':\n        for i in range(200):\n            print('x' * 500)\n    if do == 'file':\n        open('/tmp/%d' % (event['nonce'] % 50), 'w').write('y' * 5000)\n"
           "    return {'nonce': event['nonce'], 'again': again, 'version': "
        + QByteArray::number(version) + "}\n";
}

struct Load {
    qint64 invocations = 1'000'000;
    qint64 seconds = 3'600;
    int atOnce = 8;
    int functions = 20;
};

/// But the one with the functions' code.
int leftFolders()
{
    return int(QDir(QDir::tempPath()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).size()) - 1;
}

class Soak : public QObject
{
public:
    explicit Soak(const Load &load)
        : m_load(load)
        , m_mark("SOAK_MARK=" + QByteArray::number(QRandomGenerator::system()->generate64(), 16))
    {
        m_functions.resize(load.functions);
        for (int i = 0; i < load.functions; ++i) {
            runtime::FunctionConfig config;
            config.name = "soak" + QString::number(i);
            config.codeFolder = m_projects.filePath(config.name);
            QDir().mkpath(config.codeFolder);
            const bool node = i % 2 == 0;
            config.runtime = node ? "nodejs20.x" : "python3.11";
            config.handler = node ? "index.handler" : "app.handler";
            config.memoryMiB = 512;
            // Long enough for one that runs while many others start on a small machine.
            config.timeout = std::chrono::seconds(5);
            config.environment = {{"SOAK_MARK", QString::fromLatin1(m_mark.mid(10))}};
            m_functions[i] = {config, node, 0};
            save(i);
        }
        services::CloudOptions options;
        options.sandbox.bubblewrap = sys::findBubblewrap().value_or(QString());
        m_cloud = std::make_unique<services::LocalCloud>(m_launcher, m_clock, m_sink, sys::Interpreters(), options);
        m_elapsed.start();
        for (int i = 0; i < load.atOnce; ++i)
            invokeOne();
    }

    [[nodiscard]] int report()
    {
        m_cloud.reset();
        // Its threads have descriptors of their own.
        QThreadPool::globalInstance()->waitForDone();
        const int descriptors = openDescriptors();
        const int left = int(functionProcesses(m_mark).size());
        // The guard removes them once it has seen that the host has gone.
        const QDeadlineTimer patience(std::chrono::seconds(5));
        while (leftFolders() > 0 && !patience.hasExpired())
            QThread::msleep(10);
        const int folders = leftFolders();
        // What has been seen by a tenth of the way is no growth: caches and pools have their size by then.
        const bool grown = MeasuresMemory && m_residentAtEnd > m_residentEarly * 5 / 4 + 8 * 1024;
        const bool good = m_wrong == 0 && m_stale == 0 && m_lost == 0 && m_twice == 0 && m_unexpected <= m_kills && m_sink.starts == m_done && m_sink.reports == m_done && left == 0 && folders == 0
            && descriptors == m_descriptorsBefore && !grown;
        const QJsonObject result{{"invocations", m_done}, {"seconds", double(m_elapsed.elapsed()) / 1000}, {"wrong", m_wrong}, {"stale", m_stale}, {"lost", m_lost}, {"twice", m_twice},
                                 {"endedByKill", m_unexpected}, {"kills", m_kills}, {"saves", m_saves}, {"started", m_sink.starts.load()}, {"reported", m_sink.reports.load()},
                                 {"coldStarts", m_colds}, {"residentKiB", m_residentAtEnd}, {"residentEarlyKiB", m_residentEarly}, {"descriptors", descriptors},
                                 {"descriptorsBefore", m_descriptorsBefore}, {"leftProcesses", left}, {"leftFolders", folders}, {"good", good}};
        std::printf("%s\n", QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
        return good ? 0 : 1;
    }

private:
    struct Function {
        runtime::FunctionConfig config;
        bool node = false;
        int version = 0;
    };

    void save(int index)
    {
        Function &function = m_functions[index];
        QSaveFile file(function.config.codeFolder + (function.node ? "/index.js" : "/app.py"));
        if (file.open(QIODevice::WriteOnly)) {
            file.write(function.node ? nodeCode(function.version + 1) : pythonCode(function.version + 1));
            if (file.commit())
                ++function.version;
        }
    }

    void killOne()
    {
        const QList<int> processes = functionProcesses(m_mark);
        if (!processes.isEmpty() && ::kill(processes.at(QRandomGenerator::global()->bounded(int(processes.size()))), SIGKILL) == 0)
            ++m_kills;
    }

    static const char *action()
    {
        const double dice = QRandomGenerator::global()->generateDouble();
        return dice < 0.0002 ? "hang" : dice < 0.003 ? "exit" : dice < 0.02 ? "throw" : dice < 0.025 ? "print" : dice < 0.03 ? "file" : "echo";
    }

    void invokeOne()
    {
        if (m_begun >= m_load.invocations || m_elapsed.elapsed() > m_load.seconds * 1000)
            return endIfDone();
        const qint64 nonce = ++m_begun;
        const int index = QRandomGenerator::global()->bounded(m_load.functions);
        const QByteArray what = action();
        const int version = m_functions.at(index).version;
        const QByteArray event = "{\"nonce\":" + QByteArray::number(nonce) + ",\"do\":\"" + what + "\"}";
        m_cloud->invoke({m_functions.at(index).config, event, {}, {}}).then(this, [this, nonce, what, version](const Result<runtime::Invocation> &invocation) {
            ++m_done;
            check(nonce, what, version, invocation);
            disturb();
            invokeOne();
        });
    }

    void check(qint64 nonce, const QByteArray &what, int version, const Result<runtime::Invocation> &invocation)
    {
        using runtime::Outcome;
        if (!invocation) {
            ++m_lost;
            return;
        }
        m_colds += invocation->report.coldStart;
        const Outcome wanted = what == "throw" ? Outcome::FunctionError : what == "exit" ? Outcome::Exited : what == "hang" ? Outcome::TimedOut : Outcome::Answered;
        if (invocation->outcome != wanted) {
            ++m_unexpected;
            if (!invocation->payload.contains("signal: killed")) {
                std::fprintf(stderr, "%s: %s\n%s\n", what.constData(), invocation->payload.constData(), invocation->log.constData());
                ++m_wrong;
            }
            return;
        }
        if (wanted == Outcome::FunctionError && !invocation->payload.contains("asked " + QByteArray::number(nonce)))
            ++m_wrong;
        if (wanted != Outcome::Answered)
            return;
        const QJsonObject answer = QJsonDocument::fromJson(invocation->payload).object();
        m_wrong += answer.value("nonce").toInteger() != nonce;
        m_twice += answer.value("again").toBool();
        m_stale += answer.value("version").toInt() < version;
    }

    void disturb()
    {
        if (m_done % SaveEvery == 0) {
            save(QRandomGenerator::global()->bounded(m_load.functions));
            ++m_saves;
        }
        if (m_done % KillEvery == 0)
            killOne();
        if (m_done % ColdEvery == 0)
            m_cloud->retireAll();
        if (m_residentEarly == 0 && (m_done >= m_load.invocations / 10 || m_elapsed.elapsed() > m_load.seconds * 100))
            m_residentEarly = residentKiB();
    }

    void endIfDone()
    {
        if (m_done < m_begun)
            return;
        m_residentAtEnd = residentKiB();
        QCoreApplication::quit();
    }

    sys::PosixProcessLauncher m_launcher;
    sys::SystemClock m_clock;
    CountingSink m_sink;
    QTemporaryDir m_projects;
    const Load m_load;
    const QByteArray m_mark;
    const int m_descriptorsBefore = openDescriptors();
    std::vector<Function> m_functions;
    std::unique_ptr<services::LocalCloud> m_cloud;
    QElapsedTimer m_elapsed;
    qint64 m_begun = 0;
    qint64 m_done = 0;
    int m_wrong = 0;
    int m_stale = 0;
    int m_lost = 0;
    int m_twice = 0;
    int m_unexpected = 0;
    int m_kills = 0;
    int m_saves = 0;
    int m_colds = 0;
    qint64 m_residentEarly = 0;
    qint64 m_residentAtEnd = 0;
};

} // namespace

int main(int argc, char **argv)
{
    // Whatever the runtime leaves behind lies here.
    QTemporaryDir temporary;
    qputenv("TMPDIR", temporary.path().toLocal8Bit());
    QCoreApplication application(argc, argv);
    Load load;
    if (argc > 1)
        load.invocations = QByteArray(argv[1]).toLongLong();
    if (argc > 2)
        load.seconds = QByteArray(argv[2]).toLongLong();
    if (argc > 3)
        load.atOnce = QByteArray(argv[3]).toInt();
    if (argc > 4)
        load.functions = QByteArray(argv[4]).toInt();
    Soak soak(load);
    QCoreApplication::exec();
    return soak.report();
}
