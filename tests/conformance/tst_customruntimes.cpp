// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/bubblewrap.h"
#include "tests/support/poolfixture.h"

using namespace eph;
using namespace eph::runtime;
using namespace std::chrono_literals;
using test::TestProject;

/// Custom runtimes that know nothing but the Runtime API's description, in C++ and in bash with curl, each with and without
/// a sandbox.
class tst_CustomRuntimes : public test::PoolTest
{
    Q_OBJECT

    TestProject m_project;
    FunctionConfig m_config;
    std::unique_ptr<Pool> m_pool;

    /// Puts the runtime of the data row in place and a pool around it. False where this machine cannot.
    void begin(const QString &handler = "any.handler")
    {
        QFETCH(QString, file);
        QFETCH(bool, sandbox);
        m_pool.reset();
        m_project.file("bootstrap", [&] { QFile source(file); return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray(); }());
        QFile::setPermissions(m_project.path("bootstrap"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther);
        m_config = config(m_project, "provided.al2023", handler);
        m_config.memoryMiB = 512;
        m_config.timeout = 20s;
        Surroundings all = surroundings();
        if (sandbox) {
            const auto bubblewrap = sys::findBubblewrap();
            if (!bubblewrap)
                QSKIP(qPrintable(bubblewrap.error().message));
            all.sandbox.bubblewrap = *bubblewrap;
        }
        m_pool = std::make_unique<Pool>(all, sys::Interpreters());
    }
    Invocation ask(const QByteArray &what) { return run(*m_pool, m_config, "{\"do\":\"" + what + "\",\"text\":\"\xc3\xa4\xf0\x9f\x98\x80\"}"); }
    void addRows()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("sandbox");
        QTest::newRow("C++") << QString(CUSTOM_RUNTIME) << false;
        QTest::newRow("C++, sandbox") << QString(CUSTOM_RUNTIME) << true;
        if (QFile::exists("/usr/bin/curl")) {
            // Without a sandbox all bash runtimes would share one /tmp.
            QTest::newRow("bash, sandbox") << QString(SOURCE_DIR "/tests/helpers/customruntime.sh") << true;
        }
    }

private Q_SLOTS:
    void cleanup() { m_pool.reset(); }

    void answersAndFails_data() { addRows(); }
    void answersAndFails()
    {
        begin();
        if (!m_pool)
            return;
        int colds = 0;
        for (int i = 0; i < 100; ++i) {
            const bool fails = i % 7 == 3;
            const Invocation invocation = ask(fails ? "error" : "echo");
            colds += invocation.report.coldStart;
            QCOMPARE(outcomeName(invocation.outcome), fails ? "functionError" : "answered");
            if (fails) {
                QCOMPARE(invocation.payload, "{\"errorMessage\":\"as asked\",\"errorType\":\"Own.Error\",\"stackTrace\":[]}");
                QCOMPARE(invocation.report.errorType, "Function.AsAsked");
            } else {
                QCOMPARE(invocation.payload, "{\"do\":\"echo\",\"text\":\"\xc3\xa4\xf0\x9f\x98\x80\"}");
            }
        }
        QCOMPARE(colds, 1);
        QCOMPARE(ask("foreign").report.errorType, "Runtime.Unknown");
        const Invocation streamed = ask("stream");
        QCOMPARE(streamed.payload, "in two parts");
        QVERIFY(streamed.streamed);
    }

    void isToldWhatIsNotAllowed_data() { addRows(); }
    void isToldWhatIsNotAllowed()
    {
        begin();
        if (!m_pool)
            return;
        const Invocation stale = ask("stale");
        QCOMPARE(outcomeName(stale.outcome), "answered");
        QVERIFY2(stale.log.contains("stale 400 {\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}"), stale.log);
        const Invocation twice = ask("twice");
        QCOMPARE(outcomeName(twice.outcome), "answered");
        QVERIFY2(twice.log.contains("first 202 {\"status\":\"OK\"}"), twice.log);
        QVERIFY2(twice.log.contains("second 403 ") && twice.log.contains("\"errorType\":\"InvalidStateTransition\""), twice.log);
        // Asking for the next event while one is under way gives the same one again.
        const Invocation again = ask("again");
        QCOMPARE(outcomeName(again.outcome), "answered");
        QVERIFY2(again.log.contains("again 200 {\"do\":\"again\""), again.log);
    }

    void endsInTheServicesWords_data() { addRows(); }
    void endsInTheServicesWords()
    {
        begin();
        if (!m_pool)
            return;
        const Invocation exited = ask("exit");
        QCOMPARE(outcomeName(exited.outcome), "exited");
        QVERIFY2(exited.payload.endsWith(" Error: Runtime exited with error: exit status 3\"}"), exited.payload);
        const Invocation aborted = ask("abort");
        QVERIFY(aborted.report.coldStart);
        QCOMPARE(outcomeName(aborted.outcome), "exited");
        QVERIFY2(aborted.payload.contains("signal: aborted"), aborted.payload);
        QCOMPARE(outcomeName(ask("echo").outcome), "answered");

        begin("broken.init");
        const Invocation broken = ask("echo");
        QCOMPARE(outcomeName(broken.outcome), "initError");
        QCOMPARE(broken.report.errorType, "Runtime.NoSuchHandler");
        QVERIFY2(broken.log.contains("INIT_REPORT") && broken.log.contains("Error Type: Runtime.NoSuchHandler"), broken.log);
        QCOMPARE(broken.payload, "{\"errorMessage\":\"as asked\",\"errorType\":\"Own.Error\",\"stackTrace\":[]}");
    }
};

QTEST_GUILESS_MAIN(tst_CustomRuntimes)
#include "tst_customruntimes.moc"
