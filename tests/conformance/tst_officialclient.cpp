// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logstore.h"
#include "core/runtime/pool.h"
#include "core/sys/posixprocess.h"
#include "core/sys/paths.h"
#include "tests/support/testproject.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace eph;
using namespace eph::runtime;
using test::TestProject;

/// The service's own Node.js runtime client, unmodified, as a custom bootstrap. tests/conformance/README.md says how to
/// get it; without it these tests are skipped.
class tst_OfficialClient : public QObject
{
    Q_OBJECT

    sys::PosixProcessLauncher m_launcher;
    sys::SystemClock m_clock;
    logs::LogStore m_logs;
    TestProject m_project;
    FunctionConfig m_config;
    std::unique_ptr<Pool> m_pool;

    Invocation run(const QByteArray &payload)
    {
        std::optional<Invocation> result;
        if (!m_pool->invoke({m_config, payload, {}, {}}, [&](Invocation invocation) { result = std::move(invocation); }))
            return {};
        (void)QTest::qWaitFor([&] { return result.has_value(); }, 30'000);
        return result.value_or(Invocation{});
    }

private Q_SLOTS:
    void initTestCase()
    {
        QString client = qEnvironmentVariable("EPHEMERA_RIC");
        if (client.isEmpty())
            client = QDir::homePath() + "/.cache/ephemera-build/conformance/node_modules/aws-lambda-ric";
        if (!QFile::exists(client + "/dist/index.mjs") && !QFile::exists(client + "/bin/index.mjs") && !QFile::exists(client + "/package.json"))
            QSKIP("The official client is not installed: tests/conformance/README.md");
        const QString node = sys::Interpreters().find(sys::Language::NodeJs, "20")->path;
        const QJsonObject package = QJsonDocument::fromJson([&] { QFile f(client + "/package.json"); return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray(); }()).object();
        const QJsonValue bin = package.value("bin");
        const QString entry = client + '/' + (bin.isObject() ? bin.toObject().begin()->toString() : bin.toString());
        m_project.file("bootstrap", "#!/bin/sh\nexec '" + node.toUtf8() + "' '" + entry.toUtf8() + "' \"$_HANDLER\"\n")
            .file("index.js", "let n = 0;\nexports.handler = async (event, context) => {\n  n += 1;\n  if (event.fail) { const e = new TypeError('failed ' + event.id); throw e; }\n  if (event.size) return { id: event.id, data: 'x'.repeat(event.size) };\n"
                              "  return { id: event.id, text: event.text, n, left: context.getRemainingTimeInMillis() > 0, request: context.awsRequestId };\n};\n");
        QFile::setPermissions(m_project.path("bootstrap"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        m_config.name = "ric";
        m_config.codeFolder = m_project.path();
        m_config.runtime = "provided.al2023";
        m_config.handler = "index.handler";
        m_config.memoryMiB = 512;
        m_config.timeout = std::chrono::seconds(20);
        m_pool = std::make_unique<Pool>(Surroundings{m_launcher, m_clock, m_logs, "token-0123456789abcdef", true}, sys::Interpreters());
    }

    void answersAThousandMixedInvocations()
    {
        int colds = 0;
        for (int id = 0; id < 1000; ++id) {
            const QString text = QString("ä€😀\n\"%1\\").arg(id);
            QJsonObject event{{"id", id}, {"text", text}};
            if (id % 10 == 3)
                event.insert("fail", true);
            if (id % 50 == 7)
                event.insert("size", 1 << (10 + id % 12));
            const Invocation invocation = run(QJsonDocument(event).toJson(QJsonDocument::Compact));
            colds += invocation.report.coldStart;
            const QJsonObject answer = QJsonDocument::fromJson(invocation.payload).object();
            if (id % 10 == 3) {
                QCOMPARE(outcomeName(invocation.outcome), "functionError");
                QCOMPARE(answer.value("errorType").toString(), "TypeError");
                QCOMPARE(answer.value("errorMessage").toString(), QString("failed %1").arg(id));
                continue;
            }
            QCOMPARE(outcomeName(invocation.outcome), "answered");
            QCOMPARE(answer.value("id").toInt(-1), id);
            if (event.contains("size")) {
                QCOMPARE(answer.value("data").toString().size(), 1 << (10 + id % 12));
            } else {
                QCOMPARE(answer.value("text").toString(), text);
                QVERIFY(answer.value("left").toBool());
                QCOMPARE(answer.value("request").toString().toLatin1(), invocation.report.requestId);
            }
        }
        QCOMPARE(colds, 1);
    }

    void reportsWhatTheClientReports()
    {
        m_config.handler = "index.nothing";
        const Invocation invocation = run("{}");
        QCOMPARE(outcomeName(invocation.outcome), "initError");
        QVERIFY2(invocation.payload.contains("Runtime.HandlerNotFound"), invocation.payload.constData());
    }

    void cleanupTestCase() { m_pool.reset(); }
};

QTEST_GUILESS_MAIN(tst_OfficialClient)
#include "tst_officialclient.moc"
