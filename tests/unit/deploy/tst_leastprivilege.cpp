// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/importedfiles.h"
#include "core/deploy/leastprivilege.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::deploy;

/// What a function may do is what it needs, and no more.
class tst_LeastPrivilege : public QObject
{
    Q_OBJECT

    static project::Project load(const test::TestProject &project)
    {
        project::LoadRequest request{project.path(), {}, {}};
        request.placement = project::placementOf("shop", "dev", "111122223333", "eu-central-1");
        return project::loadProject(request).value();
    }
    static QStringList allowed(const ExecutionPolicy &policy)
    {
        QStringList lines;
        for (const auto &entry : policy.document.value("Statement").toArray()) {
            for (const auto &action : entry.toObject().value("Action").toArray()) {
                for (const auto &resource : entry.toObject().value("Resource").toArray())
                    lines << action.toString() + ' ' + resource.toString();
            }
        }
        return lines;
    }

private Q_SLOTS:
    void findsCallsInCode_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("SDK 3") << "a.mjs" << "import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';\nawait s3.send(new GetObjectCommand({}));" << QStringList{"s3:GetObject"};
        QTest::newRow("imported, not used") << "a.mjs" << "import { GetObjectCommand } from '@aws-sdk/client-s3';" << QStringList();
        QTest::newRow("require") << "a.js" << "const { SQSClient, SendMessageBatchCommand } = require(\"@aws-sdk/client-sqs\");\nnew SendMessageBatchCommand({})" << QStringList{"sqs:SendMessage"};
        QTest::newRow("document client") << "a.mjs" << "import { PutCommand } from '@aws-sdk/lib-dynamodb';\nnew PutCommand({})" << QStringList{"dynamodb:PutItem"};
        QTest::newRow("list") << "a.mjs" << "import { ListObjectsV2Command } from '@aws-sdk/client-s3'; new ListObjectsV2Command({})" << QStringList{"s3:ListBucket"};
        QTest::newRow("boto3") << "a.py" << "import boto3\ns3 = boto3.client('s3')\ndef handler(e, c):\n    s3.put_object(Bucket='b')\n    s3.get_paginator('list_objects_v2')" << QStringList{"s3:PutObject", "s3:ListBucket"};
        QTest::newRow("invoke") << "a.py" << "l = boto3.client(\"lambda\")\nl.invoke(FunctionName='x')" << QStringList{"lambda:InvokeFunction"};
        QTest::newRow("another object") << "a.py" << "s3 = boto3.client('s3')\nself.s4.put_object()" << QStringList();
    }
    void findsCallsInCode()
    {
        QFETCH(QString, file);
        QFETCH(QString, code);
        QFETCH(QStringList, expected);
        QStringList actions;
        for (const FoundCall &call : callsIn(code, file))
            actions << call.action;
        QCOMPARE(actions, expected);
    }

    void grantsWhatTheCodeCallsOnWhatItsVariablesName()
    {
        test::TestProject project;
        project.function("python3.13", "index.handler", "      Environment: {Variables: {BUCKET: !Ref Photos, QUEUE: !Ref Work}}\n  Photos: {Type: AWS::S3::Bucket}\n  Others: {Type: AWS::S3::Bucket}\n  Work: {Type: AWS::SQS::Queue}\n")
            .file("index.py", "import boto3\ns3 = boto3.client('s3')\nsqs = boto3.client('sqs')\nses = boto3.client('ses')\ndef handler(e, c):\n    s3.get_object(Bucket='x')\n    sqs.send_message()\n    ses.send_email()\n");
        const project::Project loaded = load(project);
        const ExecutionPolicy policy = executionPolicyOf(loaded, loaded.functions.first());
        const QStringList lines = allowed(policy);
        QVERIFY2(lines.contains("s3:GetObject arn:aws:s3:::shop-dev-photos-111122223333-eu-central-1/*"), qPrintable(lines.join('\n')));
        QVERIFY2(lines.contains("sqs:SendMessage arn:aws:sqs:eu-central-1:111122223333:shop-dev-Work"), qPrintable(lines.join('\n')));
        QVERIFY(!lines.join(' ').contains("others"));
        QVERIFY(!lines.join(' ').contains("ses:"));
        QCOMPARE(policy.findings.size(), 1);
        QCOMPARE(policy.findings.first().rule, "not-granted");
        QVERIFY(policy.findings.first().message.contains("ses:SendEmail"));
        QCOMPARE(policy.findings.first().line, 8);
        QVERIFY(!lines.join(' ').contains(" *"));
    }

    void aPolicyThatNamesABucketByItsTextMeansTheReleasesOwn()
    {
        test::TestProject project;
        project.function("python3.13", "index.handler", "      Policies: [{S3ReadPolicy: {BucketName: photos}}, {SQSPollerPolicy: {QueueName: photos}}]\n  Photos: {Type: AWS::S3::Bucket, Properties: {BucketName: photos}}\n").file("index.py", "def handler(e, c):\n    return 1\n");
        const project::Project loaded = load(project);
        const QString lines = allowed(executionPolicyOf(loaded, loaded.functions.first())).join('\n');
        const QString placed = loaded.eventSources.first().name;
        QVERIFY(placed != "photos" && placed.contains("photos"));
        QVERIFY2(lines.contains("s3:GetObject arn:aws:s3:::" + placed + "/*") && !lines.contains(":::photos"), qPrintable(lines));
        // A queue of that name is another's.
        QVERIFY2(lines.contains("arn:aws:sqs:eu-central-1:111122223333:photos"), qPrintable(lines));
    }

    /// A function gets the rights of what it imports, and not those of its neighbours in the folder.
    void followsImports_data()
    {
        QTest::addColumn<QByteArray>("runtime");
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QStringList>("wanted");
        const QString js = "import { GetObjectCommand } from '@aws-sdk/client-s3'; new GetObjectCommand({})";
        QTest::newRow("require") << QByteArray("nodejs22.x") << QStringList{"index.js", "const p = require('./lib/prices'); exports.handler = 1", "lib/prices.js", "require('..')", "index.cjs", js, "other.js", js} << QStringList{"index.js", "lib/prices.js"};
        QTest::newRow("modules") << QByteArray("nodejs22.x") << QStringList{"index.mjs", "import a, {\n b } from \"./a.mjs\"; export * from './b/index.js'; import './c.js'; await import('./d.ts')", "a.mjs", js, "b/index.ts", js, "c.ts", js, "d.ts", js, "e.ts", js} << QStringList{"index.mjs", "a.mjs", "b/index.ts", "c.ts", "d.ts"};
        QTest::newRow("a circle and packages") << QByteArray("nodejs22.x") << QStringList{"index.js", "require('./a'); require('lodash'); require('./node_modules/x')", "a.js", "require('./index'); require('../../etc')", "node_modules/x/index.js", js, "node_modules/lodash/index.js", js} << QStringList{"index.js", "a.js"};
        const QString py = "import boto3\ns3 = boto3.client('s3')\ns3.get_object()\n";
        QTest::newRow("Python") << QByteArray("python3.13") << QStringList{"index.py", "import json, lib.prices as p\nfrom lib import (\n    stock,\n    NAME)\nfrom util import go\n", "lib/__init__.py", "from .deep.er import x\nfrom . import beside\n", "lib/prices.py", py, "lib/stock.py", py, "lib/beside.py", "", "lib/deep/er.py", "from ... import util\nfrom ..prices import y", "util.py", "", "other.py", py}
                              << QStringList{"index.py", "lib/prices.py", "lib/__init__.py", "lib/stock.py", "util.py", "lib/deep/er.py", "lib/beside.py"};
    }
    void followsImports()
    {
        QFETCH(QByteArray, runtime);
        QFETCH(QStringList, files);
        QFETCH(QStringList, wanted);
        test::TestProject project;
        project.function(runtime, "index.handler", "      CodeUri: src\n");
        for (qsizetype i = 0; i < files.size(); i += 2)
            project.file("src/" + files.at(i), files.at(i + 1).toUtf8());
        QStringList found;
        const QList<SourceFile> sources = sourceFilesOf(load(project).functions.first());
        for (const SourceFile &source : sources)
            found << QDir(project.path("src")).relativeFilePath(source.path);
        found.sort();
        wanted.sort();
        QCOMPARE(found, wanted);
    }

    void grantsWhatImportedFilesCall()
    {
        test::TestProject project;
        project.function("nodejs22.x", "index.handler", "      CodeUri: src\n      Environment: {Variables: {BUCKET: !Ref Photos}}\n  Photos: {Type: AWS::S3::Bucket}\n")
            .file("src/index.js", "const { read } = require('./store');\nexports.handler = read;")
            .file("src/store.js", "const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3');\nexports.read = () => new S3Client().send(new GetObjectCommand({}));");
        const project::Project loaded = load(project);
        const ExecutionPolicy policy = executionPolicyOf(loaded, loaded.functions.first());
        QVERIFY2(allowed(policy).contains("s3:GetObject arn:aws:s3:::shop-dev-photos-111122223333-eu-central-1/*"), qPrintable(allowed(policy).join('\n')));
        QVERIFY2(policy.reasons.contains("its code, store.js, line 2"), qPrintable(policy.reasons.join('\n')));
    }

    void expandsPolicyTemplatesAndWarnsOfWideOnes()
    {
        test::TestProject project;
        project.function("python3.13", "index.handler", "      Policies:\n        - DynamoDBReadPolicy: {TableName: orders}\n        - AWSLambdaBasicExecutionRole\n        - AmazonS3FullAccess\n        - Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]\n        - NoSuchPolicy: {}\n").file("index.py", "");
        const project::Project loaded = load(project);
        const ExecutionPolicy policy = executionPolicyOf(loaded, loaded.functions.first());
        QVERIFY(allowed(policy).contains("dynamodb:Query arn:aws:dynamodb:eu-central-1:111122223333:table/orders/index/*"));
        QCOMPARE(policy.managed, QStringList({"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/AmazonS3FullAccess"}));
        QStringList rules;
        for (const Finding &finding : policy.findings)
            rules << finding.rule;
        QCOMPARE(rules, QStringList({"wide-policy", "wide-policy", "unknown-policy"}));
    }

    void readsItsTriggers()
    {
        test::TestProject project;
        project.function("python3.13", "index.handler", "      Events: {Work: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}}\n      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}\n  Work: {Type: AWS::SQS::Queue}\n  Dead: {Type: AWS::SQS::Queue}\n").file("index.py", "");
        const project::Project loaded = load(project);
        const QStringList lines = allowed(executionPolicyOf(loaded, loaded.functions.first()));
        QVERIFY(lines.contains("sqs:ReceiveMessage arn:aws:sqs:eu-central-1:111122223333:shop-dev-Work"));
        QVERIFY(lines.contains("sqs:SendMessage arn:aws:sqs:eu-central-1:111122223333:shop-dev-Dead"));
        QVERIFY(!lines.contains("sqs:SendMessage arn:aws:sqs:eu-central-1:111122223333:shop-dev-Work"));
    }
};

QTEST_GUILESS_MAIN(tst_LeastPrivilege)
#include "tst_leastprivilege.moc"
