// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/canary.h"
#include "core/deploy/exports.h"
#include "core/deploy/resourcetype.h"
#include "core/deploy/wire.h"
#include "core/services/deployservice.h"
#include "tests/support/deployproject.h"
#include "tests/support/endpointfixture.h"

#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>

using namespace eph;
using namespace eph::test;

/// A release beside those who know the services best: botocore's models for every request that it makes, and the AWS command line for
/// what is there afterwards.
class tst_Deployment : public QObject
{
    Q_OBJECT

    static constexpr char Secret[] = "it's \"planted\" $HOME \\ end";

    struct Said {
        int code = -1;
        QByteArray out;
        QByteArray err;
        [[nodiscard]] QJsonObject object() const { return QJsonDocument::fromJson(out).object(); }
    };
    static QProcessEnvironment environment(const EndpointFixture &cloud)
    {
        QProcessEnvironment values = QProcessEnvironment::systemEnvironment();
        values.insert("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        values.insert("AWS_SECRET_ACCESS_KEY", "secret");
        values.insert("AWS_DEFAULT_REGION", "us-east-1");
        values.insert("AWS_EC2_METADATA_DISABLED", "true");
        values.insert("AWS_PAGER", "");
        values.insert("AWS_ENDPOINT_URL", QStringLiteral("http://127.0.0.1:%1").arg(cloud.port));
        values.insert("EPHEMERA_SECRET_PLANTED_KEY", Secret);
        return values;
    }
    static Said run(const EndpointFixture &cloud, const QString &program, const QStringList &arguments, const QByteArray &input = {})
    {
        QProcess process;
        process.setProcessEnvironment(environment(cloud));
        process.start(program, arguments);
        process.write(input);
        process.closeWriteChannel();
        process.waitForFinished(300'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    static std::unique_ptr<services::DeployService> serviceFor(const TestProject &project, EndpointFixture &cloud, http::Transport &network, sys::SecretStore &secrets)
    {
        qputenv("EPHEMERA_SECRET_PLANTED_KEY", Secret);
        services::DeployRequest request{{project.path(), {}, {}}, {"local", "dev", {}, "us-east-1", {}}, QUrl(QStringLiteral("http://127.0.0.1:%1").arg(cloud.port))};
        auto opened = services::DeployService::open(request, network, cloud.clock, secrets);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        return *std::move(opened);
    }
    static void requireAws()
    {
        if (QStandardPaths::findExecutable("aws").isEmpty())
            QSKIP("The AWS command line is not installed (on Debian: apt install awscli)");
    }

    /// With something in every place that is not known before.
    static deploy::ApiCall standIn(const deploy::ApiCall &call)
    {
        const auto filled = deploy::filledIn(call.parameters, [](deploy::values::Kind kind, const QJsonValue &argument) -> Result<QJsonValue> {
            const QString member = argument.toObject().value("member").toString();
            if (kind == deploy::values::Kind::Package)
                return QJsonValue(QString::fromLatin1(QByteArray("PK").toBase64()));
            if (kind == deploy::values::Kind::Configured)
                return QJsonValue(QJsonObject{{"Variables", QJsonObject{{"A", "b"}}}});
            if (member == "Version" && argument.toObject().value("step").toString().startsWith("layer:"))
                return QJsonValue(1);
            return QJsonValue(member == "Version" ? QStringLiteral("3") : QStringLiteral("standin"));
        });
        return {call.service, call.operation, filled->toObject()};
    }

    static QByteArray lineOf(const deploy::ApiCall &call)
    {
        const deploy::ApiCall whole = standIn(call);
        const auto request = deploy::requestOf(whole);
        if (!request)
            return {};
        const QJsonObject line{{"service", whole.service}, {"operation", whole.operation}, {"parameters", whole.parameters}, {"method", QString::fromLatin1(request->method)}, {"path", QString::fromLatin1(request->path)}, {"query", QString::fromLatin1(request->query)}, {"body", QString::fromUtf8(request->body)}, {"target", QString::fromLatin1(request->header("X-Amz-Target"))}};
        return QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
    }

    static QByteArray linesOf(const deploy::Plan &plan, QSet<QString> &operations)
    {
        QByteArray lines;
        const auto add = [&](const deploy::ApiCall &call) {
            operations.insert(call.service + ' ' + call.operation);
            const QByteArray line = lineOf(call);
            if (line.isEmpty())
                qFatal("no request for %s", qPrintable(call.operation));
            lines += line;
        };
        for (const deploy::Step &step : plan.steps) {
            if (!step.observation)
                add(step.call);
            for (const deploy::ApiCall &undo : step.undo)
                add(undo);
            if (step.probe)
                add(step.probe->call);
        }
        return lines;
    }

private Q_SLOTS:
    void everyRequestIsAsBotocoreMakesIt()
    {
        TestProject project;
        writeEverything(project);
        EndpointFixture cloud(project);
        http::NetworkTransport network;
        sys::SecretStore secrets;
        const auto service = serviceFor(project, cloud, network, secrets);
        const auto first = service->prepare();
        QVERIFY2(first, first ? "" : qPrintable(first.error().message));
        QSet<QString> operations;
        QByteArray lines = linesOf(first->plan, operations);
        QCOMPARE(service->apply(*first, {}, {})->ending, deploy::Deployer::Ending::Deployed);
        writeEverything(project, "2", "256", "rate(2 hours)");
        const auto second = service->prepare();
        QVERIFY(second);
        lines += linesOf(second->plan, operations);
        QCOMPARE(service->apply(*second, {}, {})->ending, deploy::Deployer::Ending::Deployed);
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Q: {Type: AWS::SQS::Queue}\n");
        const auto third = service->prepare({true, {}});
        QVERIFY(third);
        lines += linesOf(third->plan, operations);
        const QDateTime now = QDateTime::currentDateTimeUtc();
        for (const deploy::ApiCall &call : deploy::metricCalls({"shop-dev-Api", "3", now.addSecs(-60), now}))
            lines += lineOf(call);
        lines += lineOf({"lambda", "Invoke", {{"FunctionName", "shop-dev-Api"}, {"Qualifier", "live"}, {"Payload", QString::fromLatin1(QByteArray("{\"n\":1}").toBase64())}}});
        lines += lineOf({"logs", "StartLiveTail", {{"logGroupIdentifiers", QJsonArray{"arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/shop"}}}});
        lines += lineOf({"logs", "DescribeLogGroups", {{"logGroupNamePrefix", "/aws/lambda/"}, {"nextToken", "x"}}});
        lines += lineOf({"logs", "FilterLogEvents", {{"logGroupName", "/aws/lambda/shop"}, {"startTime", qint64(1'770'000'000'000)}, {"nextToken", "x"}}});
        QVERIFY(operations.contains("lambda DeleteFunction") && operations.contains("apigatewayv2 ImportApi") && operations.contains("iam DeleteRole"));
        QVERIFY2(operations.size() > 45, qPrintable(QString::number(operations.size())));
        const Said said = run(cloud, "python3", {SOURCE_DIR "/tests/conformance/checkrequests.py"}, lines);
        if (said.code == 77)
            QSKIP("botocore is not installed (on Debian: apt install python3-botocore)");
        QVERIFY2(said.code == 0, said.err);
        QVERIFY2(said.out.isEmpty(), said.out);
    }

    void botocoreListensToALogGroup()
    {
        TestProject project;
        project.function("python3.13", "index.handler", "      FunctionName: one\n").file("index.py", "def handler(event, context):\n    print('hello', event['n'])\n    return 1\n");
        EndpointFixture cloud(project);
        const Said said = run(cloud, "python3", {SOURCE_DIR "/tests/conformance/livetail.py", QStringLiteral("http://127.0.0.1:%1").arg(cloud.port), "one"});
        if (said.code == 77)
            QSKIP("botocore is not installed (on Debian: apt install python3-botocore), or knows no Live Tail");
        QVERIFY2(said.code == 0, said.err);
        QCOMPARE(said.out.trimmed(), "True 1 hello 7 123456789012:/aws/lambda/one");
    }

    void theCommandLineReadsBackWhatWasPlanned()
    {
        requireAws();
        TestProject project;
        writeEverything(project);
        EndpointFixture cloud(project);
        http::NetworkTransport network;
        sys::SecretStore secrets;
        const auto service = serviceFor(project, cloud, network, secrets);
        const auto release = service->prepare();
        QVERIFY(release);
        const auto outcome = service->apply(*release, {}, {});
        QVERIFY2(outcome->ending == deploy::Deployer::Ending::Deployed, outcome->error ? qPrintable(outcome->error->message) : "");
        const auto aws = [&](const QStringList &arguments) { return run(cloud, "aws", QStringList{"--endpoint-url", QStringLiteral("http://127.0.0.1:%1").arg(cloud.port), "--output", "json"} + arguments); };
        int compared = 0;
        for (const deploy::Resource &resource : release->plan.spec.resources) {
            const QJsonObject &wanted = resource.properties;
            if (resource.kind == deploy::kinds::Function) {
                const QJsonObject function = aws({"lambda", "get-function", "--function-name", resource.name, "--qualifier", "live"}).object().value("Configuration").toObject();
                QCOMPARE(function.value("CodeSha256"), wanted.value("CodeSha256"));
                QCOMPARE(function.value("MemorySize"), wanted.value("Configuration").toObject().value("MemorySize"));
                QCOMPARE(function.value("Role"), wanted.value("Configuration").toObject().value("Role"));
                QCOMPARE(aws({"lambda", "get-alias", "--function-name", resource.name, "--name", "live"}).object().value("FunctionVersion").toString(), "1");
                if (resource.id == "Api") {
                    QCOMPARE(function.value("Environment").toObject().value("Variables").toObject().value("KEY").toString(), QString(Secret));
                    QCOMPARE(aws({"lambda", "get-function-concurrency", "--function-name", resource.name}).object().value("ReservedConcurrentExecutions").toInt(), 3);
                    QCOMPARE(aws({"lambda", "get-function-event-invoke-config", "--function-name", resource.name, "--qualifier", "live"}).object().value("MaximumRetryAttempts").toInt(), 1);
                }
            } else if (resource.kind == deploy::kinds::Role) {
                const QJsonObject policy = aws({"iam", "get-role-policy", "--role-name", resource.name, "--policy-name", "ephemera"}).object().value("PolicyDocument").toObject();
                QCOMPARE(policy, wanted.value("Policy").toObject());
                QVERIFY(!QJsonDocument(policy).toJson().contains("\"Resource\": \"*\""));
            } else if (resource.kind == deploy::kinds::Permission) {
                const QJsonObject policy = QJsonDocument::fromJson(aws({"lambda", "get-policy", "--function-name", wanted.value("FunctionName").toString(), "--qualifier", "live"}).object().value("Policy").toString().toUtf8()).object();
                const QByteArray text = QJsonDocument(policy).toJson();
                QVERIFY2(text.contains(wanted.value("StatementId").toString().toUtf8()), text);
            } else if (resource.kind == deploy::kinds::Rule) {
                const QJsonObject rule = aws({"events", "describe-rule", "--name", resource.name}).object();
                const QJsonObject wantedRule = wanted.value("Rule").toObject();
                for (const char *member : {"ScheduleExpression", "EventPattern", "State"})
                    QCOMPARE(rule.value(member).toString(), wantedRule.value(member).toString());
                QCOMPARE(aws({"events", "list-targets-by-rule", "--rule", resource.name}).object().value("Targets").toArray().first().toObject(), wanted.value("Target").toObject());
            } else if (resource.kind == deploy::kinds::Schedule) {
                const QJsonObject schedule = aws({"scheduler", "get-schedule", "--name", resource.name}).object();
                for (const char *member : {"ScheduleExpression", "ScheduleExpressionTimezone", "State", "Target", "FlexibleTimeWindow"})
                    QVERIFY2(deploy::satisfies(wanted.value(member), schedule.value(member)), member);
            } else if (resource.kind == deploy::kinds::Mapping) {
                const QJsonObject mapping = aws({"lambda", "list-event-source-mappings", "--function-name", wanted.value("FunctionName").toString()}).object();
                QVERIFY(QJsonDocument(mapping).toJson().contains(wanted.value("EventSourceArn").toString().toUtf8()));
            } else if (resource.kind == deploy::kinds::Api) {
                const QString id = outcome->outputs.value(resource.key()).toObject().value("ApiId").toString();
                QCOMPARE(aws({"apigatewayv2", "get-api", "--api-id", id}).object().value("Name").toString(), resource.name);
                QCOMPARE(aws({"apigatewayv2", "get-routes", "--api-id", id}).object().value("Items").toArray().first().toObject().value("RouteKey").toString(), "GET /items/{id}");
            } else if (resource.kind == deploy::kinds::RestApi) {
                QVERIFY(aws({"apigateway", "get-rest-apis"}).out.contains(resource.name.toUtf8()));
            } else if (resource.kind == deploy::kinds::Url) {
                QCOMPARE(aws({"lambda", "get-function-url-config", "--function-name", resource.name, "--qualifier", "live"}).object().value("AuthType").toString(), "NONE");
            } else if (resource.kind == deploy::kinds::Queue) {
                QCOMPARE(aws({"sqs", "get-queue-attributes", "--queue-url", aws({"sqs", "get-queue-url", "--queue-name", resource.name}).object().value("QueueUrl").toString(), "--attribute-names", "VisibilityTimeout"}).object().value("Attributes").toObject().value("VisibilityTimeout").toString(), "60");
            } else if (resource.kind == deploy::kinds::Notification) {
                QVERIFY(aws({"s3api", "get-bucket-notification-configuration", "--bucket", resource.name}).out.contains(":live"));
            } else if (resource.kind == deploy::kinds::Subscription) {
                QVERIFY(aws({"sns", "list-subscriptions-by-topic", "--topic-arn", wanted.value("TopicArn").toString()}).out.contains(wanted.value("Endpoint").toString().toUtf8()));
            } else {
                continue;
            }
            ++compared;
        }
        QVERIFY2(compared > 20, qPrintable(QString::number(compared)));
    }

    /// The exported script alone makes what the plan makes.
    void theExportedScriptEndsInTheSameState()
    {
        requireAws();
        QStringList states[2];
        for (const bool script : {false, true}) {
            TestProject project;
            writeEverything(project);
            EndpointFixture cloud(project);
            http::NetworkTransport network;
            sys::SecretStore secrets;
            const auto service = serviceFor(project, cloud, network, secrets);
            const auto release = service->prepare();
            QVERIFY(release);
            if (script) {
                const auto exported = deploy::exportRelease({"awscli", release->plan, service->vault()});
                QVERIFY(exported);
                QTemporaryDir folder;
                for (const auto &[name, bytes] : exported->files) {
                    QVERIFY(!bytes.contains("planted\" $HOME"));
                    QDir().mkpath(QFileInfo(folder.filePath(name)).path());
                    QFile file(folder.filePath(name));
                    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
                }
                // SQS is the one service for which the command line's first version listens to no variable.
                QFile shim(folder.filePath("aws"));
                QVERIFY(shim.open(QIODevice::WriteOnly));
                shim.write("#!/bin/sh\nexec " + QStandardPaths::findExecutable("aws").toUtf8() + " --endpoint-url \"$AWS_ENDPOINT_URL\" \"$@\"\n");
                shim.close();
                shim.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
                const Said said = run(cloud, "bash", {"-c", "PATH=" + folder.path() + ":$PATH exec bash " + folder.filePath("deploy.sh")});
                QVERIFY2(said.code == 0, said.err.right(500));
            } else {
                QCOMPARE(service->apply(*release, {}, {})->ending, deploy::Deployer::Ending::Deployed);
            }
            const auto left = service->prepare();
            QVERIFY(left);
            QStringList steps;
            for (const deploy::Step &step : left->plan.steps)
                steps << step.summary + ' ' + step.details.join("; ");
            QCOMPARE(steps, QStringList());
            states[script ? 1 : 0] = accountState(project);
        }
        QCOMPARE(states[1], states[0]);
    }
};

QTEST_GUILESS_MAIN(tst_Deployment)
#include "tst_deployment.moc"
