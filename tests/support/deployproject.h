// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/documentstore.h"
#include "core/project/placement.h"
#include "tests/support/testproject.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace eph::test {

/// A project with one of everything that a release makes.
inline void writeEverything(TestProject &project, const QByteArray &answer = "1", const QByteArray &memory = "128", const QByteArray &schedule = "rate(1 hour)")
{
    project.file("template.yaml", R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Runtime: python3.13
      Handler: index.handler
      MemorySize: )" + memory + R"(
      ReservedConcurrentExecutions: 3
      EventInvokeConfig:
        MaximumRetryAttempts: 1
      Environment:
        Variables:
          WORK: !Ref Work
          PLAIN: )" + memory + R"(
          KEY: "{{secret:planted-key}}"
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        Get: {Type: HttpApi, Properties: {Method: GET, Path: "/items/{id}"}}
        Old: {Type: Api, Properties: {Method: POST, Path: /old}}
        Hourly: {Type: Schedule, Properties: {Schedule: ")" + schedule + R"("}}
        Daily: {Type: ScheduleV2, Properties: {ScheduleExpression: ")" + schedule + R"(", ScheduleExpressionTimezone: Europe/Berlin}}
        Orders: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop]}}}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Runtime: python3.13
      Handler: index.handler
      Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Work.QueueName}]
      Events:
        Work: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn, BatchSize: 5}}
        News: {Type: SNS, Properties: {Topic: !Ref News}}
        Photo: {Type: S3, Properties: {Bucket: !Ref Photos, Events: s3:ObjectCreated:*}}
        Clicks: {Type: Kinesis, Properties: {Stream: !GetAtt Clicks.Arn, StartingPosition: LATEST}}
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 60}}
  News: {Type: AWS::SNS::Topic}
  Photos: {Type: AWS::S3::Bucket}
  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
)");
    project.file("src/index.py", "def handler(event, context):\n    return " + answer + "\n");
}

/// Everything that calls have made in a project's local account, without what is another each time: ids, revisions, times and the
/// numbers of versions are named in the order in which they come.
inline QStringList accountState(const TestProject &project)
{
    QStringList lines;
    const auto documents = account::DocumentStore::open(account::DocumentStore::pathIn(project.path()));
    if (!documents)
        return {documents.error().message};
    static const QSet<QString> changing{"RevisionId", "LastModified", "LastModifiedTime", "CreationTime", "CreationDate", "LastModificationDate", "CreateDate", "RoleId", "settlesMs", "creating", "created", "UUID", "change", "Version", "FunctionVersion", "AliasArn", "CreatedDate", "MasterArn", "deployed", "version"};
    const std::function<QJsonValue(const QJsonValue &)> steady = [&](const QJsonValue &value) -> QJsonValue {
        if (value.isArray()) {
            QJsonArray array;
            for (const auto &item : value.toArray())
                array.append(steady(item));
            return array;
        }
        if (!value.isObject())
            return value;
        QJsonObject object;
        const QJsonObject given = value.toObject();
        for (auto it = given.begin(); it != given.end(); ++it) {
            if (!changing.contains(it.key()))
                object.insert(it.key(), steady(*it));
        }
        return object;
    };
    // What a random id names is told by its content.
    static const QSet<QString> randomNames{"mapping", "http-api", "rest-api", "function"};
    for (const char *kind : {"function", "alias", "policy", "concurrency", "provisioned", "event-invoke", "url", "tags", "mapping", "layer", "role", "role-policy", "attached-policy", "rule", "target", "schedule", "http-api", "rest-api", "bucket-notification"}) {
        for (const auto &[key, document] : (*documents)->all(QString::fromLatin1(kind))) {
            QString text = QString::fromUtf8(QJsonDocument(steady(document).toObject()).toJson(QJsonDocument::Compact));
            static const QRegularExpression apiId("execute-api:us-east-1:123456789012:[a-z0-9]{10}");
            text.replace(apiId, "execute-api:API");
            const bool version = QString::fromLatin1(kind) == "function" && key.name != "$LATEST";
            lines << QString::fromLatin1(kind) + ' ' + key.owner + ' ' + (version ? "N" : randomNames.contains(kind) ? (key.name == "$LATEST" ? "$LATEST" : "ID") : key.name) + ' ' + (version ? "" : text);
        }
    }
    // The folder's name is another one each time.
    const QString prefix = project::placementOf(QDir(project.path()).dirName(), "dev", "1", "r").prefix;
    for (QString &line : lines)
        line.replace(prefix, "P-", Qt::CaseInsensitive).replace(QDir(project.path()).dirName(), "PROJECT");
    lines.sort();
    return lines;
}

} // namespace eph::test
