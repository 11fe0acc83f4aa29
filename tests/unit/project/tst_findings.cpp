// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/stampedproject.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::project;
using test::TestProject;
using namespace Qt::StringLiterals;

/// What is told of a template, where, and what is not.
class tst_Findings : public QObject
{
    Q_OBJECT

    /// Five loops in each other, each of thirty turns.
    static QByteArray manyLoops()
    {
        QByteArray values = "[";
        for (int i = 0; i < 30; ++i)
            values += (i > 0 ? ", " : "") + QByteArray("v") + QByteArray::number(i);
        values += ']';
        QByteArray made = "{'Q&{A}&{B}&{C}&{D}&{E}': {Type: AWS::SQS::Queue}}";
        for (const char *name : {"E", "D", "C", "B", "A"})
            made = "{'Fn::ForEach::" + QByteArray(name) + "': [" + name + ", " + values + ", " + made + "]}";
        return "  Fn::ForEach::All: [All, [x], " + made + "]\n";
    }

    static Project load(const QByteArray &yaml)
    {
        TestProject folder;
        folder.file(u"template.yaml"_s, yaml);
        return folder.load();
    }
    static bool has(const Project &project, const QString &rule, const QString &key = {})
    {
        return std::any_of(project.findings.cbegin(), project.findings.cend(), [&](const Finding &finding) { return finding.rule == rule && (key.isEmpty() || finding.key == key); });
    }

private Q_SLOTS:
    void namesWhatItDoesNotUnderstand_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("rule");
        const QByteArray head = "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n";
        QTest::newRow("a preflight that nobody passes") << head + "  Api:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, Cors: \"'*'\", Auth: {DefaultAuthorizer: AWS_IAM}}\n" << "guarded-preflight";
        QTest::newRow("one id twice") << head + head.mid(head.indexOf("  Fn:")) << "duplicate-id";
        QTest::newRow("key") << head + "      MemroySize: 256\n" << "unknown-key";
        QTest::newRow("section") << "Resorces: {}\n" + head << "unknown-key";
        QTest::newRow("unchecked parameters") << head + "      Events: {A: {Type: Api, Properties: {Path: /a, Method: get, RequestParameters: [method.request.querystring.q: {Required: true}]}}}\n" << "unchecked-parameters";
        QTest::newRow("cloud only") << head + "      VpcConfig: {SubnetIds: [a]}\n" << "cloud-only";
        QTest::newRow("event") << head + "      Events: {E: {Type: Carrier, Properties: {}}}\n" << "unknown-event";
        QTest::newRow("memory") << head + "      MemorySize: 64\n" << "out-of-range";
        QTest::newRow("timeout type") << head + "      Timeout: [1]\n" << "not-a-number";
        QTest::newRow("timeout text") << head + "      Timeout: soon\n" << "not-a-number";
        QTest::newRow("reference") << head + "      Environment: {Variables: {AB: !Ref Nothing}}\n" << "unknown-reference";
        QTest::newRow("tag") << head + "      Description: !Frobnicate x\n" << "unknown-function";
        QTest::newRow("condition") << head + "      Timeout: !If [Nope, 1, 2]\n" << "unknown-condition";
        QTest::newRow("circular condition") << "Conditions: {A: !Condition B, B: !Condition A}\n" + head + "      Timeout: !If [A, 1, 2]\n" << "circular-condition";
        QTest::newRow("mapping") << head + "      Timeout: !FindInMap [A, b, c]\n" << "unknown-mapping";
        QTest::newRow("variable name") << head + "      Environment: {Variables: {1X: a}}\n" << "bad-variable-name";
        QTest::newRow("variable type") << head + "      Environment: {Variables: {AB: [1]}}\n" << "wrong-type";
        QTest::newRow("variables too large") << head + "      Environment: {Variables: {AB: " + QByteArray(5000, 'x') + "}}\n" << "environment-too-large";
        QTest::newRow("reserved variable") << head + "      Environment: {Variables: {AWS_REGION: mars}}\n" << "reserved-variable";
        QTest::newRow("function name") << head + "      FunctionName: $(touch /tmp/x)\n" << "bad-function-name";
        QTest::newRow("function name with a line end") << head + "      FunctionName: \"fn\\n\"\n" << "bad-function-name";
        QTest::newRow("function name too long") << head + "      FunctionName: " + QByteArray(65, 'x') + "\n" << "bad-function-name";
        QTest::newRow("variable of one letter") << head + "      Environment: {Variables: {A: a}}\n" << "bad-variable-name";
        QTest::newRow("variable with another letter") << head + "      Environment: {Variables: {\xc3\x84" "B: a}}\n" << "bad-variable-name";
        QTest::newRow("logical id") << QByteArray("Resources: {../../../x: {Type: AWS::Serverless::Function, Properties: {InlineCode: x}}}\n") << "bad-logical-id";
        QTest::newRow("device included") << head + "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: /dev/zero}}\n" << "missing-include";
        QTest::newRow("no code") << head + "      CodeUri: nowhere\n" << "no-code";
        QTest::newRow("bucket code") << head + "      CodeUri: s3://bucket/key\n" << "remote-code";
        QTest::newRow("image") << QByteArray("Resources: {Fn: {Type: AWS::Serverless::Function, Properties: {PackageType: Image}}}\n") << "container-image";
        QTest::newRow("no runtime") << QByteArray("Resources: {Fn: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}}\n") << "no-runtime";
        QTest::newRow("no type") << QByteArray("Resources: {Fn: {Properties: {}}}\n") << "no-type";
        QTest::newRow("no resources") << QByteArray("Description: x\n") << "no-resources";
        QTest::newRow("resources is a list") << QByteArray("Resources: [1]\n") << "no-resources";
        QTest::newRow("not a map") << QByteArray("- a\n- b\n") << "no-template";
        QTest::newRow("empty") << QByteArray() << "no-template";
        QTest::newRow("syntax") << QByteArray("a: [\n") << "syntax";
        QTest::newRow("parameter without value") << "Parameters: {P: {Type: String}}\n" + head << "no-value";
        QTest::newRow("a function that hears itself") << head + "      Events: {Own: {Type: CloudWatchLogs, Properties: {LogGroupName: !Sub '/aws/lambda/${Fn}', FilterPattern: ERROR}}}\n" << "log-loop";
        QTest::newRow("a function that hears itself in a shared group") << head + "      LoggingConfig: {LogGroup: /shared}\n  Sub: {Type: AWS::Logs::SubscriptionFilter, Properties: {LogGroupName: /shared, FilterPattern: '', DestinationArn: !GetAtt Fn.Arn}}\n" << "log-loop";
        QTest::newRow("a loop over what only the cloud knows") << "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n" + head + "  Fn::ForEach::L: [Name, !Split [',', !ImportValue Names], {'Q${Name}': {Type: AWS::SQS::Queue}}]\n" << "loop-not-resolved";
        QTest::newRow("a loop of the wrong kind") << "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n" + head + "  Fn::ForEach::L: [Name, [a, b]]\n" << "wrong-arguments";
        QTest::newRow("a loop without its transform") << head + "  Fn::ForEach::L: [Name, [a, b], {'Q${Name}': {Type: AWS::SQS::Queue}}]\n" << "no-transform";
        QTest::newRow("loops without end") << "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n" + head + manyLoops() << "too-large";
        QTest::newRow("another tool's file") << QByteArray("service: a\nprovider: {name: aws}\nfunctions: {}\n") << "serverless-framework";
        QTest::newRow("a misspelt type") << head + "  Other: {Type: AWS::Serverless::Functon}\n" << "unknown-type";
        QTest::newRow("a variable without a value") << head + "      Environment: {Variables: {AB: }}\n" << "null-value";
        QTest::newRow("an attribute that only the cloud knows") << head + "      Environment: {Variables: {AB: !GetAtt Other.Token}}\n  Other: {Type: Custom::Thing}\n" << "not-resolved";
        QTest::newRow("depends on nothing") << head + "    DependsOn: [Fn, Gone]\n" << "unknown-reference";
        QTest::newRow("a secret") << head + "      Environment: {Variables: {AB: '{{resolve:ssm:/a:1}}'}}\n" << "not-resolved";
        QTest::newRow("a parameter of the store") << "Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}}\n" + head << "not-resolved";
        QTest::newRow("an event without a path") << head + "      Events: {A: {Type: Api, Properties: {Method: get}}}\n" << "no-path";
        QTest::newRow("one route twice") << head + "      Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}, B: {Type: Api, Properties: {Path: /a, Method: GET}}}\n" << "duplicate-route";
        QTest::newRow("another stack's bucket") << head + "      Events: {A: {Type: S3, Properties: {Bucket: theirs, Events: 's3:ObjectCreated:*'}}}\n" << "bucket-elsewhere";
        QTest::newRow("an event beside a definition") << head + "      Events: {A: {Type: Api, Properties: {RestApiId: !Ref Own, Path: /b, Method: get}}}\n  Own: {Type: AWS::Serverless::Api, Properties: {StageName: p, DefinitionBody: {openapi: 3.0.1, paths: {/a: {get: {}}}}}}\n" << "event-not-in-definition";
        QTest::newRow("missing include") << head + "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: nope.yaml}}\n" << "missing-include";
    }
    void namesWhatItDoesNotUnderstand()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QString, rule);
        const Project project = load(yaml);
        QStringList rules;
        for (const Finding &finding : project.findings) {
            rules << finding.rule;
            QVERIFY(!finding.message.isEmpty());
            QVERIFY(finding.file.endsWith(u"template.yaml"_s));
        }
        QVERIFY2(rules.contains(rule), qPrintable(rules.join(u", "_s)));
    }

    void findsNoFaultWithWhatIsFine_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("rule");
        const QByteArray head = "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n";
        QTest::newRow("what SAM makes") << head + "  Q: {Type: AWS::SQS::Queue, DependsOn: FnRole}\n  R: {Type: AWS::SQS::Queue, DependsOn: [Fn, ServerlessRestApiProdStage]}\n" << "unknown-reference";
        QTest::newRow("two methods of one path") << head + "      Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}, B: {Type: Api, Properties: {Path: /a, Method: any}}, C: {Type: HttpApi, Properties: {Path: /a, Method: get}}}\n" << "duplicate-route";
        QTest::newRow("its own bucket") << head + "      Events: {A: {Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'}}}\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: mine}}\n" << "bucket-elsewhere";
        QTest::newRow("a bucket that is left out") << "Conditions: {Never: !Equals [a, b]}\n" + head + "      Events: {A: {Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'}}}\n  B: {Type: AWS::S3::Bucket, Condition: Never}\n" << "bucket-elsewhere";
        QTest::newRow("a condition by the name of no") << "Conditions: {No: !Equals [a, a]}\nMappings: {M: {NO: {price: 1}}}\n" + head + "      Description: !If [No, !FindInMap [M, NO, price], x]\n  B: {Type: AWS::S3::Bucket, Condition: No}\n" << "unknown-condition";
        QTest::newRow("a mapping's key by that name") << "Conditions: {No: !Equals [a, a]}\nMappings: {M: {NO: {price: 1}}}\n" + head + "      Description: !If [No, !FindInMap [M, NO, price], x]\n" << "unknown-mapping";
        QTest::newRow("a resource by that name") << QByteArray("Resources:\n  Off: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: index.handler, Description: !GetAtt Off.Arn}}\n  Q: {Type: AWS::SQS::Queue, DependsOn: Off}\n") << "unknown-reference";
        QTest::newRow("what a macro makes") << "Transform: [AWS::Serverless-2016-10-31, Mine]\n" + head + "  Q: {Type: AWS::SQS::Queue, DependsOn: Made}\n" << "unknown-reference";
        QTest::newRow("what SAM makes for all") << head + "  Q: {Type: AWS::SQS::Queue, DependsOn: [ServerlessDeploymentApplication, CodeDeployServiceRole]}\n" << "unknown-reference";
        QTest::newRow("a new type") << head + "  N: {Type: AWS::Lambda::NetworkConnector}\n" << "unknown-type";
        QTest::newRow("a bucket that a macro makes") << "Transform: [AWS::Serverless-2016-10-31, Mine]\n" + head + "      Events: {A: {Type: S3, Properties: {Bucket: !Ref Made, Events: 's3:ObjectCreated:*'}}}\n" << "bucket-elsewhere";
        QTest::newRow("a definition that only the cloud includes") << head + "      Events: {A: {Type: Api, Properties: {RestApiId: !Ref Own, Path: /b, Method: get}}}\n  Own: {Type: AWS::Serverless::Api, Properties: {StageName: p, DefinitionBody: {openapi: 3.0.1, paths: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}}}}}\n" << "event-not-in-definition";
        QTest::newRow("a definition's own event") << head + "      Events: {A: {Type: Api, Properties: {RestApiId: !Ref Own, Path: /a, Method: get}}}\n  Own: {Type: AWS::Serverless::Api, Properties: {StageName: p, DefinitionBody: {openapi: 3.0.1, paths: {/a: {x-amazon-apigateway-any-method: {}}}}}}\n" << "event-not-in-definition";
        QTest::newRow("an item of what the cloud knows") << head + "      Description: !Select [1, !GetAtt Other.List]\n  Other: {Type: Custom::Lists}\n" << "out-of-range";
        QTest::newRow("an item of a list without a value") << "Parameters: {L: {Type: CommaDelimitedList}}\n" + head + "      Description: !Select [1, !Ref L]\n" << "out-of-range";
    }
    void findsNoFaultWithWhatIsFine()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QString, rule);
        const Project project = load(yaml);
        for (const Finding &finding : project.findings)
            QVERIFY2(finding.rule != rule, qPrintable(finding.message));
    }

    void anItemBeyondAListIsAnError()
    {
        QVERIFY(has(load("Parameters: {L: {Type: CommaDelimitedList, Default: a}}\nResources:\n  Fn: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: a.b, Description: !Select [1, !Ref L]}}\n"), u"out-of-range"_s));
        QVERIFY(has(load("Resources:\n  Fn: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: a.b, Description: !Select [2, [a, b]]}}\n"), u"out-of-range"_s));
    }

    void whatTheGlobalsHaveWrongIsToldThereAndOnce()
    {
        const Project project = load("Globals:\n  Function:\n    Runtime: nodejs22.x\n    MemorySize: 128abc\n    EphemeralStorage:\n      Size: 3\nResources:\n  A: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}\n  B: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}\n"
                                     "  C:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: a.b\n      EphemeralStorage:\n        Size: x\n");
        QStringList places;
        for (const Finding &finding : project.findings) {
            if (finding.rule == "not-a-number"_L1 || finding.rule == "out-of-range"_L1)
                places << u"%1 %2"_s.arg(finding.line).arg(finding.key);
        }
        QCOMPARE(places, (QStringList{u"4 Globals.Function.MemorySize"_s, u"6 Globals.Function.EphemeralStorage.Size"_s, u"15 Resources.C.Properties.EphemeralStorage.Size"_s}));
    }

    void seesAHandlerThatIsNotInItsFile()
    {
        test::TestProject folder;
        folder.file("template.yaml", "Resources:\n  A: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: a.handle}}\n  B: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: b.handler}}\n"
                                     "  C: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: c.handler}}\n  D: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: d.handler}}\n")
            .file("a.js", "exports.lambdaHandler = async () => 1;\n").file("b.py", "from c import *\n").file("c.py", "def handler(event, context):\n    pass\n").file("d.js", "module.exports = require('./a');\n");
        QStringList names;
        const Project project = loadProject({folder.path(), {}, {}}).value();
        for (const Finding &finding : project.findings) {
            if (finding.rule == "no-handler-function"_L1)
                names << finding.message;
        }
        QCOMPARE(names, QStringList{u"“a.js” does not mention “handle”, the handler of “A”."_s});
    }
};

QTEST_GUILESS_MAIN(tst_Findings)
#include "tst_findings.moc"
