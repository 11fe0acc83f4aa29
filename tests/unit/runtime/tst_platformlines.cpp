// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/invocationlog.h"
#include "core/runtime/platformlines.h"
#include "tests/support/recordedreport.h"

#include <QTest>

using namespace eph;
using namespace eph::runtime;
using namespace Qt::StringLiterals;

class tst_PlatformLines : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writesReportLinesAsRecorded()
    {
        Report report = test::recordedReport();
        QVERIFY(platform::report(report, {}).endsWith("Max Memory Used: 36 MB\tInit Duration: 110.10 ms\t"));
        report.initMs.reset();
        QCOMPARE(platform::report(report, {}), "REPORT RequestId: 11111111-2222-4333-8444-555555555555\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t");
        report.errorType = u"Runtime.ExitError"_s;
        QVERIFY(platform::report(report, "error").endsWith("\tStatus: error\tError Type: Runtime.ExitError"));
        QVERIFY(platform::report(report, "timeout").endsWith("\tStatus: timeout"));
    }

    void writesTheOtherLines()
    {
        QCOMPARE(platform::start("id", u"$LATEST"_s), "START RequestId: id Version: $LATEST");
        QCOMPARE(platform::end("id"), "END RequestId: id");
        QVERIFY(platform::initStart(u"python3.13"_s).startsWith("INIT_START Runtime Version: python:3.13.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:"));
        QVERIFY(platform::initStart(u"nodejs22.x"_s).contains("nodejs:22.v1"));
        QVERIFY(platform::initStart(u"provided.al2023"_s, {}, u"eu-central-1"_s).startsWith("INIT_START Runtime Version: provided:al2023.v1\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:"));
        QCOMPARE(platform::initReport(1236.04, platform::Phase::Init, "timeout", {}), "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout");
        QCOMPARE(platform::initReport(5, platform::Phase::Invoke, "error", u"Runtime.UserCodeSyntaxError"_s), "INIT_REPORT Init Duration: 5.00 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.UserCodeSyntaxError");
    }

    // Figures of recorded cold starts since initialisation is billed.
    void billsDurationAndInitTogether()
    {
        QCOMPARE(platform::billedMs(1233.96, 463.512), 1698);
        QCOMPARE(platform::billedMs(3.10, 542.01), 546);
        QCOMPARE(platform::billedMs(3.01, std::nullopt), 4);
        QCOMPARE(platform::billedMs(3.0, std::nullopt), 3);
        QCOMPARE(platform::billedMs(0.0, std::nullopt), 1);
    }

    void wordsExitsAsThePlatform()
    {
        QCOMPARE(platform::exitReason(0, 0), "Runtime exited without providing a reason");
        QCOMPARE(platform::exitReason(127, 0), "Runtime exited with error: exit status 127");
        QCOMPARE(platform::exitReason(0, 9), "Runtime exited with error: signal: killed");
        QCOMPARE(platform::exitReason(0, 11), "Runtime exited with error: signal: segmentation fault");
        QCOMPARE(platform::timedOutReason(std::chrono::seconds(3)), "Task timed out after 3.00 seconds");
        QCOMPARE(platform::errorPayload("Sandbox.Failure", "id", "no \"a\\b\""), "{\"errorType\":\"Sandbox.Failure\",\"errorMessage\":\"RequestId: id Error: no \\\"a\\\\b\\\"\"}");
        QCOMPARE(platform::errorPayload("Sandbox.Timedout", "id", "Task timed out after 1.00 seconds"), R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 1.00 seconds"})");
    }

    void keepsErrorTypesOfTheKnownCategories()
    {
        QCOMPARE(platform::keptErrorType("Runtime.HandlerNotFound"), "Runtime.HandlerNotFound");
        QCOMPARE(platform::keptErrorType("my Function.Broken thing"), "my Function.Broken thing");
        QCOMPARE(platform::keptErrorType("Function.lower"), "Function.Unknown");
        QCOMPARE(platform::keptErrorType("foo"), "Runtime.Unknown");
        QCOMPARE(platform::keptErrorType(""), "Runtime.Unknown");
    }

    void boundsTheLogOfOneInvocation()
    {
        InvocationLog log;
        log.append("first");
        const QByteArray line(1000, 'x');
        for (int i = 0; i < 20'000; ++i)
            log.append(line);
        log.append("last");
        const QByteArray text = log.text();
        QVERIFY(text.size() < 3 * 1024 * 1024);
        QVERIFY(text.startsWith("first\n"));
        QVERIFY(text.endsWith("last\n"));
        QVERIFY(text.contains("bytes of this log were left out here"));
    }
};

QTEST_GUILESS_MAIN(tst_PlatformLines)
#include "tst_platformlines.moc"
