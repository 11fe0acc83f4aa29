// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/leastprivilege.h"

#include <QHash>
#include <QRegularExpression>
#include <QSet>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

/// What the SDKs' packages and clients are called, and what their permissions begin with.
[[nodiscard]] QString serviceOf(const QString &client)
{
    static const QHash<QString, QString> others{{u"lib-dynamodb"_s, u"dynamodb"_s}, {u"eventbridge"_s, u"events"_s}, {u"cloudwatch-logs"_s, u"logs"_s}, {u"secrets-manager"_s, u"secretsmanager"_s}, {u"sfn"_s, u"states"_s}, {u"stepfunctions"_s, u"states"_s}, {u"sesv2"_s, u"ses"_s}};
    return others.value(client, client);
}

/// Calls whose permission has another name than the call.
/// Source: service authorization reference, November 2026.
[[nodiscard]] QStringList actionsOf(const QString &service, const QString &operation)
{
    static const QHash<QString, QStringList> others{
        {u"s3:ListObjectsV2"_s, {u"s3:ListBucket"_s}}, {u"s3:ListObjects"_s, {u"s3:ListBucket"_s}}, {u"s3:HeadObject"_s, {u"s3:GetObject"_s}}, {u"s3:HeadBucket"_s, {u"s3:ListBucket"_s}}, {u"s3:CopyObject"_s, {u"s3:GetObject"_s, u"s3:PutObject"_s}},
        {u"s3:DeleteObjects"_s, {u"s3:DeleteObject"_s}}, {u"s3:CreateMultipartUpload"_s, {u"s3:PutObject"_s}}, {u"s3:UploadPart"_s, {u"s3:PutObject"_s}}, {u"s3:CompleteMultipartUpload"_s, {u"s3:PutObject"_s}}, {u"s3:UploadFile"_s, {u"s3:PutObject"_s}}, {u"s3:DownloadFile"_s, {u"s3:GetObject"_s}},
        {u"lambda:Invoke"_s, {u"lambda:InvokeFunction"_s}}, {u"lambda:InvokeWithResponseStream"_s, {u"lambda:InvokeFunction"_s}},
        {u"sqs:SendMessageBatch"_s, {u"sqs:SendMessage"_s}}, {u"sqs:DeleteMessageBatch"_s, {u"sqs:DeleteMessage"_s}}, {u"sns:PublishBatch"_s, {u"sns:Publish"_s}},
        // The document client's short names.
        {u"dynamodb:Get"_s, {u"dynamodb:GetItem"_s}}, {u"dynamodb:Put"_s, {u"dynamodb:PutItem"_s}}, {u"dynamodb:Update"_s, {u"dynamodb:UpdateItem"_s}}, {u"dynamodb:Delete"_s, {u"dynamodb:DeleteItem"_s}}, {u"dynamodb:BatchGet"_s, {u"dynamodb:BatchGetItem"_s}}, {u"dynamodb:BatchWrite"_s, {u"dynamodb:BatchWriteItem"_s}},
        {u"dynamodb:TransactWriteItems"_s, {u"dynamodb:PutItem"_s, u"dynamodb:UpdateItem"_s, u"dynamodb:DeleteItem"_s, u"dynamodb:ConditionCheckItem"_s}}, {u"dynamodb:TransactGetItems"_s, {u"dynamodb:GetItem"_s}},
    };
    const QString name = service + u':' + operation;
    return others.value(name, {name});
}

[[nodiscard]] int lineAt(const QString &code, qsizetype position)
{
    return int(QStringView(code).first(position).count(u'\n')) + 1;
}

/// `get_object` → `GetObject`.
[[nodiscard]] QString operationName(const QString &method)
{
    QString name;
    const QStringList parts = method.split(u'_', Qt::SkipEmptyParts);
    for (const QString &part : parts)
        name += part.first(1).toUpper() + part.mid(1);
    return name;
}

void add(QList<FoundCall> &calls, const QString &service, const QString &operation, const QString &file, int line)
{
    const QStringList actions = actionsOf(service, operation);
    for (const QString &action : actions)
        calls << FoundCall{action, file, line};
}

/// `import { GetObjectCommand } from "@aws-sdk/client-s3"`, or the same with require().
[[nodiscard]] QList<FoundCall> javaScriptCalls(const QString &code, const QString &file)
{
    QList<FoundCall> calls;
    static const QRegularExpression package(u"(?:import|const|let|var)\\s*\\{([^}]*)\\}\\s*(?:from|=\\s*(?:await\\s+)?(?:require|import)\\()\\s*['\"]@aws-sdk/(client-[a-z0-9-]+|lib-dynamodb)['\"]"_s);
    static const QRegularExpression command(u"\\b([A-Z][A-Za-z0-9]*)Command\\b"_s);
    auto packages = package.globalMatch(code);
    while (packages.hasNext()) {
        const auto match = packages.next();
        QString client = match.captured(2);
        if (client.startsWith("client-"_L1))
            client.remove(0, 7);
        auto commands = command.globalMatch(match.captured(1));
        while (commands.hasNext()) {
            const QString operation = commands.next().captured(1);
            const qsizetype used = code.indexOf(QRegularExpression(u"new\\s+%1Command\\b"_s.arg(operation)));
            if (used >= 0)
                add(calls, serviceOf(client), operation, file, lineAt(code, used));
        }
    }
    return calls;
}

/// `s3 = boto3.client("s3")`, then `s3.get_object(`.
[[nodiscard]] QList<FoundCall> pythonCalls(const QString &code, const QString &file)
{
    QList<FoundCall> calls;
    static const QRegularExpression client(u"(\\w+)\\s*=\\s*(?:boto3|session|\\w*[Ss]ession\\(\\))\\.client\\(\\s*['\"]([a-z0-9-]+)['\"]"_s);
    static const QSet<QString> own{u"get_paginator"_s, u"get_waiter"_s, u"close"_s, u"can_paginate"_s, u"generate_presigned_url"_s, u"exceptions"_s, u"meta"_s};
    auto clients = client.globalMatch(code);
    while (clients.hasNext()) {
        const auto match = clients.next();
        const QRegularExpression used(u"\\b%1\\.([a-z][a-z0-9_]*)\\s*\\("_s.arg(QRegularExpression::escape(match.captured(1))));
        auto uses = used.globalMatch(code);
        while (uses.hasNext()) {
            const auto use = uses.next();
            if (!own.contains(use.captured(1)))
                add(calls, serviceOf(match.captured(2)), operationName(use.captured(1)), file, lineAt(code, use.capturedStart()));
        }
        const QRegularExpression paged(u"\\b%1\\.get_paginator\\(\\s*['\"]([a-z0-9_]+)['\"]"_s.arg(QRegularExpression::escape(match.captured(1))));
        auto pages = paged.globalMatch(code);
        while (pages.hasNext()) {
            const auto page = pages.next();
            add(calls, serviceOf(match.captured(2)), operationName(page.captured(1)), file, lineAt(code, page.capturedStart()));
        }
    }
    return calls;
}

} // namespace

QList<FoundCall> callsIn(const QString &code, const QString &file)
{
    return file.endsWith(".py"_L1) ? pythonCalls(code, file) : javaScriptCalls(code, file);
}

} // namespace eph::deploy
