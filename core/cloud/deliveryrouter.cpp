// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/deliveryrouter.h"

#include "core/cloud/functionref.h"
#include "core/events/eventpattern.h"
#include "core/runtime/requestids.h"
#include "core/sources/messageattributes.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using sources::Subscription;
using sources::TopicInfo;

namespace {

constexpr qsizetype MaxBytes = 256 * 1024;

[[nodiscard]] tl::unexpected<Error> invalid(const QString &message)
{
    return failure(ErrorCode::Invalid, "Invalid parameter: "_L1 + message, {}, u"InvalidParameter"_s);
}

/// What a filter on attributes looks at: each one's value by its name.
[[nodiscard]] QJsonObject filterable(const QJsonObject &attributes)
{
    QJsonObject values;
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        const QString type = it.value().toObject().value("DataType"_L1).toString();
        const QString text = it.value().toObject().value("StringValue"_L1).toString();
        if (type == "String.Array"_L1)
            values.insert(it.key(), QJsonDocument::fromJson(text.toUtf8()).array());
        else if (type.startsWith("Number"_L1))
            values.insert(it.key(), text.toDouble());
        else if (type.startsWith("String"_L1))
            values.insert(it.key(), text);
    }
    return values;
}

[[nodiscard]] bool wants(const Subscription &subscription, const Notification &notification)
{
    const QString policy = subscription.attributes.value(u"FilterPolicy"_s);
    if (policy.isEmpty() || policy == "{}"_L1)
        return true;
    const auto pattern = events::EventPattern::parse(policy.toUtf8());
    if (!pattern)
        return false;
    if (subscription.attributes.value(u"FilterPolicyScope"_s) != "MessageBody"_L1)
        return pattern->matches(filterable(notification.attributes));
    const QJsonDocument body = QJsonDocument::fromJson(notification.message.toUtf8());
    return body.isObject() && pattern->matches(body.object());
}

/// The text for one protocol.
[[nodiscard]] QString textFor(const QString &protocol, const Notification &notification)
{
    if (!notification.isStructured)
        return notification.message;
    const QJsonObject texts = QJsonDocument::fromJson(notification.message.toUtf8()).object();
    return texts.value(protocol).toString(texts.value("default"_L1).toString());
}

/// Attributes as a subscriber sees them.
[[nodiscard]] QJsonObject shownAttributes(const QJsonObject &attributes)
{
    QJsonObject shown;
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        const QJsonObject given = it.value().toObject();
        shown.insert(it.key(), QJsonObject{{u"Type"_s, given.value("DataType"_L1)}, {u"Value"_s, given.contains("BinaryValue"_L1) ? given.value("BinaryValue"_L1) : given.value("StringValue"_L1)}});
    }
    return shown;
}

} // namespace

DeliveryRouter::DeliveryRouter(FunctionCatalogue &catalogue, runtime::AsyncQueue &queue, sources::SourceStores &sources, logs::Sink &logs, const sys::Clock &clock)
    : m_catalogue(catalogue)
    , m_queue(queue)
    , m_sources(sources)
    , m_logs(logs)
    , m_clock(clock)
{
}

bool DeliveryRouter::invoke(const Cause &cause, const QString &functionArn, const QByteArray &event)
{
    auto request = m_catalogue.requestForEvent(functionArn);
    if (!request)
        return false;
    request->payload = event;
    request->requestId = runtime::newRequestId();
    request->traceId = cause.trace;
    request->origin = {runtime::OriginKind::Event, cause.name};
    return m_queue.enqueue(*std::move(request));
}

bool DeliveryRouter::record(const Cause &cause, const QString &streamArn, const QByteArray &data)
{
    const auto stream = m_sources.streams().find(streamArn.section(u'/', -1));
    return stream && m_sources.streams().put(*stream, {{cause.messageGroup.isEmpty() ? QUuid::createUuid().toString(QUuid::WithoutBraces) : cause.messageGroup, data}});
}

bool DeliveryRouter::knows(const QString &arn)
{
    const QString service = arn.section(u':', 2, 2);
    const QString name = arn.section(u':', -1);
    if (service == "sqs"_L1)
        return m_sources.queues().find(name).has_value();
    if (service == "sns"_L1)
        return m_sources.topics().find(name).has_value();
    return m_catalogue.requestForEvent(arn).has_value();
}

bool DeliveryRouter::deliver(const Cause &cause, const QString &arn, const QByteArray &body, const Attributes &attributes)
{
    const QString service = arn.section(u':', 2, 2);
    const QString name = arn.section(u':', -1);
    if (arn.isEmpty())
        return false;
    if (service == "kinesis"_L1)
        return record(cause, arn, body);
    if (service != "sqs"_L1 && service != "sns"_L1)
        return invoke(cause, arn, body);
    QJsonObject texts;
    for (const auto &[key, value] : attributes)
        texts.insert(QString::fromLatin1(key), QJsonObject{{u"DataType"_s, key == "ErrorCode" ? u"Number"_s : u"String"_s}, {u"StringValue"_s, QString::fromUtf8(value)}});
    if (service == "sns"_L1) {
        const auto topic = m_sources.topics().find(name);
        return topic && publish(*topic, {QString::fromUtf8(body), {}, false, texts, {}, {}, cause.trace});
    }
    const auto queue = m_sources.queues().find(name);
    return queue && m_sources.queues().send(*queue, {body, texts, queue->settings.fifo ? cause.messageGroup : QString(), {}, QString::fromLatin1(cause.trace)});
}

void DeliveryRouter::deliverOrLog(const Cause &cause, const QString &function, const QString &arn, const QByteArray &body, const Attributes &attributes)
{
    if (deliver(cause, arn, body, attributes))
        return;
    QByteArray line = (attributes.isEmpty() ? "DESTINATION\tTarget: " : "DEAD LETTER\tTarget: ") + arn.toUtf8();
    for (const auto &[name, value] : attributes)
        line += '\t' + name + ": " + value;
    if (arn.section(u':', 2, 2) == "lambda"_L1) {
        if (const auto request = m_catalogue.requestForEvent(arn); !request)
            line += "\tReason: " + request.error().message.toUtf8();
    }
    m_logs.append({m_clock.epochMs(), logs::Source::Platform, function, {}, {}, line + "\tBody: " + body});
}

/// Twenty digits that grow, over restarts too.
QString DeliveryRouter::nextSequenceNumber()
{
    m_sequence = std::max(m_sequence + 1, quint64(m_clock.epochMs()) * 1000);
    return QString::number(10'000'000'000'000'000'000ULL + m_sequence);
}

Result<sources::SentMessage> DeliveryRouter::publish(const TopicInfo &topic, const Notification &notification)
{
    if (notification.message.isEmpty())
        return invalid(u"Empty message"_s);
    if (notification.message.toUtf8().size() + sources::attributesSize(notification.attributes) > MaxBytes)
        return invalid(u"Message too long"_s);
    if (notification.isStructured && !QJsonDocument::fromJson(notification.message.toUtf8()).object().value("default"_L1).isString())
        return invalid(u"Message Structure - No default entry in JSON message body"_s);
    if (const auto good = sources::checkMessageAttributes(notification.attributes); !good)
        return invalid(good.error().message);
    Notification made = notification;
    if (topic.isFifo()) {
        if (made.groupId.isEmpty())
            return invalid(u"The MessageGroupId parameter is required for FIFO topics"_s);
        if (made.deduplicationId.isEmpty() && topic.attributes.value(u"ContentBasedDeduplication"_s) == "true"_L1)
            made.deduplicationId = QString::fromLatin1(QCryptographicHash::hash(made.message.toUtf8(), QCryptographicHash::Sha256).toHex());
        if (made.deduplicationId.isEmpty())
            return invalid(u"The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"_s);
    }
    if (topic.isFifo())
        made.sequenceNumber = nextSequenceNumber();
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const QList<Subscription> subscriptions = m_sources.topics().subscriptions(topic.name);
    for (const Subscription &subscription : subscriptions) {
        if (!wants(subscription, made))
            continue;
        if (const auto sent = send(subscription, topic, made, id); !sent)
            return tl::unexpected(sent.error());
    }
    return sources::SentMessage{id, made.sequenceNumber};
}

Result<void> DeliveryRouter::send(const Subscription &subscription, const TopicInfo &topic, const Notification &notification, const QString &id)
{
    const QString arn = sources::topicArn(m_catalogue.region(), topic.name);
    const QString text = textFor(subscription.protocol, notification);
    const QString time = QDateTime::fromMSecsSinceEpoch(m_clock.epochMs(), Qt::UTC).toString(Qt::ISODateWithMs);
    const QString subscriptionArn = arn + u':' + subscription.id;
    const QString unsubscribe = "https://sns."_L1 + m_catalogue.region() + ".amazonaws.com/?Action=Unsubscribe&SubscriptionArn="_L1 + subscriptionArn;
    const QString certificate = "https://sns."_L1 + m_catalogue.region() + ".amazonaws.com/SimpleNotificationService-local.pem"_L1;
    // Nobody signs here; Fidelity says so.
    QJsonObject sns{{u"Type"_s, u"Notification"_s}, {u"MessageId"_s, id}, {u"TopicArn"_s, arn}, {u"Message"_s, text}, {u"Timestamp"_s, time}, {u"SignatureVersion"_s, u"1"_s}, {u"Signature"_s, u"EXAMPLE"_s}};
    if (!notification.sequenceNumber.isEmpty())
        sns.insert(u"SequenceNumber"_s, notification.sequenceNumber);
    const QJsonObject attributes = shownAttributes(notification.attributes);
    if (subscription.protocol == "lambda"_L1) {
        sns.insert(u"Subject"_s, notification.subject.isEmpty() ? QJsonValue() : QJsonValue(notification.subject));
        sns.insert(u"MessageAttributes"_s, attributes);
        sns.insert(u"SigningCertUrl"_s, certificate);
        sns.insert(u"UnsubscribeUrl"_s, unsubscribe);
        const QJsonObject record{{u"EventVersion"_s, u"1.0"_s}, {u"EventSubscriptionArn"_s, subscriptionArn}, {u"EventSource"_s, u"aws:sns"_s}, {u"Sns"_s, sns}};
        const Cause cause{topic.name, notification.trace};
        const QByteArray event = QJsonDocument(QJsonObject{{u"Records"_s, QJsonArray{record}}}).toJson(QJsonDocument::Compact);
        if (!deliver(cause, subscription.endpoint, event) && !redrive(cause, subscription, QJsonDocument(sns).toJson(QJsonDocument::Compact)))
            deliverOrLog(cause, subscription.endpoint.section(u':', -1), subscription.endpoint, event);
        return {};
    }
    const Cause cause{topic.name, notification.trace, notification.groupId};
    const auto queue = m_sources.queues().find(subscription.endpoint.section(u':', -1));
    const bool fifo = queue && queue->settings.fifo;
    sources::NewMessage message{text.toUtf8(), notification.attributes, fifo ? notification.groupId : QString(), fifo ? notification.deduplicationId : QString(), QString::fromLatin1(notification.trace)};
    if (subscription.attributes.value(u"RawMessageDelivery"_s) != "true"_L1) {
        if (!notification.subject.isEmpty())
            sns.insert(u"Subject"_s, notification.subject);
        if (!attributes.isEmpty())
            sns.insert(u"MessageAttributes"_s, attributes);
        sns.insert(u"SigningCertURL"_s, certificate);
        sns.insert(u"UnsubscribeURL"_s, unsubscribe);
        message.body = QJsonDocument(sns).toJson(QJsonDocument::Compact);
        message.attributes = {};
    }
    if (!queue) {
        if (!redrive(cause, subscription, message.body))
            deliverOrLog(cause, {}, subscription.endpoint, text.toUtf8());
        return {};
    }
    const auto sent = m_sources.queues().send(*queue, message);
    if (!sent && sent.error().code == ErrorCode::Io)
        return tl::unexpected(sent.error());
    // One that the queue does not take, such as one that is too large for it.
    if (!sent && !redrive(cause, subscription, message.body))
        deliverOrLog(cause, {}, "refused by "_L1 + subscription.endpoint, message.body);
    return {};
}

bool DeliveryRouter::redrive(const Cause &cause, const Subscription &subscription, const QByteArray &body)
{
    const QString queue = QJsonDocument::fromJson(subscription.attributes.value(u"RedrivePolicy"_s).toUtf8()).object().value("deadLetterTargetArn"_L1).toString();
    return !queue.isEmpty() && deliver(cause, queue, body);
}

} // namespace eph::cloud
