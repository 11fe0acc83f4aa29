// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/poolfixture.h"

using namespace eph;
using namespace eph::runtime;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::TestProject;

/// Which environment an invocation gets, and with which code.
class tst_Pool : public test::PoolTest
{
    Q_OBJECT
private Q_SLOTS:
    void keepsAnEnvironmentWarm()
    {
        TestProject project;
        project.file(u"index.js"_s, "let n = 0; exports.handler = async () => ++n;");
        const auto pool = newPool();
        for (int i = 1; i <= 20; ++i) {
            const Invocation invocation = run(*pool, node(project));
            QCOMPARE(invocation.payload, QByteArray::number(i));
            QCOMPARE(invocation.report.coldStart, i == 1);
            QCOMPARE(invocation.report.initMs.has_value(), i == 1);
            QVERIFY(invocation.report.billedMs >= 1);
        }
        QCOMPARE(pool->counts().environments, 1);
    }

    void standsStillBetweenInvocations()
    {
        TestProject project;
        project.file(u"index.js"_s, "let ticks = 0; setInterval(() => ++ticks, 1); exports.handler = async () => ticks;");
        const auto pool = newPool();
        (void)run(*pool, node(project));
        const int before = run(*pool, node(project)).payload.toInt();
        QTest::qWait(300);
        const int after = run(*pool, node(project)).payload.toInt();
        QVERIFY2(after - before < 60, qPrintable(QString::number(after - before)));
    }

    void runsConcurrentInvocationsSideBySide()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { await new Promise((r) => setTimeout(r, 100)); return process.pid; };");
        const auto pool = newPool();
        QSet<QByteArray> pids;
        const QList<Invocation> all = runTogether(*pool, node(project), 5);
        for (const Invocation &invocation : all)
            pids << invocation.payload;
        QCOMPARE(pids.size(), 5);
        QCOMPARE(pool->counts().environments, 5);
    }

    /// As many warm environments as that, which is more than take turns at once.
    static int manyEnvironments() { return 2 * Turns(sys::processorCount()).least(); }
    void warmUp(Pool &pool, const FunctionConfig &function)
    {
        QVERIFY(runTogether(pool, function, manyEnvironments()).size() == manyEnvironments());
        QTest::qWait(50);
        QCOMPARE(pool.counts().environments, manyEnvironments());
        QCOMPARE(pool.counts().busy, 0);
    }
    static QByteArray sleeping(int ms) { return "exports.handler = async () => { const began = Date.now(); await new Promise((r) => setTimeout(r, " + QByteArray::number(ms) + ")); return [began, Date.now()]; };"; }

    void whoWaitsForNothingButTimeRunsSideBySide()
    {
        TestProject project;
        project.file(u"index.js"_s, sleeping(400));
        const auto pool = newPool();
        warmUp(*pool, node(project));
        double lastBegan = 0;
        double firstEnded = 1e18;
        const QList<Invocation> all = runTogether(*pool, node(project), manyEnvironments());
        QCOMPARE(all.size(), manyEnvironments());
        for (const Invocation &invocation : all) {
            QVERIFY(!invocation.report.coldStart);
            const QJsonArray span = QJsonDocument::fromJson(invocation.payload).array();
            lastBegan = std::max(lastBegan, span.at(0).toDouble());
            firstEnded = std::min(firstEnded, span.at(1).toDouble());
        }
        QVERIFY2(lastBegan < firstEnded, qPrintable(u"%1 ms too late"_s.arg(lastBegan - firstEnded)));
        QCOMPARE(pool->counts().environments, manyEnvironments());
    }

    void quickAnswersComeFromWarmEnvironmentsOnly()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async (event) => typeof event === 'number' ? event : new Promise((r) => setTimeout(r, 200));");
        const auto pool = newPool();
        warmUp(*pool, node(project));
        // Each end begins the next, as a client with so many connections does.
        constexpr int Total = 3000;
        QList<int> answers(Total, 0);
        int sent = 0;
        int colds = 0;
        std::function<void()> send = [&] {
            if (sent == Total)
                return;
            const int number = sent++;
            QVERIFY(pool->invoke({node(project), QByteArray::number(number), {}, {}}, [&, number](const Invocation &invocation) {
                answers[number] += invocation.outcome == Outcome::Answered && invocation.payload == QByteArray::number(number);
                colds += invocation.report.coldStart;
                send();
            }));
        };
        for (int i = 0; i < manyEnvironments(); ++i)
            send();
        QTRY_COMPARE_WITH_TIMEOUT(answers.count(1), Total, 60'000);
        QCOMPARE(colds, 0);
        QCOMPARE(pool->counts().environments, manyEnvironments());
        QTRY_COMPARE(pool->counts().busy, 0);
    }

    void whatWaitsForItsTurnCountsAsRunning()
    {
        TestProject project;
        project.file(u"index.js"_s, sleeping(200));
        FunctionConfig function = node(project);
        function.reservedConcurrency = manyEnvironments();
        const auto pool = newPool();
        warmUp(*pool, function);
        int throttled = 0;
        int ended = 0;
        for (int i = 0; i <= manyEnvironments(); ++i) {
            QVERIFY(pool->invoke({function, "{}", {}, {}}, [&](const Invocation &invocation) {
                ++ended;
                throttled += invocation.outcome == Outcome::Throttled;
            }));
        }
        QCOMPARE(pool->counts().busy, manyEnvironments());
        QTRY_COMPARE_WITH_TIMEOUT(ended, manyEnvironments() + 1, 10'000);
        QCOMPARE(throttled, 1);
    }

    void whoComesWhenEachWarmOneIsSpokenForStartsAnother()
    {
        TestProject project;
        project.file(u"index.js"_s, sleeping(200));
        const auto pool = newPool();
        warmUp(*pool, node(project));
        int colds = 0;
        const QList<Invocation> all = runTogether(*pool, node(project), manyEnvironments() + 2);
        for (const Invocation &invocation : all)
            colds += invocation.report.coldStart;
        QCOMPARE(all.size(), manyEnvironments() + 2);
        QCOMPARE(colds, 2);
        QCOMPARE(pool->counts().environments, manyEnvironments() + 2);
    }

    void endsWhatWaitsForItsTurnToo()
    {
        TestProject project;
        project.file(u"index.js"_s, sleeping(200));
        const auto pool = newPool();
        warmUp(*pool, node(project));
        int stopped = 0;
        for (int i = 0; i < manyEnvironments(); ++i)
            QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) { stopped += invocation.stopped && invocation.outcome == Outcome::Exited; }));
        pool->abortAll();
        QTRY_COMPARE_WITH_TIMEOUT(stopped, manyEnvironments(), 5000);
        QCOMPARE(pool->counts().busy, 0);
    }

    void endsWhatRunsOfOneFunction()
    {
        TestProject project;
        project.file(u"index.js"_s, sleeping(200));
        FunctionConfig other = node(project);
        other.name = u"Other"_s;
        const auto pool = newPool();
        QStringList ended;
        const auto note = [&](const Invocation &invocation) { ended << outcomeName(invocation.outcome) + (invocation.stopped ? u" stopped"_s : QString()); };
        QVERIFY(pool->invoke({node(project), "{}", {}, {}}, note));
        QVERIFY(pool->invoke({other, "{}", {}, {}}, note));
        pool->abort(node(project).name);
        QTRY_COMPARE_WITH_TIMEOUT(ended, QStringList({u"exited stopped"_s, u"answered"_s}), 5000);
    }

    void newCodeIsThereForWhatWaitsForItsTurn()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { const until = Date.now() + 100; while (Date.now() < until); return 'old'; };");
        const auto pool = newPool();
        warmUp(*pool, node(project));
        QList<QByteArray> answers;
        for (int i = 0; i < manyEnvironments(); ++i)
            QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) { answers << invocation.payload; }));
        project.file(u"index.js"_s, "exports.handler = async () => 'new';");
        QTRY_COMPARE_WITH_TIMEOUT(answers.size(), manyEnvironments(), 20'000);
        QCOMPARE(answers.count("\"old\""), Turns(sys::processorCount()).least());
        QCOMPARE(answers.count("\"new\""), manyEnvironments() - Turns(sys::processorCount()).least());
    }

    void throttlesAtTheReservedConcurrency()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { await new Promise((r) => setTimeout(r, 200)); return 1; };");
        FunctionConfig function = node(project);
        function.reservedConcurrency = 1;
        const auto pool = newPool();
        QStringList outcomes;
        const QList<Invocation> all = runTogether(*pool, function, 2);
        for (const Invocation &invocation : all)
            outcomes << outcomeName(invocation.outcome);
        outcomes.sort();
        QCOMPARE(outcomes, QStringList({u"answered"_s, u"throttled"_s}));
    }

    void neverAnswersFromOldCode_data()
    {
        QTest::addColumn<bool>("isNode");
        QTest::addColumn<bool>("keepWarm");
        QTest::newRow("Node.js") << true << true;
        QTest::newRow("Python") << false << true;
        QTest::newRow("Node.js, one process a run") << true << false;
        QTest::newRow("Python, one process a run") << false << false;
    }
    void neverAnswersFromOldCode()
    {
        QFETCH(const bool, isNode);
        QFETCH(const bool, keepWarm);
        TestProject project;
        auto pool = newPool(keepWarm);
        // All of one size and many within one second: nothing but the content tells them apart.
        for (int i = 10; i < 30; ++i) {
            project.file(u"index.js"_s, "exports.handler = async () => require('./value.js');").file(u"value.js"_s, "module.exports = " + QByteArray::number(i) + ";");
            project.file(u"app.py"_s, "import value\ndef handler(event, context):\n    return value.VALUE\n").file(u"value.py"_s, "VALUE = " + QByteArray::number(i) + "\n");
            if (!keepWarm)
                pool = newPool(false);
            const Invocation invocation = run(*pool, isNode ? node(project) : python(project));
            QCOMPARE(invocation.payload, QByteArray::number(i));
            QVERIFY(invocation.report.coldStart);
        }
    }

    void keepsTheScratchFolderOfAProcessThatEnded_data()
    {
        QTest::addColumn<bool>("prestart");
        QTest::newRow("with interpreters that wait") << true;
        QTest::newRow("without") << false;
    }
    void keepsTheScratchFolderOfAProcessThatEnded()
    {
        QFETCH(bool, prestart);
        TestProject project;
        project.file(u"app.py"_s, "import os\ndef handler(event, context):\n    if event.get('exit'):\n        os._exit(1)\n    with open(os.environ['TMPDIR'] + '/count', 'a') as file:\n        file.write('x')\n    return [os.path.getsize(os.environ['TMPDIR'] + '/count'), context.log_stream_name]\n");
        Surroundings surroundings = this->surroundings();
        surroundings.prestart = prestart;
        Pool pool(surroundings, sys::Interpreters());
        const QByteArray first = run(pool, python(project)).payload;
        QVERIFY2(first.startsWith("[1, "), first);
        QTest::qWait(300); // Another interpreter waits by now.
        QCOMPARE(outcomeName(run(pool, python(project), R"({"exit":true})").outcome), "exited");
        QTest::qWait(300);
        const Invocation next = run(pool, python(project));
        QCOMPARE(next.payload, QByteArray("[2, ") + first.mid(4));
        QVERIFY(next.report.coldStart);
    }

    void neverAnswersFromOldCodeUnderLoad()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => 0;");
        Surroundings surroundings = this->surroundings();
        surroundings.prestart = true;
        Pool pool(surroundings, sys::Interpreters());
        constexpr int Saves = 500;
        constexpr int AtOnce = 4;
        int running = 0;
        int answered = 0;
        int stale = 0;
        int saved = 0;
        constexpr int Enough = 50;
        const auto isOver = [&] { return saved >= Saves && answered > Enough; };
        // Each invocation must see what was saved before it began, or something newer.
        std::function<void()> next = [&] {
            if (isOver())
                return;
            ++running;
            const int expected = saved;
            const auto begun = pool.invoke({node(project), "{}", {}, {}}, [&, expected](const Invocation &invocation) {
                --running;
                ++answered;
                stale += outcomeName(invocation.outcome) == u"answered"_s && invocation.payload.toInt() < expected;
                next();
            });
            QVERIFY(begun);
        };
        for (int i = 0; i < AtOnce; ++i)
            next();
        QTimer saving;
        connect(&saving, &QTimer::timeout, this, [&] { project.file(u"index.js"_s, "exports.handler = async () => " + QByteArray::number(++saved) + ";"); });
        saving.start(15);
        QTRY_VERIFY_WITH_TIMEOUT(isOver() && running == 0, 100'000);
        saving.stop();
        QCOMPARE(stale, 0);
        QCOMPARE(run(pool, node(project)).payload.toInt(), saved);
    }

    void aSpareInterpreterShortensTheWaitAndNotTheReport()
    {
        TestProject project;
        project.file(u"index.js"_s, "const begin = Date.now(); while (Date.now() - begin < 20) {} exports.handler = async () => process.argv.length;");
        LaneStore lanes;
        Surroundings surroundings = this->surroundings();
        surroundings.prestart = true;
        surroundings.lanes = &lanes;
        Pool pool(surroundings, sys::Interpreters());
        pool.declare({node(project)});
        const auto isWaiting = [&] { return !lanes.lanes().isEmpty() && lanes.lanes().last().spans.last().phase == LanePhase::Waiting; };
        QTRY_VERIFY_WITH_TIMEOUT(isWaiting(), 5000);
        QCOMPARE(pool.counts().environments, 0);
        constexpr int WaitedMs = 1000;
        QTest::qWait(WaitedMs);
        // Saved after the interpreter was started: it has loaded nothing yet.
        project.file(u"index.js"_s, "const begin = Date.now(); while (Date.now() - begin < 20) {} exports.handler = async () => 'new ' + process.argv.length;");
        const Invocation invocation = run(pool, node(project));
        QCOMPARE(invocation.payload, "\"new 2\"");
        QVERIFY(invocation.report.coldStart);
        // Interpreter and code, and not the time in which it waited.
        QVERIFY2(*invocation.report.initMs > 35 && *invocation.report.initMs < WaitedMs / 2, qPrintable(QString::number(*invocation.report.initMs)));
        QCOMPARE(pool.counts().environments, 1);
        QTRY_VERIFY_WITH_TIMEOUT(isWaiting(), 5000);
    }

    static FunctionConfig provisioned(const TestProject &project, int environments)
    {
        FunctionConfig function = node(project);
        function.provisionedConcurrency = environments;
        return function;
    }
    void keepsProvisionedEnvironmentsReady()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;");
        const FunctionConfig function = provisioned(project, 2);
        const auto pool = newPool();
        pool->declare({function});
        QTRY_COMPARE_WITH_TIMEOUT(pool->counts().environments, 2, 10'000);
        QTest::qWait(150);
        const Invocation invocation = run(*pool, function);
        QCOMPARE(invocation.payload, "\"provisioned-concurrency\"");
        QVERIFY(!invocation.report.coldStart);
        QVERIFY(!invocation.report.initMs);
        project.file(u"index.js"_s, "exports.handler = async () => 'newer';");
        QCOMPARE(run(*pool, function).payload, "\"newer\"");
        QTRY_VERIFY_WITH_TIMEOUT(pool->counts().environments >= 2, 10'000);
    }

    void codeThatChangesWithEachStartIsNotStartedWithoutEnd()
    {
        TestProject project;
        project.file(u"index.js"_s, "require('fs').appendFileSync(__dirname + '/started.log', 'x'); exports.handler = async () => 1;");
        const FunctionConfig function = provisioned(project, 1);
        const auto pool = newPool();
        pool->declare({function});
        QTRY_VERIFY_WITH_TIMEOUT(project.read("started.log").size() >= 3, 20'000);
        QTest::qWait(3000);
        const qsizetype starts = project.read("started.log").size();
        QVERIFY2(starts <= 8, qPrintable(QString::number(starts)));
        QCOMPARE(run(*pool, function).payload, "1");
    }

    void doesNotStartAheadAgainAndAgain_data()
    {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("provisioned");
        QTest::newRow("interpreter that cannot start") << u"NODE_OPTIONS"_s << u"--no-such-option"_s << 0;
        QTest::newRow("provisioned function that exits") << u"EXIT"_s << u"1"_s << 1;
    }
    void doesNotStartAheadAgainAndAgain()
    {
        QFETCH(const QString, variable);
        QFETCH(const QString, value);
        QFETCH(const int, provisioned);
        TestProject project;
        project.file(u"index.js"_s, "if (process.env.EXIT) process.exit(1);\nexports.handler = async () => 1;");
        FunctionConfig function = node(project);
        function.environment.insert(variable, value);
        function.provisionedConcurrency = provisioned;
        LaneStore lanes;
        Surroundings surroundings = this->surroundings();
        surroundings.prestart = provisioned == 0;
        surroundings.lanes = &lanes;
        Pool pool(surroundings, sys::Interpreters());
        pool.declare({function});
        QTest::qWait(800);
        QCOMPARE(lanes.lanes().size(), 1);
        QCOMPARE(outcomeName(run(pool, function).outcome), "initError");
    }

    void endsWhatIsIdleForLong()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => 1;");
        Surroundings surroundings = this->surroundings();
        surroundings.idleLife = 1s;
        Pool pool(surroundings, sys::Interpreters());
        (void)run(pool, node(project));
        QCOMPARE(pool.counts().environments, 1);
        QTRY_COMPARE_WITH_TIMEOUT(pool.counts().environments, 0, 12'000);
    }

    void neverAnswersFromOldCodeWhenSavedDuringARun()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { await new Promise((r) => setTimeout(r, 150)); return 'old'; };");
        const auto pool = newPool();
        QByteArray first;
        Invocation second;
        bool secondDone = false;
        QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) { first = invocation.payload; }));
        QTest::qWait(120);
        project.file(u"index.js"_s, "exports.handler = async () => 'new';");
        QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) {
            second = invocation;
            secondDone = true;
        }));
        QTRY_VERIFY_WITH_TIMEOUT(secondDone && !first.isEmpty(), 10'000);
        QCOMPARE(second.payload, "\"new\"");
        QTRY_COMPARE(pool->counts().environments, 1);
    }

    void loadsAgainWhatWasSavedDuringInit()
    {
        TestProject project;
        project.file(u"index.js"_s, "const until = Date.now() + 200; while (Date.now() < until); exports.handler = async () => 'old';");
        const auto pool = newPool();
        QByteArray answer;
        QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) { answer = invocation.payload; }));
        QTest::qWait(100);
        project.file(u"index.js"_s, "exports.handler = async () => 'new';");
        QTRY_COMPARE_WITH_TIMEOUT(answer, "\"new\"", 10'000);
    }

    void startsAnewWhenTheConfigurationChanges()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => process.env.V;");
        const auto pool = newPool();
        FunctionConfig function = node(project);
        function.environment.insert(u"V"_s, u"1"_s);
        QCOMPARE(run(*pool, function).payload, "\"1\"");
        function.environment.insert(u"V"_s, u"2"_s);
        QCOMPARE(run(*pool, function).payload, "\"2\"");
    }

    void stampsTheCodeThatRan()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => 1;");
        const auto pool = newPool();
        const QByteArray first = run(*pool, node(project)).report.codeSha256;
        QCOMPARE(run(*pool, node(project)).report.codeSha256, first);
        project.file(u"index.js"_s, "exports.handler = async () => 2;");
        const QByteArray second = run(*pool, node(project)).report.codeSha256;
        QVERIFY(second != first);
        project.file(u"index.js"_s, "exports.handler = async () => 1;");
        QCOMPARE(run(*pool, node(project)).report.codeSha256, first);
    }
};

QTEST_GUILESS_MAIN(tst_Pool)
#include "tst_pool.moc"
