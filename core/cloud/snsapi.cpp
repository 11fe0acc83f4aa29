// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/snsapi.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/declaredsources.h"
#include "core/cloud/queryprotocol.h"
#include "core/runtime/requestids.h"
#include "core/sources/jsonmap.h"

#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using sources::Subscription;
using sources::TopicInfo;

namespace {

const QByteArray Namespace = "http://sns.amazonaws.com/doc/2010-03-31/";
constexpr qsizetype MaxBatch = 10;

/// `X.entry.1.key` and `.value`.
[[nodiscard]] QJsonObject entriesOf(const QJsonValue &map, QLatin1StringView key = "key"_L1, QLatin1StringView value = "value"_L1)
{
    QJsonObject object;
    const QJsonArray entries = map.toObject().value("entry"_L1).toArray();
    for (const auto &entry : entries)
        object.insert(entry.toObject().value(key).toString(), entry.toObject().value(value));
    return object;
}

[[nodiscard]] QJsonObject entriesIn(const QMap<QString, QString> &map)
{
    QJsonArray entries;
    for (auto it = map.begin(); it != map.end(); ++it)
        entries.append(QJsonObject{{u"key"_s, it.key()}, {u"value"_s, it.value()}});
    return {{u"entry"_s, entries}};
}

[[nodiscard]] QJsonArray members(const QJsonValue &list)
{
    return list.toObject().value("member"_L1).toArray();
}

[[nodiscard]] QMap<QString, QString> tagsOf(const QJsonValue &list)
{
    QMap<QString, QString> tags;
    const QJsonArray given = members(list);
    for (const auto &tag : given)
        tags.insert(tag.toObject().value("Key"_L1).toString(), tag.toObject().value("Value"_L1).toString());
    return tags;
}

[[nodiscard]] Notification notificationOf(const QJsonObject &input, const QByteArray &trace)
{
    return {input.value("Message"_L1).toString(), input.value("Subject"_L1).toString(), input.value("MessageStructure"_L1).toString() == "json"_L1, entriesOf(input.value("MessageAttributes"_L1), "Name"_L1, "Value"_L1),
            input.value("MessageGroupId"_L1).toString(), input.value("MessageDeduplicationId"_L1).toString(), trace};
}

} // namespace

SnsApi::SnsApi(sources::TopicStore &topics, DeliveryRouter &router, FunctionCatalogue &catalogue)
    : m_topics(topics)
    , m_router(router)
    , m_catalogue(catalogue)
{
}

bool SnsApi::isFor(const http::Request &request)
{
    return isQuery(request) && request.body.contains("Version=2010-03-31");
}

void SnsApi::handle(const http::Request &request, const http::Responder &responder)
{
    const QByteArray id = runtime::newRequestId();
    const QByteArray action = queryAction(request);
    const bool whole = !request.truncated && request.bodySize == request.body.size();
    Answer answer = whole ? perform(action, queryFields(request.body), request.header("X-Amzn-Trace-Id")) : refused("InvalidParameter", Core::tr("The request is too large."));
    if (!answer && answer.error().type == "NotFound")
        answer.error().status = 404;
    responder.respond(answer ? queryResponse(action, Namespace, *answer, id) : queryError(answer.error(), Namespace, id));
}

QString SnsApi::arnOf(const QString &topic)
{
    return sources::topicArn(m_catalogue.region(), topic);
}

SnsApi::Answer SnsApi::perform(const QByteArray &action, const QJsonObject &input, const QByteArray &trace)
{
    if (action == "CreateTopic")
        return createTopic(input);
    if (action == "ListTopics") {
        QJsonArray topics;
        const QList<TopicInfo> all = m_topics.all();
        for (const TopicInfo &topic : all)
            topics.append(QJsonObject{{u"TopicArn"_s, arnOf(topic.name)}});
        return QJsonObject{{u"Topics"_s, QJsonObject{{u"member"_s, topics}}}};
    }
    if (action == "ListSubscriptions")
        return listOf(m_topics.subscriptions());
    if (input.contains("SubscriptionArn"_L1))
        return performOnSubscription(action, input);
    const QString arn = input.value("TopicArn"_L1).toString(input.value("TargetArn"_L1).toString(input.value("ResourceArn"_L1).toString()));
    if (!arn.startsWith("arn:aws:sns:"_L1) || arn.count(u':') != 5)
        return refused("InvalidParameter", u"Invalid parameter: TopicArn"_s);
    const auto topic = m_topics.find(arn.section(u':', -1));
    if (!topic)
        return action == "DeleteTopic" ? Answer(QJsonObject()) : Answer(refused(topic.error()));
    return performOnTopic(*topic, action, input, trace);
}

SnsApi::Answer SnsApi::performOnTopic(TopicInfo topic, const QByteArray &action, const QJsonObject &input, const QByteArray &trace)
{
    const auto done = [](const Result<void> &result) -> Answer {
        if (!result)
            return refused(result.error());
        return QJsonObject();
    };
    if (action == "Publish")
        return publish(topic, input, trace);
    if (action == "PublishBatch")
        return publishBatch(topic, input, trace);
    if (action == "Subscribe")
        return subscribe(topic, input);
    if (action == "GetTopicAttributes")
        return topicAttributes(topic);
    if (action == "SetTopicAttributes") {
        static const QRegularExpression known(u"^(Policy|DisplayName|DeliveryPolicy|KmsMasterKeyId|SignatureVersion|TracingConfig|ContentBasedDeduplication|ArchivePolicy|FifoThroughputScope|.+(FeedbackRoleArn|FeedbackSampleRate))$"_s);
        if (!known.match(input.value("AttributeName"_L1).toString()).hasMatch())
            return refused("InvalidParameter", u"Invalid parameter: AttributeName"_s);
        topic.attributes.insert(input.value("AttributeName"_L1).toString(), input.value("AttributeValue"_L1).toString());
        return done(m_topics.update(topic));
    }
    if (action == "DeleteTopic") {
        const QString kept = keptByTemplate(m_catalogue, "AWS::SNS::Topic"_L1, topic.name);
        return kept.isEmpty() ? done(m_topics.remove(topic)) : Answer(refused("AuthorizationError", kept));
    }
    if (action == "ListSubscriptionsByTopic")
        return listOf(m_topics.subscriptions(topic.name));
    if (action == "ListTagsForResource") {
        QJsonArray tags;
        for (auto it = topic.tags.begin(); it != topic.tags.end(); ++it)
            tags.append(QJsonObject{{u"Key"_s, it.key()}, {u"Value"_s, it.value()}});
        return QJsonObject{{u"Tags"_s, QJsonObject{{u"member"_s, tags}}}};
    }
    if (action == "TagResource" || action == "UntagResource") {
        topic.tags.insert(tagsOf(input.value("Tags"_L1)));
        const QJsonArray keys = members(input.value("TagKeys"_L1));
        for (const auto &key : keys)
            topic.tags.remove(key.toString());
        return done(m_topics.update(topic));
    }
    return refused("InvalidAction", Core::tr("“%1” is not among the operations of SNS that are here.").arg(QString::fromUtf8(action)));
}

SnsApi::Answer SnsApi::createTopic(const QJsonObject &input)
{
    const QString name = input.value("Name"_L1).toString();
    const QMap<QString, QString> attributes = sources::textMap(entriesOf(input.value("Attributes"_L1)));
    const auto present = m_topics.find(name);
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        const bool isSwitch = it.key() == "FifoTopic"_L1 || it.key() == "ContentBasedDeduplication"_L1;
        if (present && present->attributes.value(it.key(), isSwitch ? u"false"_s : QString()) != it.value())
            return refused("InvalidParameter", u"Invalid parameter: Attributes Reason: Topic already exists with different attributes"_s);
    }
    const auto topic = m_topics.create(name, attributes, tagsOf(input.value("Tags"_L1)));
    if (!topic)
        return refused(topic.error());
    return QJsonObject{{u"TopicArn"_s, arnOf(topic->name)}};
}

SnsApi::Answer SnsApi::topicAttributes(const TopicInfo &topic)
{
    QMap<QString, QString> attributes = topic.attributes;
    attributes.insert(u"TopicArn"_s, arnOf(topic.name));
    attributes.insert(u"Owner"_s, LocalAccount);
    attributes.insert(u"SubscriptionsConfirmed"_s, QString::number(m_topics.subscriptions(topic.name).size()));
    attributes.insert(u"SubscriptionsPending"_s, u"0"_s);
    attributes.insert(u"SubscriptionsDeleted"_s, u"0"_s);
    if (!attributes.contains(u"DisplayName"_s))
        attributes.insert(u"DisplayName"_s, QString());
    return QJsonObject{{u"Attributes"_s, entriesIn(attributes)}};
}

SnsApi::Answer SnsApi::subscribe(const TopicInfo &topic, const QJsonObject &input)
{
    const QString protocol = input.value("Protocol"_L1).toString();
    const QString endpoint = input.value("Endpoint"_L1).toString();
    static const QStringList others{u"http"_s, u"https"_s, u"email"_s, u"email-json"_s, u"sms"_s, u"application"_s, u"firehose"_s};
    if (others.contains(protocol))
        return refused("InvalidParameter", Core::tr("Invalid parameter: subscribers by “%1” are not here; there are lambda and sqs.").arg(protocol));
    if (protocol != "lambda"_L1 && protocol != "sqs"_L1)
        return refused("InvalidParameter", u"Invalid parameter: Amazon SNS does not support this protocol string: %1"_s.arg(protocol));
    if (!endpoint.startsWith(protocol == "lambda"_L1 ? "arn:aws:lambda:"_L1 : "arn:aws:sqs:"_L1))
        return refused("InvalidParameter", protocol == "lambda"_L1 ? u"Invalid parameter: Lambda endpoint ARN"_s : u"Invalid parameter: SQS endpoint ARN"_s);
    const bool fifoEndpoint = endpoint.endsWith(".fifo"_L1);
    if (fifoEndpoint && !topic.isFifo())
        return refused("InvalidParameter", u"Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"_s);
    const QMap<QString, QString> attributes = sources::textMap(entriesOf(input.value("Attributes"_L1)));
    const QList<Subscription> present = m_topics.subscriptions(topic.name);
    const auto same = std::find_if(present.begin(), present.end(), [&](const Subscription &one) { return one.protocol == protocol && one.endpoint == endpoint; });
    if (same != present.end() && !attributes.isEmpty() && same->attributes != attributes)
        return refused("InvalidParameter", u"Invalid parameter: Attributes Reason: Subscription already exists with different attributes"_s);
    const auto made = m_topics.subscribe({{}, topic.name, protocol, endpoint, attributes});
    if (!made)
        return refused(made.error());
    return QJsonObject{{u"SubscriptionArn"_s, QString(arnOf(topic.name) + u':' + made->id)}};
}

SnsApi::Answer SnsApi::performOnSubscription(const QByteArray &action, const QJsonObject &input)
{
    const QString arn = input.value("SubscriptionArn"_L1).toString();
    if (arn.count(u':') != 6)
        return refused("InvalidParameter", u"Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not %1"_s.arg(arn.count(u':') + 1));
    const QList<Subscription> all = m_topics.subscriptions();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Subscription &one) { return QString(arnOf(one.topic) + u':' + one.id) == arn; });
    if (found == all.end())
        return action == "Unsubscribe" ? Answer(QJsonObject()) : Answer(refused("NotFound", u"Subscription does not exist"_s));
    if (action == "GetSubscriptionAttributes") {
        QMap<QString, QString> attributes = found->attributes;
        attributes.insert({{u"SubscriptionArn"_s, arn}, {u"TopicArn"_s, arnOf(found->topic)}, {u"Protocol"_s, found->protocol}, {u"Endpoint"_s, found->endpoint}, {u"Owner"_s, LocalAccount}, {u"PendingConfirmation"_s, u"false"_s}, {u"ConfirmationWasAuthenticated"_s, u"true"_s}});
        if (!attributes.contains(u"RawMessageDelivery"_s))
            attributes.insert(u"RawMessageDelivery"_s, u"false"_s);
        if (attributes.contains(u"FilterPolicy"_s) && !attributes.contains(u"FilterPolicyScope"_s))
            attributes.insert(u"FilterPolicyScope"_s, u"MessageAttributes"_s);
        return QJsonObject{{u"Attributes"_s, entriesIn(attributes)}};
    }
    if (found->declared)
        return refused("AuthorizationError", Core::tr("“%1” is declared in the template; change it there.").arg(found->id));
    Result<void> done;
    if (action == "Unsubscribe") {
        done = m_topics.unsubscribe(found->id);
    } else if (action == "SetSubscriptionAttributes") {
        Subscription changed = *found;
        changed.attributes.insert(input.value("AttributeName"_L1).toString(), input.value("AttributeValue"_L1).toString());
        done = m_topics.update(changed);
    } else {
        return refused("InvalidAction", Core::tr("“%1” is not among the operations of SNS that are here.").arg(QString::fromUtf8(action)));
    }
    if (!done)
        return refused(done.error());
    return QJsonObject();
}

QJsonObject SnsApi::listOf(const QList<Subscription> &subscriptions)
{
    QJsonArray list;
    for (const Subscription &one : subscriptions)
        list.append(QJsonObject{{u"TopicArn"_s, arnOf(one.topic)}, {u"Protocol"_s, one.protocol}, {u"SubscriptionArn"_s, QString(arnOf(one.topic) + u':' + one.id)}, {u"Owner"_s, LocalAccount}, {u"Endpoint"_s, one.endpoint}});
    return {{u"Subscriptions"_s, QJsonObject{{u"member"_s, list}}}};
}

SnsApi::Answer SnsApi::publish(const TopicInfo &topic, const QJsonObject &input, const QByteArray &trace)
{
    // Source: SNS API reference, Publish, November 2026; the service takes a hundred.
    static const QRegularExpression subject(QRegularExpression::anchoredPattern(u"\\P{Cc}{0,100}"_s), QRegularExpression::UseUnicodePropertiesOption);
    if (!subject.match(input.value("Subject"_L1).toString()).hasMatch())
        return refused("InvalidParameter", u"Invalid parameter: Subject"_s);
    const auto sent = m_router.publish(topic, notificationOf(input, trace));
    if (!sent)
        return refused(sent.error());
    QJsonObject answer{{u"MessageId"_s, sent->id}};
    if (!sent->sequenceNumber.isEmpty())
        answer.insert(u"SequenceNumber"_s, sent->sequenceNumber);
    return answer;
}

SnsApi::Answer SnsApi::publishBatch(const TopicInfo &topic, const QJsonObject &input, const QByteArray &trace)
{
    const QJsonArray entries = members(input.value("PublishBatchRequestEntries"_L1));
    if (entries.isEmpty())
        return refused("EmptyBatchRequest", u"The batch request doesn't contain any entries."_s);
    if (entries.size() > MaxBatch)
        return refused("TooManyEntriesInBatchRequest", u"The batch request contains more entries than permissible."_s);
    QJsonArray successful;
    QJsonArray failed;
    QSet<QString> ids;
    for (const auto &entry : entries) {
        const QString id = entry.toObject().value("Id"_L1).toString();
        if (ids.contains(id))
            return refused("BatchEntryIdsNotDistinct", u"Two or more batch entries in the request have the same Id."_s);
        ids.insert(id);
    }
    for (const auto &entry : entries) {
        const QString id = entry.toObject().value("Id"_L1).toString();
        if (Answer answer = publish(topic, entry.toObject(), trace)) {
            answer->insert(u"Id"_s, id);
            successful.append(*answer);
        } else {
            failed.append(QJsonObject{{u"Id"_s, id}, {u"Code"_s, QString::fromLatin1(answer.error().type)}, {u"Message"_s, answer.error().message}, {u"SenderFault"_s, answer.error().status < 500}});
        }
    }
    return QJsonObject{{u"Successful"_s, QJsonObject{{u"member"_s, successful}}}, {u"Failed"_s, QJsonObject{{u"member"_s, failed}}}};
}

} // namespace eph::cloud
