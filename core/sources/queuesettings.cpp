// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/queuesettings.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

namespace eph::sources {

using namespace Qt::StringLiterals;

namespace {

struct Numeric {
    QString name;
    int QueueSettings::*member;
    int low;
    int high;
};

const QList<Numeric> &numerics()
{
    static const QList<Numeric> all{{u"VisibilityTimeout"_s, &QueueSettings::visibilitySeconds, 0, 43'200}, {u"DelaySeconds"_s, &QueueSettings::delaySeconds, 0, 900},
                                    {u"MessageRetentionPeriod"_s, &QueueSettings::retentionSeconds, 60, 1'209'600}, {u"ReceiveMessageWaitTimeSeconds"_s, &QueueSettings::waitSeconds, 0, 20},
                                    {u"MaximumMessageSize"_s, &QueueSettings::maxBytes, 1024, 1024 * 1024}};
    return all;
}

/// Kept and given back; they change nothing here.
const QSet<QString> &carried()
{
    static const QSet<QString> names{u"Policy"_s, u"KmsMasterKeyId"_s, u"KmsDataKeyReusePeriodSeconds"_s, u"SqsManagedSseEnabled"_s, u"DeduplicationScope"_s, u"FifoThroughputLimit"_s, u"RedriveAllowPolicy"_s};
    return names;
}

[[nodiscard]] tl::unexpected<Error> invalidValue(const QString &name)
{
    return failure(ErrorCode::Invalid, u"Invalid value for the parameter %1."_s.arg(name), {}, u"InvalidAttributeValue"_s);
}

[[nodiscard]] Result<void> readRedrive(QueueSettings &settings, const QString &text)
{
    if (text.isEmpty())
        return {};
    const QJsonObject policy = QJsonDocument::fromJson(text.toUtf8()).object();
    const QString arn = policy.value("deadLetterTargetArn"_L1).toString();
    // A number, or one in quotes: the service takes both.
    const int receives = policy.value("maxReceiveCount"_L1).toVariant().toInt();
    if (!arn.startsWith("arn:"_L1) || receives < 1 || receives > 1000)
        return failure(ErrorCode::Invalid, u"Value %1 for parameter RedrivePolicy is invalid. Reason: deadLetterTargetArn has to be the ARN of a queue and maxReceiveCount a number from 1 to 1000."_s.arg(text), {}, u"InvalidParameterValue"_s);
    settings.deadLetterQueue = arn.section(u':', -1);
    settings.maxReceives = receives;
    return {};
}

} // namespace

Result<QueueSettings> queueSettings(const QueueAttributes &attributes)
{
    QueueSettings settings;
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        const auto numeric = std::find_if(numerics().begin(), numerics().end(), [&](const Numeric &one) { return one.name == it.key(); });
        if (numeric != numerics().end()) {
            bool isNumber = false;
            const int value = it.value().toInt(&isNumber);
            if (!isNumber || value < numeric->low || value > numeric->high)
                return invalidValue(it.key());
            settings.*(numeric->member) = value;
        } else if (it.key() == "FifoQueue"_L1 || it.key() == "ContentBasedDeduplication"_L1) {
            if (it.value() != "true"_L1 && it.value() != "false"_L1)
                return invalidValue(it.key());
            (it.key() == "FifoQueue"_L1 ? settings.fifo : settings.contentBasedDeduplication) = it.value() == "true"_L1;
        } else if (it.key() == "DeduplicationScope"_L1) {
            if (it.value() != "messageGroup"_L1 && it.value() != "queue"_L1)
                return invalidValue(it.key());
            settings.deduplicatesByGroup = it.value() == "messageGroup"_L1;
        } else if ((it.key() == "Policy"_L1 || it.key() == "RedriveAllowPolicy"_L1) && !it->isEmpty() && !QJsonDocument::fromJson(it->toUtf8()).isObject()) {
            return invalidValue(it.key());
        } else if (it.key() == "RedrivePolicy"_L1) {
            if (const auto read = readRedrive(settings, it.value()); !read)
                return tl::unexpected(read.error());
        } else if (!carried().contains(it.key())) {
            return failure(ErrorCode::Invalid, u"Unknown Attribute %1."_s.arg(it.key()), {}, u"InvalidAttributeName"_s);
        }
    }
    if (settings.contentBasedDeduplication && !settings.fifo)
        return failure(ErrorCode::Invalid, u"Unknown Attribute ContentBasedDeduplication."_s, {}, u"InvalidAttributeName"_s);
    return settings;
}

QueueAttributes withDefaults(QueueAttributes attributes)
{
    const QueueSettings standard;
    for (const Numeric &numeric : numerics()) {
        if (!attributes.contains(numeric.name))
            attributes.insert(numeric.name, QString::number(standard.*(numeric.member)));
    }
    if (!attributes.contains(u"SqsManagedSseEnabled"_s))
        attributes.insert(u"SqsManagedSseEnabled"_s, u"true"_s);
    if (attributes.value(u"FifoQueue"_s) != "true"_L1)
        return attributes;
    for (const auto &[name, value] : {std::pair(u"ContentBasedDeduplication"_s, u"false"_s), std::pair(u"DeduplicationScope"_s, u"queue"_s), std::pair(u"FifoThroughputLimit"_s, u"perQueue"_s)}) {
        if (!attributes.contains(name))
            attributes.insert(name, value);
    }
    return attributes;
}

Result<void> checkQueueName(const QString &name, bool fifo)
{
    static const QRegularExpression plain(u"^[A-Za-z0-9_-]{1,80}$"_s);
    static const QRegularExpression ordered(u"^(?=.{1,80}$)[A-Za-z0-9_-]+\\.fifo$"_s);
    if ((fifo ? ordered : plain).match(name).hasMatch())
        return {};
    return failure(ErrorCode::Invalid,
                   fifo ? u"The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."_s
                        : u"Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"_s,
                   {}, u"InvalidParameterValue"_s);
}

} // namespace eph::sources
