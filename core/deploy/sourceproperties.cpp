// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/sourceproperties.h"

#include "core/deploy/documents.h"
#include "core/deploy/templatevalues.h"

#include <QHash>
#include <QVariant>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

/// Those of a queue that are called in its call as they are in the template, all of them texts.
const QStringList QueueTexts{u"DelaySeconds"_s, u"MaximumMessageSize"_s, u"MessageRetentionPeriod"_s, u"ReceiveMessageWaitTimeSeconds"_s, u"VisibilityTimeout"_s, u"KmsMasterKeyId"_s, u"KmsDataKeyReusePeriodSeconds"_s, u"DeduplicationScope"_s, u"FifoThroughputLimit"_s};

} // namespace

QJsonObject queueAttributes(const QJsonObject &given)
{
    QJsonObject attributes;
    for (const QString &member : QueueTexts) {
        if (given.contains(member))
            attributes.insert(member, given.value(member).toVariant().toString());
    }
    // Of false the service wants to hear nothing.
    for (const QString &member : {u"FifoQueue"_s, u"ContentBasedDeduplication"_s}) {
        if (isTrue(given.value(member)))
            attributes.insert(member, u"true"_s);
    }
    if (QJsonObject redrive = given.value("RedrivePolicy"_L1).toObject(); !redrive.isEmpty()) {
        copyNumbers(redrive, {u"maxReceiveCount"_s}, redrive);
        attributes.insert(u"RedrivePolicy"_s, documentText(redrive));
    }
    return attributes;
}

QJsonObject topicAttributes(const QJsonObject &given)
{
    QJsonObject attributes;
    copy(given, {u"DisplayName"_s, u"KmsMasterKeyId"_s}, attributes);
    for (const QString &member : {u"FifoTopic"_s, u"ContentBasedDeduplication"_s}) {
        if (isTrue(given.value(member)))
            attributes.insert(member, u"true"_s);
    }
    return attributes;
}

QJsonObject streamProperties(const QJsonObject &given)
{
    const QString mode = given.value("StreamModeDetails"_L1).toObject().value("StreamMode"_L1).toString();
    if (mode == "ON_DEMAND"_L1)
        return {{u"StreamModeDetails"_s, QJsonObject{{u"StreamMode"_s, mode}}}};
    QJsonObject properties{{u"ShardCount"_s, 1}};
    copyNumbers(given, {u"ShardCount"_s}, properties);
    return properties;
}

QStringList takenProperties(const QString &type)
{
    static const QHash<QString, QStringList> taken{
        {u"AWS::SQS::Queue"_s, QStringList{u"QueueName"_s, u"FifoQueue"_s, u"ContentBasedDeduplication"_s, u"RedrivePolicy"_s} + QueueTexts},
        {u"AWS::SNS::Topic"_s, {u"TopicName"_s, u"DisplayName"_s, u"KmsMasterKeyId"_s, u"FifoTopic"_s, u"ContentBasedDeduplication"_s}},
        {u"AWS::Kinesis::Stream"_s, {u"Name"_s, u"ShardCount"_s, u"StreamModeDetails"_s}},
        {u"AWS::S3::Bucket"_s, {u"BucketName"_s}}};
    return taken.value(type);
}

} // namespace eph::deploy
