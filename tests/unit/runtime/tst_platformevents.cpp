// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/platformevents.h"
#include "tests/support/recordedreport.h"

#include <QTest>

using namespace eph;
using namespace eph::runtime;
using namespace eph::runtime::platform;

/// The shapes of the fact sheet, key by key.
class tst_PlatformEvents : public QObject
{
    Q_OBJECT

    const Subject m_subject{"f", "$LATEST", "arn:aws:lambda:us-east-1:123456789012:function:f", "python3.13", "3.13.1", "2026/01/02/[$LATEST]0123", 128, false};

private Q_SLOTS:
    void aColdSuccessAsItWasRecorded()
    {
        const Event init = initStarted(m_subject, Phase::Init);
        QVERIFY2(init.record.startsWith(R"({"initializationType":"on-demand","phase":"init","runtimeVersion":"python:3.13.v1","runtimeVersionArn":"arn:aws:lambda:us-east-1::runtime:)"), init.record.constData());
        QVERIFY2(init.record.endsWith(R"(","functionName":"f","functionVersion":"$LATEST","instanceId":"2026/01/02/f[$LATEST]0123","instanceMaxMemory":134217728})"), init.record.constData());
        QCOMPARE(jsonLine(started(m_subject, "id"), 1767323045120),
                 R"({"time":"2026-01-02T03:04:05.120Z","type":"platform.start","record":{"requestId":"id","functionArn":"arn:aws:lambda:us-east-1:123456789012:function:f","version":"$LATEST"}})");
        QCOMPARE(jsonLine(reported(test::recordedReport(), {}, {}), 1767323045130),
                 R"({"time":"2026-01-02T03:04:05.130Z","type":"platform.report","record":{"requestId":"11111111-2222-4333-8444-555555555555","metrics":{"durationMs":3.01,"billedDurationMs":114,"memorySizeMB":128,"maxMemoryUsedMB":36,"initDurationMs":110.1},"status":"success"}})");
    }

    void levelsFollowWhatHappened()
    {
        Report failed = test::recordedReport();
        failed.errorType = "Runtime.ExitError";
        QVERIFY(reported(test::recordedReport(), {}, {}).level == Level::Info);
        const Event warned = reported(failed, "error", "error");
        QVERIFY(warned.level == Level::Warn);
        QVERIFY2(warned.record.endsWith(R"("status":"error","errorType":"Runtime.ExitError"})"), warned.record.constData());
        QVERIFY(warned.text.endsWith("Status: error\tError Type: Runtime.ExitError"));
        QVERIFY(runtimeDone(test::recordedReport(), {}, 7).level == Level::Debug);
        QVERIFY(runtimeDone(failed, "error", 0).level == Level::Warn);
        QVERIFY(initReported(m_subject, 5, Phase::Init, {}, {}).level == Level::Debug);
        QVERIFY(initReported(m_subject, 5, Phase::Init, {}, {}).text.isEmpty());
        Subject provisioned = m_subject;
        provisioned.provisioned = true;
        QVERIFY(initReported(provisioned, 5, Phase::Init, {}, {}).level == Level::Info);
        QVERIFY(initReported(provisioned, 5, Phase::Init, {}, {}).text.startsWith("INIT_REPORT"));
        QVERIFY(levelOf("DEBUG") < levelOf("INFO") && levelOf("nonsense") == Level::Info && levelOf("WARN") > levelOf("INFO"));
    }

    void quotesWhatNeedsIt()
    {
        Report odd = test::recordedReport();
        odd.errorType = "A\"B\\C\n";
        const QByteArray quoted = "\"errorType\":\"A\\\"B\\\\C\\n\"";
        QVERIFY(reported(odd, "error", "error").record.contains(quoted));
    }
};

QTEST_GUILESS_MAIN(tst_PlatformEvents)
#include "tst_platformevents.moc"
