// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/endpointfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>

using namespace eph;
using test::TestProject;

/// The AWS command line against the endpoint. Skipped where it is not installed.
class tst_AwsCli : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    struct Said {
        int code = -1;
        QByteArray out;
        QByteArray err;
        [[nodiscard]] QJsonObject object() const { return QJsonDocument::fromJson(out).object(); }
    };
    Said aws(const QStringList &arguments)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        environment.insert("AWS_SECRET_ACCESS_KEY", "secret");
        environment.insert("AWS_DEFAULT_REGION", "us-east-1");
        environment.insert("AWS_EC2_METADATA_DISABLED", "true");
        environment.insert("AWS_PAGER", "");
        environment.insert("AWS_MAX_ATTEMPTS", "1");
        process.setProcessEnvironment(environment);
        process.start("aws", QStringList{"--endpoint-url", "http://127.0.0.1:" + QString::number(m_cloud->port), "--output", "json"} + arguments);
        // The endpoint's thread is another one; this one may wait.
        process.waitForFinished(60'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable("aws").isEmpty())
            QSKIP("The AWS command line is not installed (on Debian: apt install awscli)");
        m_project.function("nodejs20.x", "index.handler", "      FunctionName: echo\n      Description: says it again\n")
            .file("index.js", "exports.handler = async (event, context) => { if (event.fail) throw new TypeError('asked'); console.log('seen'); return { event, client: context.clientContext }; };\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        const Said version = aws({"sts", "get-caller-identity"});
        QVERIFY2(version.code == 0, version.err);
        QCOMPARE(version.object().value("Account").toString(), "123456789012");
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void invokes()
    {
        m_project.file("event.json", "{\"a\":\"\xc3\xa4\"}");
        const Said said = aws({"lambda", "invoke", "--function-name", "echo", "--payload", "fileb://" + m_project.path("event.json"), "--client-context", QByteArray("{\"custom\":{\"k\":\"v\"}}").toBase64(), "--log-type", "Tail", m_project.path("out.json")});
        QVERIFY2(said.code == 0, said.err);
        QCOMPARE(said.object().value("StatusCode").toInt(), 200);
        QVERIFY(QByteArray::fromBase64(said.object().value("LogResult").toString().toLatin1()).contains("seen"));
        const QJsonObject answer = QJsonDocument::fromJson(m_project.read("out.json")).object();
        QCOMPARE(answer.value("event").toObject().value("a").toString(), QString::fromUtf8("\xc3\xa4"));
        QCOMPARE(answer.value("client").toObject().value("custom").toObject().value("k").toString(), "v");
    }

    void seesFunctionErrors()
    {
        m_project.file("event.json", "{\"fail\":true}");
        const Said said = aws({"lambda", "invoke", "--function-name", "echo", "--payload", "fileb://" + m_project.path("event.json"), m_project.path("out.json")});
        QVERIFY2(said.code == 0, said.err);
        QCOMPARE(said.object().value("FunctionError").toString(), "Unhandled");
        QVERIFY(m_project.read("out.json").contains("TypeError"));
    }

    void sendsEventsAndDryRuns()
    {
        QCOMPARE(aws({"lambda", "invoke", "--function-name", "echo", "--invocation-type", "Event", m_project.path("out.json")}).object().value("StatusCode").toInt(), 202);
        QCOMPARE(aws({"lambda", "invoke", "--function-name", "echo", "--invocation-type", "DryRun", m_project.path("out.json")}).object().value("StatusCode").toInt(), 204);
    }

    void listsAndDescribes()
    {
        const QJsonArray functions = aws({"lambda", "list-functions"}).object().value("Functions").toArray();
        QCOMPARE(functions.size(), 1);
        QCOMPARE(functions.first().toObject().value("Description").toString(), "says it again");
        QCOMPARE(aws({"lambda", "get-function", "--function-name", "echo"}).object().value("Configuration").toObject().value("Handler").toString(), "index.handler");
        QCOMPARE(aws({"lambda", "wait", "function-active", "--function-name", "echo"}).code, 0);
        QCOMPARE(aws({"lambda", "get-account-settings"}).object().value("AccountLimit").toObject().value("ConcurrentExecutions").toInt(), 1000);
    }

    void understandsRefusals()
    {
        const Said missing = aws({"lambda", "get-function", "--function-name", "nope"});
        QVERIFY(missing.code != 0);
        QVERIFY2(missing.err.contains("(ResourceNotFoundException)") && missing.err.contains("Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope"), missing.err);
        const Said invoked = aws({"lambda", "invoke", "--function-name", "nope", m_project.path("out.json")});
        QVERIFY2(invoked.err.contains("(ResourceNotFoundException)"), invoked.err);
    }
};

QTEST_GUILESS_MAIN(tst_AwsCli)
#include "tst_awscli.moc"
