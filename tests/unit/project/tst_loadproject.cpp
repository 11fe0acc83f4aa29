// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/handlerscan.h"
#include "core/project/overrides.h"
#include "core/project/stampedproject.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::project;
using test::TestProject;
using namespace Qt::StringLiterals;

class tst_LoadProject : public QObject
{
    Q_OBJECT

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
    static QString variable(const QByteArray &value, const QByteArray &sections = {})
    {
        const Project project = load(sections + "\nResources:\n  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}\n  Queue: {Type: AWS::SQS::Queue}\n  Pictures: {Type: AWS::S3::Bucket, Properties: {BucketName: pictures}}\n  Open: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !GetAtt Fn.Arn}}\n  Round: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !GetAtt Round.FunctionUrl}}\n"
                                     "  Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}\n  Role: {Type: AWS::IAM::Role, Properties: {RoleName: worker}}\n  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /a/b}}\n  Machine: {Type: AWS::Serverless::StateMachine}\n"
                                     "  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: my/sec}}\n  Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: lay}}\n  Key: {Type: AWS::KMS::Key}\n  Pool: {Type: AWS::Cognito::UserPool}\n"
                                     "  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}\n  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !GetAtt Fn.Arn, Name: live, FunctionVersion: !GetAtt Version.Version}}\n  Prm: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub 'hello-${Stage}'}}\n"
                                     "  Endless: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !GetAtt Endless.Value}}\n  Stream: {Type: AWS::Kinesis::Stream}\n  Consumer: {Type: AWS::Kinesis::StreamConsumer, Properties: {ConsumerName: c, StreamARN: !GetAtt Stream.Arn}}\n"
                                     "  Ruled: {Type: AWS::Events::Rule, Properties: {EventBusName: !GetAtt Bus.Arn}}\n  Planned: {Type: AWS::Scheduler::Schedule, Properties: {Name: p, GroupName: nightly}}\n  LayerB: {Type: AWS::Lambda::LayerVersion, Properties: {LayerName: Layer, Content: layb}}\n"
                                     "  Fn:\n    Type: AWS::Serverless::Function\n"
                                     "    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n      Environment:\n        Variables:\n          V1: " + value + "\n");
        return project.functions.first().environment.value(u"V1"_s, u"<absent>"_s);
    }

private Q_SLOTS:
    void readsEverythingAboutAFunction()
    {
        const Project project = load(R"(
Globals:
  Function:
    Timeout: 7
    Environment: {Variables: {SHARED: "1", OWN: global}}
    Layers: [!Ref Missing]
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: named
      Runtime: python3.12
      Handler: app.main
      MemorySize: 512
      Architectures: [arm64]
      ReservedConcurrentExecutions: 5
      EphemeralStorage: {Size: 1024}
      LoggingConfig: {LogFormat: JSON}
      Environment: {Variables: {OWN: mine}}
      Events:
        Get: {Type: HttpApi, Properties: {Method: get, Path: /items}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
        Orders: {Type: SQS, Properties: {Queue: arn:aws:sqs:us-east-1:123456789012:orders}}
)");
        QCOMPARE(project.functions.size(), 1);
        const Function &function = project.functions.first();
        QCOMPARE(function.name, "named");
        QCOMPARE(function.logicalId, "Fn");
        QCOMPARE(function.memoryMiB, 512);
        QCOMPARE(function.timeoutSeconds, 7);
        QCOMPARE(function.architecture, "arm64");
        QCOMPARE(function.reservedConcurrency, 5);
        QCOMPARE(function.ephemeralStorageMiB, 1024);
        QVERIFY(function.jsonLogs);
        QCOMPARE(function.environment, (QMap<QString, QString>{{u"SHARED"_s, u"1"_s}, {u"OWN"_s, u"mine"_s}}));
        QCOMPARE(function.triggers.size(), 3);
        QCOMPARE(function.triggers.at(0).summary(), "GET /items");
        QCOMPARE(function.triggers.at(1).summary(), "rate(5 minutes)");
        QCOMPARE(function.triggers.at(2).summary(), "queue orders");
        QVERIFY(has(project, u"remote-layer"_s));
        QCOMPARE(project.function(u"Fn"_s), &function);
        QCOMPARE(project.function(u"named"_s), &function);
    }

    void readsResourcesFromIncludedFiles()
    {
        test::TestProject folder;
        folder.file(u"more.yaml"_s, "Included:\n  Type: AWS::Serverless::Function\n  Properties: {Runtime: python3.12, Handler: app.main}\nTable:\n  Type: AWS::DynamoDB::Table\n")
            .file(u"app.py"_s, "")
            .file(u"template.yaml"_s, "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./more.yaml}}\n  Own:\n    Type: AWS::Serverless::Function\n"
                                      "    Properties: {Runtime: python3.12, Handler: app.main, Environment: {Variables: {TABLE: !Ref Table}}}\n");
        const Project project = folder.load();
        QCOMPARE(project.functions.size(), 2);
        QCOMPARE(project.functions.first().name, "Included");
        QCOMPARE(project.functions.first().location.file, folder.path(u"more.yaml"_s));
        QVERIFY(!has(project, u"unknown-reference"_s));
    }

    void tellsOfWhatChangesNothing()
    {
        test::TestProject folder;
        folder.file(u"env.json"_s, R"({"Fm": {"A1": "x"}, "Fn": {"A1": "y"}})").file(u"samconfig.toml"_s, "[default.deploy.parameters]\nparameter_overrides = \"Stagge=prod\"\n")
            .file(u"template.yaml"_s, "Parameters:\n  Stage: {Type: String, Default: dev}\nConditions:\n  Never: !Equals [!Ref Stage, prod]\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n"
                                      "    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n      Environment:\n        Variables:\n          A1: z\n          B1: !GetAtt Nope.Arn\n          X: 1\n"
                                      "  Hidden:\n    Type: AWS::Serverless::Function\n    Condition: Never\n    Properties: {Runtime: nodejs22.x, Handler: index.handler}\n");
        const Project project = folder.load();
        QCOMPARE(project.functions.first().environment.value(u"A1"_s), "y");
        for (const auto &rule : {u"unknown-function-override"_s, u"unknown-parameter"_s, u"condition-false"_s, u"unknown-reference"_s, u"bad-variable-name"_s})
            QVERIFY2(has(project, rule), qPrintable(rule));
        const auto finding = std::find_if(project.findings.cbegin(), project.findings.cend(), [](const Finding &each) { return each.rule == "bad-variable-name"_L1; });
        QCOMPARE(finding->line, 15);
        QVERIFY(project.chosenFunction(u"Hidden"_s).error().message.contains(u"condition"_s));
    }

    void aTableStreamsNameHasAllItsParts()
    {
        const Project project = load("Resources:\n  Table: {Type: AWS::DynamoDB::Table}\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n"
                                     "      Environment: {Variables: {V1: !Select [3, !Split [\"/\", !GetAtt Table.StreamArn]]}}\n");
        QVERIFY(!has(project, u"out-of-range"_s));
        QVERIFY(project.functions.first().environment.value(u"V1"_s).startsWith(u"2026"_s));
    }

    void followsNamesThatAreComputed_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QString>("resolved");
        QTest::newRow("parameter") << QByteArray("!Ref Pfx") << "shop";
        QTest::newRow("joined") << QByteArray("!Join ['-', [!Ref Pfx, dev]]") << "shop-dev";
        QTest::newRow("chosen") << QByteArray("!If [IsShop, if-shop, no-shop]") << "if-shop";
        QTest::newRow("long form") << QByteArray("{Fn::Sub: ['${x}-s', {x: !Ref Pfx}]}") << "shop-s";
        QTest::newRow("from a map") << QByteArray("!FindInMap [Names, a, name]") << "mapped";
        QTest::newRow("by its own") << QByteArray("!Sub '${Thing}-again'") << "%1-again";
    }
    void followsNamesThatAreComputed()
    {
        QFETCH(const QByteArray, name);
        QFETCH(const QString, resolved);
        const std::tuple<QByteArray, QByteArray, QString> kinds[] = {{"AWS::SQS::Queue", "QueueName", "https://sqs.us-east-1.amazonaws.com/123456789012/%1"}, {"AWS::S3::Bucket", "BucketName", "%1"}, {"AWS::SNS::Topic", "TopicName", "arn:aws:sns:us-east-1:123456789012:%1"}, {"AWS::Kinesis::Stream", "Name", "%1"}};
        for (const auto &[type, key, reference] : kinds) {
            TestProject project;
            project.function("nodejs20.x", "index.handler", "      Environment: {Variables: {X: !Ref Thing}}\n");
            project.file("template.yaml", "Parameters: {Pfx: {Type: String, Default: shop}}\nConditions: {IsShop: !Equals [!Ref Pfx, shop]}\nMappings: {Names: {a: {name: mapped}}}\n" + project.read("template.yaml")
                + "  Thing: {Type: " + type + ", Properties: {" + key + ": " + name + "}}\n");
            const project::Project loaded = project.load();
            const QString standIn = type == "AWS::S3::Bucket" ? u"thing"_s : type == "AWS::SQS::Queue" ? u"https://sqs.us-east-1.amazonaws.com/123456789012/Thing"_s : type == "AWS::SNS::Topic" ? u"arn:aws:sns:us-east-1:123456789012:Thing"_s : u"Thing"_s;
            const QString expected = resolved.contains(u'%') ? resolved.arg(standIn) : resolved;
            QCOMPARE(loaded.eventSources.first().name, expected);
            QCOMPARE(loaded.functions.first().environment.value(u"X"_s), reference.arg(expected));
        }
    }

    void aTemplateMayComeBack()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        const QByteArray text = project.read("template.yaml");
        QVERIFY(QFile::remove(project.path("template.yaml")));
        const project::StampedProject without = project::loadStamped({project.path(), {}, {}});
        QVERIFY(without.project && without.project->templateFile.isEmpty());
        QVERIFY(project::areCurrent(without.stamps));
        project.file("template.yaml", text);
        QVERIFY(!project::areCurrent(without.stamps));
    }

    void namesBucketsAsTheyMayBeNamed()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("template.yaml", project.read("template.yaml") + "  Bk: {Type: AWS::S3::Bucket}\n");
        QCOMPARE(project.load().eventSources.first().name, "bk-bucket");
    }

    void aTopicMayFillAQueueFirst()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      Events:\n        News: {Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: true, FilterPolicy: {kind: [a]}}}\n        Own: {Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: {QueueArn: !GetAtt Q.Arn, BatchSize: 5}}}\n        Plain: {Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: false}}\n");
        project.file("template.yaml", project.read("template.yaml") + "  T: {Type: AWS::SNS::Topic}\n  Q: {Type: AWS::SQS::Queue}\n");
        const project::Project loaded = project.load();
        const QList<project::Trigger> &triggers = loaded.functions.first().triggers;
        QCOMPARE(triggers.at(0).type, "SQS");
        QCOMPARE(triggers.at(0).properties.value("Queue").toString(), "arn:aws:sqs:us-east-1:123456789012:FnNewsQueue");
        QCOMPARE(triggers.at(1).properties.value("Queue").toString(), "arn:aws:sqs:us-east-1:123456789012:Q");
        QCOMPARE(triggers.at(1).properties.value("BatchSize").toString(), "5");
        QCOMPARE(triggers.at(2).type, "SNS");
        QStringList declared;
        for (const project::SourceDeclaration &source : loaded.eventSources)
            declared << source.type + u' ' + source.name + u' ' + source.properties.value("Endpoint").toString();
        QCOMPARE(declared, (QStringList{"AWS::SQS::Queue FnNewsQueue ", "AWS::SNS::Subscription FnNews arn:aws:sqs:us-east-1:123456789012:FnNewsQueue", "AWS::SNS::Subscription FnOwn arn:aws:sqs:us-east-1:123456789012:Q", "AWS::SNS::Topic T ", "AWS::SQS::Queue Q "}));
    }

    void knowsTheAliasThatEachDeploymentMoves()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      FunctionName: shop\n      AutoPublishAlias: live\n      Environment: {Variables: {A: !Ref Fn.Alias, B: !Sub '${Fn.Version}'}}\n");
        QCOMPARE(project.load().functions.first().environment.value(u"A"_s), "arn:aws:lambda:us-east-1:123456789012:function:shop:live");
    }

    void resolvesFunctions_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("resolved");
        QTest::newRow("plain number stays text") << QByteArray("12345678901234567890") << "12345678901234567890";
        QTest::newRow("leading zero stays") << QByteArray("012345678901") << "012345678901";
        QTest::newRow("yes is true") << QByteArray("yes") << "true";
        QTest::newRow("ref parameter") << QByteArray("!Ref Stage") << "dev";
        QTest::newRow("ref resource with name") << QByteArray("!Ref Table") << "orders";
        QTest::newRow("ref resource") << QByteArray("!Ref Queue") << "https://sqs.us-east-1.amazonaws.com/123456789012/Queue";
        QTest::newRow("ref long form") << QByteArray("{Ref: Stage}") << "dev";
        QTest::newRow("region") << QByteArray("!Ref AWS::Region") << "us-east-1";
        QTest::newRow("sub") << QByteArray("!Sub \"${Stage}-${AWS::AccountId}-${!Literal}\"") << "dev-123456789012-${Literal}";
        QTest::newRow("sub with map") << QByteArray("!Sub [\"${a}/${Stage}\", {a: !Ref Stage}]") << "dev/dev";
        QTest::newRow("sub attribute") << QByteArray("!Sub \"${Table.Arn}/index\"") << "arn:aws:dynamodb:us-east-1:123456789012:table/orders/index";
        QTest::newRow("getatt") << QByteArray("!GetAtt Queue.Arn") << "arn:aws:sqs:us-east-1:123456789012:Queue";
        QTest::newRow("getatt list") << QByteArray("{\"Fn::GetAtt\": [Queue, QueueName]}") << "Queue";
        QTest::newRow("join") << QByteArray("!Join [\"-\", [a, !Ref Stage, c]]") << "a-dev-c";
        QTest::newRow("select") << QByteArray("!Select [1, [a, b]]") << "b";
        QTest::newRow("split") << QByteArray("!Select [1, !Split [\",\", \"a,b\"]]") << "b";
        QTest::newRow("find in map") << QByteArray("!FindInMap [Sizes, !Ref Stage, table]") << "small";
        QTest::newRow("if true") << QByteArray("!If [IsDev, yes-dev, no-dev]") << "yes-dev";
        QTest::newRow("if false") << QByteArray("!If [IsProd, p, d]") << "d";
        QTest::newRow("if nested condition") << QByteArray("!If [Both, b, n]") << "n";
        QTest::newRow("no value") << QByteArray("!Ref AWS::NoValue") << "<absent>";
        QTest::newRow("base64") << QByteArray("{\"Fn::Base64\": hi}") << "aGk=";
        QTest::newRow("base64 of a short form") << QByteArray("{\"Fn::Base64\": !Sub \"hi ${Stage}\"}") << "aGkgZGV2";
        QTest::newRow("base64 of a short list") << QByteArray("{\"Fn::Base64\": !Join [\"\", [h, i]]}") << "aGk=";
        QTest::newRow("base64, both short") << QByteArray("!Base64 hi") << "aGk=";
        QTest::newRow("find in map, else") << QByteArray("!FindInMap [Sizes, none, table, {DefaultValue: !Ref Stage}]") << "dev";
        QTest::newRow("a list parameter") << QByteArray("!Select [1, !Ref Zones]") << "b";
        QTest::newRow("bucket's domain") << QByteArray("!GetAtt Pictures.RegionalDomainName") << "pictures.s3.us-east-1.amazonaws.com";
        QTest::newRow("a function's own address") << QByteArray("!GetAtt FnUrl.FunctionUrl") << "https://fn.lambda-url.us-east-1.on.aws/";
        QTest::newRow("an address of a resource") << QByteArray("!GetAtt Open.FunctionUrl") << "https://fn.lambda-url.us-east-1.on.aws/";
        QTest::newRow("an address in a circle") << QByteArray("!Select [0, [ends, !GetAtt Round.FunctionUrl]]") << "ends";
        QTest::newRow("an HTTP API's address") << QByteArray("!GetAtt ServerlessHttpApi.ApiEndpoint") << "https://ServerlessHttpApi.execute-api.us-east-1.amazonaws.com";
        QTest::newRow("a role of SAM's") << QByteArray("!GetAtt FnRole.Arn") << "arn:aws:iam::123456789012:role/FnRole";
        const QString place = "us-east-1:123456789012:";
        QTest::newRow("a bus") << QByteArray("!GetAtt Bus.Arn") << "arn:aws:events:" + place + "event-bus/orders";
        QTest::newRow("a role") << QByteArray("!GetAtt Role.Arn") << "arn:aws:iam::123456789012:role/worker";
        QTest::newRow("a log group") << QByteArray("!GetAtt Group.Arn") << "arn:aws:logs:" + place + "log-group:/a/b:*";
        QTest::newRow("a state machine") << QByteArray("!Ref Machine") << "arn:aws:states:" + place + "stateMachine:Machine";
        QTest::newRow("a secret") << QByteArray("!Ref Secret") << "arn:aws:secretsmanager:" + place + "secret:my/sec";
        QTest::newRow("a layer") << QByteArray("!Ref Layer") << "arn:aws:lambda:" + place + "layer:Layer:1";
        QTest::newRow("a key") << QByteArray("!GetAtt Key.Arn") << "arn:aws:kms:" + place + "key/Key";
        QTest::newRow("a user pool") << QByteArray("!GetAtt Pool.Arn") << "arn:aws:cognito-idp:" + place + "userpool/Pool";
        QTest::newRow("a version") << QByteArray("!Ref Version") << "arn:aws:lambda:" + place + "function:Fn:$LATEST";
        QTest::newRow("a version's number") << QByteArray("!GetAtt Version.Version") << "$LATEST";
        QTest::newRow("an alias") << QByteArray("!Ref Alias") << "arn:aws:lambda:" + place + "function:Fn:live";
        QTest::newRow("a rule of a bus") << QByteArray("!GetAtt Ruled.Arn") << "arn:aws:events:" + place + "rule/orders/Ruled";
        QTest::newRow("a schedule of a group") << QByteArray("!GetAtt Planned.Arn") << "arn:aws:scheduler:" + place + "schedule/nightly/p";
        QTest::newRow("the second of a layer's name") << QByteArray("!Ref LayerB") << "arn:aws:lambda:" + place + "layer:Layer:2";
        QTest::newRow("a parameter's value") << QByteArray("!GetAtt Prm.Value") << "hello-dev";
        QTest::newRow("a consumer") << QByteArray("!Select [0, !Split [\":1767225600\", !Ref Consumer]]") << "arn:aws:kinesis:" + place + "stream/Stream/consumer/c";
        QTest::newRow("a parameter in a circle") << QByteArray("!Select [0, [ends, !GetAtt Endless.Value]]") << "ends";
        QTest::newRow("json string") << QByteArray("{\"Fn::ToJsonString\": {a: \"1\"}}") << "{\"a\":\"1\"}";
    }
    void resolvesFunctions()
    {
        QFETCH(QByteArray, value);
        QTEST(variable(value, "Parameters: {Stage: {Type: String, Default: dev}, Zones: {Type: CommaDelimitedList, Default: \"a, b\"}}\nMappings: {Sizes: {dev: {table: small}}}\n"
                              "Conditions:\n  IsDev: !Equals [!Ref Stage, dev]\n  IsProd: !Not [{Condition: IsDev}]\n  Both: !And [!Condition IsDev, !Condition IsProd]\n"), "resolved");
    }

    void loopsMakeWhatTheySay()
    {
        const QByteArray yaml = "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\nParameters: {Names: {Type: CommaDelimitedList, Default: 'say-hi, bye'}}\n"
                                "Globals: {Function: {Runtime: nodejs22.x, Handler: index.handler}}\nResources:\n  Fn::ForEach::Functions:\n    - Name\n    - !Ref Names\n    - 'Fn&{Name}':\n"
                                "        Type: AWS::Serverless::Function\n        Properties:\n          FunctionName: !Sub 'do-${Name}'\n          Environment:\n            Variables:\n              PLAIN: !Ref Name\n              LONG: {Ref: Name}\n"
                                "              OTHER: !Sub '${AWS::Region}/${Name}/${!Name}'\n              QUEUE: !GetAtt 'Q&{Name}A.QueueName'\n"
                                "              'Fn::ForEach::Variables': [Key, [one, two], {'KEY_${Key}': !Join ['-', [!Ref Key, !Ref Name]]}]\n"
                                "  'Fn::ForEach::Queues': [Name, [say-hi, bye], {'Fn::ForEach::Inner': [Part, [A, B], {'Q&{Name}${Part}': {Type: AWS::SQS::Queue}}]}]\n";
        const Project project = load(yaml);
        for (const Finding &finding : project.findings)
            QVERIFY2(finding.severity != Severity::Error, qPrintable(finding.message));
        QCOMPARE(project.functions.size(), 2);
        const Function &first = project.functions.first();
        QCOMPARE(first.logicalId, "Fnsayhi");
        QCOMPARE(first.name, "do-say-hi");
        QCOMPARE(first.environment.value("PLAIN"), "say-hi");
        QCOMPARE(first.environment.value("LONG"), "say-hi");
        QCOMPARE(first.environment.value("OTHER"), "us-east-1/say-hi/${Name}");
        QCOMPARE(first.environment.value("QUEUE"), "QsayhiA");
        QCOMPARE(first.environment.value("KEY_one"), "one-say-hi");
        QCOMPARE(first.environment.value("KEY_two"), "two-say-hi");
        QCOMPARE(project.functions.last().name, "do-bye");
        QStringList queues;
        for (const SourceDeclaration &source : project.eventSources)
            queues << source.name;
        QCOMPARE(queues, (QStringList{"QsayhiA", "QsayhiB", "QbyeA", "QbyeB"}));
        // What is inside points to the loop's own lines.
        QVERIFY(first.location.line > 5);
    }

    void anAliasIntoALoopHolds()
    {
        const Project project = load("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\nResources:\n  Fn::ForEach::F:\n    - Name\n    - [a]\n    - 'Fn${Name}':\n        Type: AWS::Serverless::Function\n        Properties: &shared {Runtime: nodejs22.x, Handler: index.handler, MemorySize: 512}\n"
                                     "  Other:\n    Type: AWS::Serverless::Function\n    Properties: *shared\n");
        QCOMPARE(project.functions.size(), 2);
        QCOMPARE(project.functions.last().memoryMiB, 512);
    }

    void aliasesInCirclesEnd_data()
    {
        QTest::addColumn<QByteArray>("resources");
        QTest::newRow("the map around it") << QByteArray("Resources: &all\n  Fn:\n    Type: AWS::Serverless::Function\n  Fn::ForEach::L: [Name, [a, b], {'X${Name}': *all}]\n");
        QTest::newRow("the loop itself") << QByteArray("Resources:\n  Fn::ForEach::L: &loop [Name, [a, b], {'X${Name}': *loop}]\n");
        QTest::newRow("what it loops over") << QByteArray("Resources: &all\n  Fn::ForEach::L: [Name, *all, {'X${Name}': {Type: A}}]\n");
        QTest::newRow("its own body") << QByteArray("Resources:\n  Fn::ForEach::L: [Name, [a, b], &body {'X${Name}': {Type: A, Properties: *body}}]\n");
    }
    void aliasesInCirclesEnd()
    {
        QFETCH(QByteArray, resources);
        const Project project = load("Transform: AWS::LanguageExtensions\n" + resources);
        QVERIFY(project.functions.size() <= 3);
    }

    void whoHearsOthersIsNoLoop()
    {
        const Project project = load("Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n      Events: {Other: {Type: CloudWatchLogs, Properties: {LogGroupName: /aws/lambda/other, FilterPattern: ''}}}\n");
        for (const Finding &finding : project.findings)
            QVERIFY2(finding.rule != "log-loop", qPrintable(finding.message));
    }

    void pointsAtLineAndKey()
    {
        const Project project = load("Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n      MemroySize: 256\n");
        const auto found = std::find_if(project.findings.cbegin(), project.findings.cend(), [](const Finding &finding) { return finding.rule == "unknown-key"_L1; });
        QVERIFY(found != project.findings.cend());
        QCOMPARE(found->line, 7);
        QCOMPARE(found->column, 7);
        QCOMPARE(found->key, "Resources.Fn.Properties.MemroySize");
    }

    void readsIncludesAndNestedApplications()
    {
        TestProject folder;
        folder.file(u"template.yaml"_s, "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: parts/more.yaml}}\n  Child:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location: child/template.yaml\n      Parameters: {Name: given}\n")
            .file(u"parts/more.yaml"_s, "Inner: {Type: AWS::SQS::Queue}\n")
            .file(u"child/template.yaml"_s, "Parameters: {Name: {Type: String}}\nResources:\n  Inner:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: !Ref Name, Runtime: nodejs22.x, Handler: index.handler, CodeUri: src}\n")
            .file(u"child/src/index.js"_s, "");
        const Project project = folder.load();
        QCOMPARE(project.functions.size(), 1);
        QCOMPARE(project.functions.first().name, "given");
        QCOMPARE(project.functions.first().codeFolder, folder.path(u"child/src"_s));
        // Each template has ids of its own.
        QVERIFY(!has(project, u"duplicate-id"_s));
    }

    void whatAnApplicationHandsOutIsKnown()
    {
        test::TestProject folder;
        folder.file(u"template.yaml"_s, "Transform: AWS::Serverless-2016-10-31\nResources:\n  Child:\n    Type: AWS::Serverless::Application\n    Properties: {Location: child/template.yaml, Parameters: {Name: given}}\n  Self: {Type: AWS::Serverless::Application, Properties: {Location: template.yaml}}\n"
                                        "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: live}}\n"
                                        "  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: a.b\n      Environment: {Variables: {ARN: !GetAtt Child.Outputs.Arn, NAME: !GetAtt Child.Outputs.Name, NONE: !GetAtt Child.Outputs.None, SELF: !GetAtt Self.Outputs.Again, STAGE: !Ref Api.Stage, IMPLICIT: !Sub '${ServerlessRestApi.Stage}'}}\n"
                                        "Outputs: {Again: {Value: !GetAtt Self.Outputs.Again}}\n")
            .file(u"child/template.yaml"_s, "Parameters: {Name: {Type: String, Default: none}}\nResources:\n  Inner: {Type: AWS::Lambda::Function, Properties: {FunctionName: inner, Runtime: nodejs20.x, Handler: a.b, Code: {ZipFile: x}}}\nOutputs:\n  Arn: {Value: !GetAtt Inner.Arn}\n  Name: {Value: !Sub 'n-${Name}'}\n");
        const Project project = folder.load();
        const auto &variables = project.function(u"Fn"_s)->environment;
        QCOMPARE(variables.value(u"ARN"_s), "arn:aws:lambda:us-east-1:123456789012:function:inner");
        QCOMPARE(variables.value(u"NAME"_s), "n-given");
        QCOMPARE(variables.value(u"NONE"_s), "Child.Outputs.None");
        QCOMPARE(variables.value(u"SELF"_s), "Self.Outputs.Again");
        QCOMPARE(variables.value(u"STAGE"_s), "live");
        QCOMPARE(variables.value(u"IMPLICIT"_s), "Prod");
    }

    void applicationsThatAskForThemselvesEnd()
    {
        test::TestProject folder;
        folder.file(u"template.yaml"_s, "Resources:\n  Child: {Type: AWS::Serverless::Application, Properties: {Location: child.yaml, Parameters: {A: !GetAtt Child.Outputs.B, C: !GetAtt Child.Outputs.B}}}\n")
            .file(u"child.yaml"_s, "Parameters: {A: {Type: String, Default: a}, C: {Type: String, Default: c}}\nResources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {B: {Value: !Sub '${A}${C}'}}\n");
        QVERIFY(folder.load().resources.contains(u"Child"_s));
        // Each asks twice for what is within it.
        test::TestProject chain;
        for (int i = 0; i < 24; ++i) {
            const QByteArray next = QByteArray::number(i + 1);
            chain.file(i == 0 ? u"template.yaml"_s : u"t%1.yaml"_s.arg(i), "Resources: {C: {Type: AWS::Serverless::Application, Properties: {Location: t" + next + ".yaml}}, T: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt C.Outputs.O}}}\nOutputs: {O: {Value: !Join ['', [!GetAtt C.Outputs.O, !GetAtt C.Outputs.O]]}}\n");
        }
        QVERIFY(chain.load().resources.contains(u"C"_s));
    }

    void destinationsThatSamMakesAreKnownByName()
    {
        test::TestProject folder;
        folder.file(u"template.yaml"_s, "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS}}}}}\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: a.b\n"
                                        "      Environment: {Variables: {REF: !Ref Fn.DestinationQueue, SUB: !Sub '${Fn.DestinationQueue}', ARN: !GetAtt Fn.DestinationQueue.Arn, URL: !GetAtt Fn.DestinationQueue.QueueUrl, NAME: !GetAtt Fn.DestinationQueue.QueueName}}\n");
        const Project project = folder.load();
        const auto &variables = project.function(u"Fn"_s)->environment;
        const QString name = u"FnEventInvokeConfigOnFailureQueue"_s;
        const QString url = "https://sqs.us-east-1.amazonaws.com/123456789012/"_L1 + name;
        QCOMPARE(variables.value(u"REF"_s), url);
        QCOMPARE(variables.value(u"SUB"_s), url);
        QCOMPARE(variables.value(u"URL"_s), url);
        QCOMPARE(variables.value(u"ARN"_s), QString("arn:aws:sqs:us-east-1:123456789012:"_L1 + name));
        QCOMPARE(variables.value(u"NAME"_s), name);
        QCOMPARE(project.function(u"Fn"_s)->onFailure, variables.value(u"ARN"_s));
    }

    void codeThatTheCdkHasPackedIsFound()
    {
        test::TestProject folder;
        folder.file(u"stack.template.json"_s, R"({"Resources": {"Fn1": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "b", "S3Key": "k.zip"}, "Runtime": "nodejs20.x", "Handler": "index.handler"}, "Metadata": {"aws:asset:path": "asset.abc", "aws:asset:property": "Code"}}}})").file(u"asset.abc/index.js"_s, "exports.handler = async () => 1;\n");
        const auto project = loadProject({folder.path(u"stack.template.json"_s), {}, {}});
        QVERIFY(project);
        QCOMPARE(project->functions.first().codeFolder, folder.path(u"asset.abc"_s));
        QVERIFY(!has(*project, u"remote-code"_s));
    }

    void stopsAtApplicationsThatNestEndlessly()
    {
        TestProject folder;
        folder.file(u"template.yaml"_s, "Resources:\n  Self: {Type: AWS::Serverless::Application, Properties: {Location: template.yaml}}\n");
        QVERIFY(has(folder.load(), u"nested-too-deep"_s));
        // Each in many copies: not 30 to the power of 5 of them.
        QByteArray many = "Resources:\n";
        for (int i = 0; i < 30; ++i)
            many += "  A" + QByteArray::number(i) + ": {Type: AWS::Serverless::Application, Properties: {Location: " + (i % 2 ? "template.yaml" : "other.yaml") + "}}\n";
        folder.file(u"template.yaml"_s, many).file(u"other.yaml"_s, many);
        QVERIFY(has(folder.load(), u"nested-too-deep"_s));
    }

    void takesOverridesFromBesideTheTemplate()
    {
        TestProject folder;
        folder.function("nodejs22.x", "index.handler", "      Environment: {Variables: {TABLE: !Ref Table, PLAIN: a}}\nParameters: {Table: {Type: String, Default: none}}\n")
            .file(u"samconfig.toml"_s, "version = 0.1\n[default.deploy.parameters]\nregion = \"eu-west-1\" # was \"us-east-1\"\nparameter_overrides = \"Table=\\\"from config\\\" Other=1\"\n[prod.deploy.parameters]\nparameter_overrides = \"Table=prod\"\n")
            .file(u"env.json"_s, R"({"Parameters": {"PLAIN": "all"}, "Fn": {"PLAIN": "one", "UNDECLARED": "x"}})");
        const Project project = folder.load();
        QCOMPARE(project.region, "eu-west-1");
        QCOMPARE(project.functions.first().environment, (QMap<QString, QString>{{u"TABLE"_s, u"from config"_s}, {u"PLAIN"_s, u"one"_s}}));
        QCOMPARE(loadProject({folder.path(), {{u"Table"_s, u"given"_s}}, {}})->functions.first().environment.value(u"TABLE"_s), "given");
        folder.file(u"env.json"_s, "[1]");
        QVERIFY(has(folder.load(), u"bad-env-file"_s));
    }

    void parsesParameterOverrides_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("a");
        QTest::newRow("simple") << "A=1 B=2" << "1";
        QTest::newRow("quoted") << "B=x A=\"one two\"" << "one two";
        QTest::newRow("old") << "ParameterKey=A,ParameterValue=old ParameterKey=B,ParameterValue=\"x y\"" << "old";
        QTest::newRow("empty") << "A= B=2" << "";
    }
    void parsesParameterOverrides()
    {
        QFETCH(QString, text);
        QTEST(parseParameterOverrides(text).value(u"A"_s), "a");
    }

    void expandsNoAliasBomb()
    {
        QByteArray bomb = "Metadata:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 20; ++i)
            bomb += "  a" + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [" + QList<QByteArray>(9, "*a" + QByteArray::number(i - 1)).join(", ") + "]\n";
        const Project project = load(bomb + "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs22.x, Handler: a.b, Policies: *a19}\n");
        QVERIFY(has(project, u"too-large"_s));
    }

    void growsNoValuesWithoutEnd_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        const QByteArray function = "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs22.x\n      Handler: a.b\n";
        QTest::newRow("substitution") << "Parameters: {P: {Type: String, Default: " + QByteArray(130'000, 'x') + "}}\n" + function + "      Description: !Sub \"" + QByteArray("${P}").repeated(30'000) + "\"\n";
        QTest::newRow("aliases of a long text") << "Metadata: {M: &m " + QByteArray(200'000, 'x') + "}\n" + function + "      Policies: [" + QByteArray("*m, ").repeated(20'000) + "*m]\n";
    }
    void growsNoValuesWithoutEnd()
    {
        QFETCH(QByteArray, yaml);
        QVERIFY(has(load(yaml), u"too-large"_s));
    }

    void readsATemplateWithAByteOrderMark()
    {
        TestProject folder;
        folder.function("nodejs22.x", "index.handler");
        folder.file(u"template.yaml"_s, "\xEF\xBB\xBF" + folder.read(u"template.yaml"_s));
        QCOMPARE(folder.load().functions.size(), 1);
    }

    void readsJsonTemplates()
    {
        TestProject folder;
        folder.file(u"template.json"_s, R"({"Resources": {"Fn": {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "a.b", "Timeout": 9}}}})");
        QCOMPARE(folder.load().functions.first().timeoutSeconds, 9);
    }

    void recognisesHandlersWithoutATemplate()
    {
        TestProject folder;
        folder.file(u"index.js"_s, "exports.handler = async () => 1;\n").file(u"jobs/report.py"_s, "import os\ndef lambda_handler(event, context):\n    return 1\n")
            .file(u"esm/app.mjs"_s, "export const handler = async () => {};\n").file(u"node_modules/x/index.js"_s, "exports.handler = 1;").file(u"notes.txt"_s, "exports.handler = 1");
        const Project project = folder.load();
        QStringList handlers;
        for (const Function &function : project.functions)
            handlers << function.handler;
        handlers.sort();
        QCOMPARE(handlers, QStringList({u"app.handler"_s, u"index.handler"_s, u"report.lambda_handler"_s}));
        folder.file(u"template.yaml"_s, templateFor(project.functions, folder.path()));
        const Project again = folder.load();
        QCOMPARE(again.functions.size(), 3);
        QVERIFY(again.findings.isEmpty());
        TestProject empty;
        QVERIFY(!loadProject({empty.path(), {}, {}}));
        QVERIFY(!loadProject({u"/nonexistent"_s, {}, {}}));
    }

    void findsTheHandlersFile()
    {
        TestProject folder;
        folder.function("python3.12", "pkg/mod.main", "      CodeUri: src\n").file(u"src/pkg/mod.py"_s, "");
        QCOMPARE(folder.load().functions.first().handlerFile(), folder.path(u"src/pkg/mod.py"_s));
        folder.function("nodejs22.x", "lib/a.b.c", "").file(u"lib/a.mjs"_s, "");
        QCOMPARE(folder.load().functions.first().handlerFile(), folder.path(u"lib/a.mjs"_s));
    }
};

QTEST_GUILESS_MAIN(tst_LoadProject)
#include "tst_loadproject.moc"
