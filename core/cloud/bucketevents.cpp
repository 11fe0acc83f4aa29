// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/bucketevents.h"

#include "core/base/account.h"
#include "core/base/jsontext.h"
#include "core/base/templatetruth.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>
#include <QUuid>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

void readFilter(BucketNotification &notification, const QJsonObject &properties)
{
    const QJsonArray rules = properties.value("Filter"_L1).toObject().value("S3Key"_L1).toObject().value("Rules"_L1).toArray();
    for (const auto &rule : rules) {
        const QString name = rule.toObject().value("Name"_L1).toString().toLower();
        if (name == "prefix"_L1)
            notification.prefix = rule.toObject().value("Value"_L1).toString();
        else if (name == "suffix"_L1)
            notification.suffix = rule.toObject().value("Value"_L1).toString();
    }
}

} // namespace

bool BucketNotification::takes(const sources::BucketChange &change) const
{
    const bool wanted = change.bucket == bucket && std::any_of(events.begin(), events.end(), [&](const QString &event) {
        const QString name = event.startsWith("s3:"_L1) ? event.mid(3) : event;
        return name == change.event || (name.endsWith(u'*') && change.event.startsWith(QStringView(name).chopped(1)));
    });
    return wanted && change.object.key.startsWith(prefix) && change.object.key.endsWith(suffix);
}

BucketListeners bucketListenersOf(const project::Project &project)
{
    BucketListeners listeners;
    QList<BucketNotification> &all = listeners.notifications;
    for (const project::Function &function : project.functions) {
        for (const project::Trigger &trigger : function.triggers) {
            if (trigger.type != "S3"_L1)
                continue;
            // A bucket's ARN is as good as its name.
            BucketNotification notification{function.name + u'-' + trigger.name, trigger.properties.value("Bucket"_L1).toString().section(u':', -1), textsOf(trigger.properties.value("Events"_L1)), {}, {}, u"arn:aws:lambda:%1:%2:function:%3"_s.arg(project.region, LocalAccount, function.name)};
            readFilter(notification, trigger.properties);
            all << notification;
        }
    }
    for (const project::SourceDeclaration &declared : project.eventSources) {
        const QJsonObject configuration = declared.type == "AWS::S3::Bucket"_L1 ? declared.properties.value("NotificationConfiguration"_L1).toObject() : QJsonObject();
        const QJsonValue enabled = configuration.value("EventBridgeConfiguration"_L1).toObject().value("EventBridgeEnabled"_L1);
        if (configuration.contains("EventBridgeConfiguration"_L1) && (enabled.isUndefined() || isTrue(enabled)))
            listeners.bridged << declared.name;
        for (const auto &[list, target] : {std::pair(u"LambdaConfigurations"_s, u"Function"_s), std::pair(u"QueueConfigurations"_s, u"Queue"_s), std::pair(u"TopicConfigurations"_s, u"Topic"_s)}) {
            const QJsonArray entries = configuration.value(list).toArray();
            for (qsizetype i = 0; i < entries.size(); ++i) {
                const QJsonObject entry = entries.at(i).toObject();
                BucketNotification notification{declared.logicalId + u'-' + target + QString::number(i + 1), declared.name, textsOf(entry.value("Event"_L1)), {}, {}, entry.value(target).toString()};
                readFilter(notification, entry);
                all << notification;
            }
        }
    }
    return listeners;
}

namespace {

/// As an object of a bucket is told of, in the order of its changes.
[[nodiscard]] QString sequencerOf(const sources::BucketChange &change)
{
    return u"%1"_s.arg(change.object.modifiedMs, 16, 16, QChar(u'0')).toUpper();
}

[[nodiscard]] QString newCallId()
{
    return QUuid::createUuid().toString(QUuid::Id128).left(16).toUpper();
}

[[nodiscard]] bool isRemoval(const sources::BucketChange &change)
{
    return change.event.startsWith("ObjectRemoved"_L1);
}

} // namespace

QByteArray bucketEvent(const sources::BucketChange &change, const QString &notification, const QString &region)
{
    // Blanks are + here, as in a form.
    QJsonObject object{{u"key"_s, QString::fromLatin1(QUrl::toPercentEncoding(change.object.key, "/ ").replace(' ', '+'))}, {u"sequencer"_s, sequencerOf(change)}};
    if (!isRemoval(change)) {
        object.insert(u"size"_s, change.object.size);
        object.insert(u"eTag"_s, change.object.etag);
    }
    const QJsonObject bucket{{u"name"_s, change.bucket}, {u"ownerIdentity"_s, QJsonObject{{u"principalId"_s, u"EPHEMERA"_s}}}, {u"arn"_s, QString("arn:aws:s3:::"_L1 + change.bucket)}};
    const QJsonObject record{{u"eventVersion"_s, u"2.1"_s}, {u"eventSource"_s, u"aws:s3"_s}, {u"awsRegion"_s, region}, {u"eventTime"_s, QDateTime::fromMSecsSinceEpoch(change.object.modifiedMs, Qt::UTC).toString(Qt::ISODateWithMs)}, {u"eventName"_s, change.event},
                             {u"userIdentity"_s, QJsonObject{{u"principalId"_s, u"AWS:AROAEPHEMERALOCAL000:ephemera"_s}}}, {u"requestParameters"_s, QJsonObject{{u"sourceIPAddress"_s, u"127.0.0.1"_s}}},
                             {u"responseElements"_s, QJsonObject{{u"x-amz-request-id"_s, newCallId()}, {u"x-amz-id-2"_s, u"ephemera"_s}}},
                             {u"s3"_s, QJsonObject{{u"s3SchemaVersion"_s, u"1.0"_s}, {u"configurationId"_s, notification}, {u"bucket"_s, bucket}, {u"object"_s, object}}}};
    return QJsonDocument(QJsonObject{{u"Records"_s, QJsonArray{record}}}).toJson(QJsonDocument::Compact);
}

PutEvent bridgeEvent(const sources::BucketChange &change)
{
    static const QHash<QString, QString> reasons{{u"ObjectCreated:Put"_s, u"PutObject"_s}, {u"ObjectCreated:Copy"_s, u"CopyObject"_s}, {u"ObjectCreated:CompleteMultipartUpload"_s, u"CompleteMultipartUpload"_s}, {u"ObjectRemoved:Delete"_s, u"DeleteObject"_s}};
    // Not encoded, as it is to others.
    QJsonObject object{{u"key"_s, change.object.key}, {u"sequencer"_s, sequencerOf(change)}};
    QJsonObject detail{{u"version"_s, u"0"_s}, {u"bucket"_s, QJsonObject{{u"name"_s, change.bucket}}}, {u"request-id"_s, newCallId()}, {u"requester"_s, LocalAccount}, {u"source-ip-address"_s, u"127.0.0.1"_s}, {u"reason"_s, reasons.value(change.event)}};
    if (isRemoval(change)) {
        detail.insert(u"deletion-type"_s, u"Permanently Deleted"_s);
    } else {
        object.insert(u"size"_s, change.object.size);
        object.insert(u"etag"_s, change.object.etag);
    }
    detail.insert(u"object"_s, object);
    PutEvent event;
    event.source = u"aws.s3"_s;
    event.detailType = isRemoval(change) ? u"Object Deleted"_s : u"Object Created"_s;
    event.detail = QJsonDocument(detail).toJson(QJsonDocument::Compact);
    event.resources = {QString("arn:aws:s3:::"_L1 + change.bucket)};
    event.epochMs = change.object.modifiedMs;
    event.trace = change.trace;
    return event;
}

} // namespace eph::cloud
