// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/pack.h"
#include "tests/support/endpointfixture.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

using namespace eph;
using test::TestProject;

/// The AWS SDK for JavaScript v3 against the endpoint, each case of sdk.mjs a row. tests/conformance/README.md says how to get it;
/// without it these tests are skipped.
class tst_AwsSdk : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    QList<QJsonObject> m_cases;

private Q_SLOTS:
    void initTestCase()
    {
        QString clients = qEnvironmentVariable("EPHEMERA_SDK");
        if (clients.isEmpty())
            clients = QDir::homePath() + "/.cache/ephemera-build/conformance/sdk";
        if (!QFile::exists(clients + "/complete"))
            QSKIP("The AWS SDK is not installed: tests/conformance/README.md");
        m_project.file("index.js",
                       "exports.handler = async (event, context) => { if (event.fail) throw new TypeError('asked'); console.log(JSON.stringify(event)); return { event, client: context.clientContext }; };\n"
                       "exports.stream = awslambda.streamifyResponse(async (event, stream) => { stream.write('one,'); await new Promise((r) => setTimeout(r, 50)); stream.write('two'); stream.end(); });\n"
                       "exports.socket = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });\n");
        m_project.file("template.yaml",
                       "Transform: AWS::Serverless-2016-10-31\nResources:\n"
                       "  Echo:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: echo, Runtime: nodejs20.x, Handler: index.handler}\n"
                       "  Stream:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: stream, Runtime: nodejs20.x, Handler: index.stream}\n"
                       "  Socket:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: socket, Runtime: nodejs20.x, Handler: index.socket}\n"
                       "  Chat:\n    Type: AWS::Serverless::WebSocketApi\n    Properties: {StageName: live, RouteSelectionExpression: $request.body.action, Routes: {$default: {FunctionArn: !GetAtt Socket.Arn, RouteResponseSelectionExpression: $default}}}\n");
        m_project.file("code/index.js", "exports.handler = async () => 1;\n").file("code.zip", package::packFolder(m_project.path("code"), {}).value());
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        QProcess node;
        node.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        node.start(sys::Interpreters().find(sys::Language::NodeJs, "20")->path, {SOURCE_DIR "/tests/conformance/sdk.mjs", clients, QString("http://127.0.0.1:%1").arg(m_cloud->port), QString("http://127.0.0.1:%1").arg(m_cloud->gatewayPort), m_project.path("code.zip")});
        // The endpoint's thread is another one; this one may wait.
        QVERIFY(node.waitForFinished(120'000));
        const QList<QByteArray> lines = node.readAllStandardOutput().split('\n');
        for (const QByteArray &line : lines) {
            if (!line.isEmpty())
                m_cases << QJsonDocument::fromJson(line).object();
        }
        QCOMPARE(node.exitCode(), 0);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void understands_data()
    {
        QTest::addColumn<QString>("problem");
        for (const QJsonObject &each : std::as_const(m_cases))
            QTest::newRow(qPrintable(each.value("name").toString())) << each.value("problem").toString();
        QVERIFY(m_cases.size() >= 12);
    }
    void understands()
    {
        QFETCH(QString, problem);
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
};

QTEST_GUILESS_MAIN(tst_AwsSdk)
#include "tst_awssdk.moc"
