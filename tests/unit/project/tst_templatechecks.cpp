// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/stampedproject.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::project;
using test::TestProject;

/// What CloudFormation refuses of a template as a whole.
class tst_TemplateChecks : public QObject
{
    Q_OBJECT

    static Findings findings(const QByteArray &yaml, const QString &rule)
    {
        TestProject folder;
        folder.file("template.yaml", yaml);
        Findings found;
        for (const Finding &finding : folder.load().findings) {
            if (finding.rule == rule)
                found << finding;
        }
        return found;
    }
    static QByteArray function(const QByteArray &name, const QByteArray &properties)
    {
        return "  " + name + ": {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: index.handler, CodeUri: ., " + properties + "}}\n";
    }

private Q_SLOTS:
    void circles_data()
    {
        QTest::addColumn<QByteArray>("resources");
        QTest::addColumn<QString>("circle"); ///< Empty: none.
        const QByteArray onUpload = "Events: {Up: {Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'}}}";
        const QByteArray bucket = "  B: {Type: AWS::S3::Bucket}\n";
        const QByteArray readsBucket = "Environment: {Variables: {BUCKET: !Ref B}}, ";
        QTest::newRow("a bucket that its function names") << function("F", readsBucket + onUpload) + bucket << "B → F → B";
        QTest::newRow("a bucket in a policy") << function("F", "Policies: [{S3ReadPolicy: {BucketName: !Ref B}}], " + onUpload) + bucket << "B → F → B";
        QTest::newRow("a bucket by a name of its own") << function("F", "Environment: {Variables: {BUCKET: photos}}, " + onUpload) + bucket << "";
        QTest::newRow("a bucket that only feeds") << function("F", onUpload) + bucket << "";
        QTest::newRow("a queue that its function names") << function("F", "Environment: {Variables: {Q: !Ref Q}}, Events: {M: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}") + "  Q: {Type: AWS::SQS::Queue}\n" << "";
        QTest::newRow("two functions") << function("F", "Environment: {Variables: {G: !GetAtt G.Arn}}") + function("G", "Environment: {Variables: {F: !Sub 'x-${F.Arn}'}}") << "F → G → F";
        QTest::newRow("a text with a name of its own") << function("F", "Environment: {Variables: {G: !Sub ['${G}', {G: there}]}}") + function("G", "Environment: {Variables: {F: !Ref F}}") << "";
        QTest::newRow("a function and itself") << function("F", "Environment: {Variables: {ME: !Ref F}}") << "F";
        QTest::newRow("an API's address in its function") << function("F", "Environment: {Variables: {API: !Ref ServerlessRestApi}}, Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}}") << "F → ServerlessRestApi → F";
        QTest::newRow("an API of its own") << function("F", "Environment: {Variables: {API: !Sub 'https://${Own}.x'}}, Events: {A: {Type: HttpApi, Properties: {ApiId: !Ref Own, Path: /a, Method: get}}}") + "  Own: {Type: AWS::Serverless::HttpApi}\n" << "F → Own → F";
        QTest::newRow("an API with a definition of its own") << function("F", "Environment: {Variables: {API: !Ref Own}}, Events: {A: {Type: Api, Properties: {RestApiId: !Ref Own, Path: /a, Method: get}}}") + "  Own: {Type: AWS::Serverless::Api, Properties: {StageName: p, DefinitionUri: api.yaml}}\n" << "";
        QTest::newRow("an API of another stack") << function("F", "Environment: {Variables: {API: !Ref ServerlessRestApi}}, Events: {A: {Type: Api, Properties: {RestApiId: abc123, Path: /a, Method: get}}}") << "";
        const QByteArray alarm = "  A: {Type: AWS::CloudWatch::Alarm, Properties: {Dimensions: [{Name: FunctionName, Value: !Ref F}]}}\n";
        QTest::newRow("an alarm that watches a deployment") << function("F", "AutoPublishAlias: live, DeploymentPreference: {Type: AllAtOnce, Alarms: [!Ref A]}") + alarm << "";
        QTest::newRow("an alarm that is named") << function("F", "Environment: {Variables: {ALARM: !Ref A}}") + alarm << "A → F → A";
        const QByteArray result = "EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: Lambda, Destination: !GetAtt G.Arn}}}";
        const QByteArray receiver = function("G", "Environment: {Variables: {F: !Ref F}}");
        QTest::newRow("a result that the role may hand on") << function("F", result) + receiver << "F → G → F";
        QTest::newRow("a result, and a role that is given") << function("F", "Role: 'arn:aws:iam::123456789012:role/r', " + result) + receiver << "";
        QTest::newRow("a log of an API") << QByteArray("  Own: {Type: AWS::Serverless::HttpApi, Properties: {AccessLogSettings: {DestinationArn: !GetAtt Logs.Arn}}}\n  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/api/${Own}'}}\n") << "";
        QTest::newRow("an API whose authorizer names it") << "  Own: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {Authorizers: {A: {FunctionArn: !GetAtt F.Arn, AuthorizerPayloadFormatVersion: 2.0}}}}}\n" + function("F", "Environment: {Variables: {API: !Ref Own}}") << "F → Own → F";
        QTest::newRow("a pool that its trigger names") << function("F", "Environment: {Variables: {POOL: !Ref P}}, Events: {S: {Type: Cognito, Properties: {UserPool: !Ref P, Trigger: PreSignUp}}}") + "  P: {Type: AWS::Cognito::UserPool}\n" << "F → P → F";
        QTest::newRow("a variable by the name of a function") << function("F", "Environment: {Variables: {Sub: '${F}'}}") << "";
        QTest::newRow("a WebSocket API") << function("F", "Environment: {Variables: {API: !Ref Own}}") + "  Own: {Type: AWS::Serverless::WebSocketApi, Properties: {Routes: {say: {FunctionArn: !GetAtt F.Arn}}}}\n" << "";
        QTest::newRow("an order") << QByteArray("  A: {Type: AWS::SQS::Queue, DependsOn: B}\n  B: {Type: AWS::SQS::Queue, DependsOn: [C]}\n  C: {Type: AWS::SQS::Queue, DependsOn: A}\n") << "A → B → C → A";
        QTest::newRow("a condition that opens it") << function("F", "Environment: {Variables: {BUCKET: !If [Twice, !Ref B, none]}}, " + onUpload) + bucket << "";
        QTest::newRow("a resource that is left out") << function("F", readsBucket + onUpload) + "  B: {Type: AWS::S3::Bucket, Condition: Twice}\n" << "";
    }
    void circles()
    {
        QFETCH(QByteArray, resources);
        QFETCH(QString, circle);
        const Findings found = findings("Transform: AWS::Serverless-2016-10-31\nConditions: {Twice: !Equals [a, b]}\nResources:\n" + resources, "circular");
        QCOMPARE(found.size(), circle.isEmpty() ? 0 : 1);
        for (const Finding &finding : found) {
            QVERIFY2(finding.message.contains(circle), qPrintable(finding.message));
            // A release from here makes them one after the other.
            QCOMPARE(finding.severity, Severity::Warning);
        }
    }
    void globalsCount()
    {
        QCOMPARE(findings("Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Environment: {Variables: {F: !Ref F}}}}\nResources:\n" + function("F", "Timeout: 3") + function("G", "Timeout: 3"), "circular").size(), 1);
    }
    void manyCirclesAreToldOnce()
    {
        QByteArray resources;
        for (int i = 0; i < 2000; ++i)
            resources += "  R" + QByteArray::number(i) + ": {Type: AWS::SQS::Queue, DependsOn: R" + QByteArray::number(i / 2 * 2 + (i + 1) % 2) + "}\n";
        const Findings found = findings("Resources:\n" + resources, "circular");
        QVERIFY(!found.isEmpty() && found.size() <= 20);
        // As long as it is deep, and without a circle.
        resources.clear();
        for (int i = 1; i < 3000; ++i)
            resources += "  R" + QByteArray::number(i) + ": {Type: AWS::SQS::Queue, DependsOn: R" + QByteArray::number(i - 1) + "}\n";
        QVERIFY(findings("Resources:\n  R0: {Type: AWS::SQS::Queue}\n" + resources, "circular").isEmpty());
    }

    void transforms()
    {
        const QByteArray resources = "Resources:\n" + function("F", "Timeout: 3");
        QCOMPARE(findings(resources, "no-transform").size(), 1);
        QVERIFY(findings("Transform: AWS::Serverless-2016-10-31\n" + resources, "no-transform").isEmpty());
        QVERIFY(findings("Resources:\n  Q: {Type: AWS::SQS::Queue}\n", "no-transform").isEmpty());
    }

    void names_data()
    {
        QTest::addColumn<QByteArray>("section");
        QTest::addColumn<QString>("missing"); ///< Empty: nothing.
        QTest::newRow("an output of nothing") << QByteArray("Outputs: {O: {Value: !Ref Gone}}\n") << "Gone";
        QTest::newRow("an attribute of nothing") << QByteArray("Outputs: {O: {Value: !GetAtt Gone.Arn}}\n") << "Gone";
        QTest::newRow("in a text") << QByteArray("Outputs: {O: {Value: !Sub 'x ${Gone} ${!Literal} ${AWS::Region}'}}\n") << "Gone";
        QTest::newRow("of a queue") << QByteArray("Outputs: {O: {Value: !GetAtt Q.Arn}}\n") << "";
        QTest::newRow("of a parameter") << QByteArray("Parameters: {Stage: {Type: String, Default: a}}\nOutputs: {O: {Value: !Ref Stage}}\nConditions: {C: !Equals [!Ref Stage, a]}\n") << "";
        QTest::newRow("of what SAM makes") << QByteArray("Outputs: {O: {Value: !Sub 'https://${ServerlessRestApi}'}, R: {Value: !GetAtt FRole.Arn}}\n") << "";
        QTest::newRow("a condition on nothing") << QByteArray("Conditions: {C: !Equals [!Ref Nope, x]}\n") << "Nope";
        QTest::newRow("a condition on a resource") << QByteArray("Conditions: {C: !Equals [!Ref Q, x]}\n") << "Q";
    }
    void names()
    {
        QFETCH(QByteArray, section);
        QFETCH(QString, missing);
        const Findings found = findings("Transform: AWS::Serverless-2016-10-31\n" + section + "Resources:\n  Q: {Type: AWS::SQS::Queue}\n" + function("F", "Timeout: 3"), "unknown-reference");
        QCOMPARE(found.size(), missing.isEmpty() ? 0 : 1);
        if (!found.isEmpty())
            QVERIFY2(found.first().message.contains("“" + missing + "”"), qPrintable(found.first().message));
    }

    void words_data()
    {
        QTest::addColumn<QByteArray>("properties");
        QTest::addColumn<QString>("rule");
        QTest::newRow("architecture") << QByteArray("Architectures: [arm65]") << "value-not-allowed";
        QTest::newRow("authorization") << QByteArray("FunctionUrlConfig: {AuthType: FOO}") << "value-not-allowed";
        QTest::newRow("streaming") << QByteArray("FunctionUrlConfig: {AuthType: NONE, InvokeMode: STREAM}") << "value-not-allowed";
        QTest::newRow("log format") << QByteArray("LoggingConfig: {LogFormat: Json}") << "value-not-allowed";
        QTest::newRow("provisioned, but what") << QByteArray("ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}") << "no-alias";
    }
    void words()
    {
        QFETCH(QByteArray, properties);
        QFETCH(QString, rule);
        QCOMPARE(findings("Transform: AWS::Serverless-2016-10-31\nResources:\n" + function("F", properties), rule).size(), 1);
    }
    void wordsThatAreFine()
    {
        const QByteArray fine = function("F", "Architectures: [arm64], FunctionUrlConfig: {AuthType: AWS_IAM, InvokeMode: RESPONSE_STREAM}, LoggingConfig: {LogFormat: JSON}, AutoPublishAlias: live, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}");
        const QByteArray unknown = "Parameters: {A: {Type: String}}\n";
        QVERIFY(findings("Transform: AWS::Serverless-2016-10-31\n" + unknown + "Resources:\n" + function("F", "Architectures: [!Ref A], FunctionUrlConfig: {AuthType: '{{resolve:ssm:/auth}}'}"), "value-not-allowed").isEmpty());
        for (const char *rule : {"value-not-allowed", "no-alias", "circular", "unknown-reference", "no-transform"})
            QVERIFY(findings("Transform: AWS::Serverless-2016-10-31\nResources:\n" + fine, rule).isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_TemplateChecks)
#include "tst_templatechecks.moc"
