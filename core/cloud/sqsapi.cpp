// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/sqsapi.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/declaredsources.h"
#include "core/cloud/queryprotocol.h"
#include "core/cloud/sqsshapes.h"
#include "core/runtime/requestids.h"
#include "core/sources/jsonmap.h"
#include "core/sources/messageattributes.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <QTimer>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using sources::QueueInfo;
using sources::QueueMessage;

namespace {

constexpr QByteArrayView TargetPrefix = "AmazonSQS.";
const QByteArray Namespace = "http://queue.amazonaws.com/doc/2012-11-05/";
constexpr qsizetype MaxBatch = 10;
constexpr qint64 MaxBatchBytes = 1024 * 1024;
constexpr int MaxListed = 1000;
constexpr int LongestWaitSeconds = 20;

[[nodiscard]] tl::unexpected<ApiError> missing(const QString &parameter)
{
    return refused("MissingParameter", u"The request must contain the parameter %1."_s.arg(parameter));
}

/// Forms have text only, and some clients send numbers so in JSON, too.
[[nodiscard]] int number(const QJsonObject &input, QLatin1StringView key, int standard)
{
    const QJsonValue value = input.value(key);
    return value.isUndefined() || value.isNull() ? standard : value.toVariant().toInt();
}

[[nodiscard]] QSet<QString> textSet(const QJsonValue &value)
{
    QSet<QString> set;
    const QJsonArray list = value.toArray();
    for (const auto &item : list)
        set.insert(item.toString());
    return set;
}

[[nodiscard]] QString md5(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Md5).toHex());
}

/// `All`, `.*`, a name, or a beginning followed by `.*`.
[[nodiscard]] QJsonObject chosenAttributes(const QJsonObject &attributes, const QSet<QString> &names)
{
    QJsonObject chosen;
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        const bool asked = std::any_of(names.begin(), names.end(), [&](const QString &name) { return name == "All"_L1 || name == it.key() || (name.endsWith(".*"_L1) && it.key().startsWith(QStringView(name).chopped(2))); });
        if (asked)
            chosen.insert(it.key(), it.value());
    }
    return chosen;
}

} // namespace

struct SqsApi::Call {
    http::Responder responder;
    QByteArray requestId;
    QByteArray action;
    QJsonObject input;
    QByteArray host;
    bool query = false;
    QByteArray trace = {}; ///< Of whoever calls.

    void answer(const Answer &result) const
    {
        if (!result)
            return fail(result.error());
        if (query)
            return responder.respond(queryResponse(action, Namespace, sqsOutput(action, *result), requestId));
        responder.respond({200, {{"Content-Type", "application/x-amz-json-1.0"}, {"x-amzn-RequestId", requestId}}, QJsonDocument(*result).toJson(QJsonDocument::Compact)});
    }
    void fail(const ApiError &error) const
    {
        const QByteArray code = sqsQueryCode(error.type);
        if (query)
            return responder.respond(queryError({error.status, code, error.message}, Namespace, requestId));
        const QJsonObject body{{u"__type"_s, QString::fromLatin1("com.amazonaws.sqs#" + error.type)}, {u"message"_s, error.message}};
        responder.respond({error.status, {{"Content-Type", "application/x-amz-json-1.0"}, {"x-amzn-RequestId", requestId}, {"x-amzn-query-error", code + (error.status < 500 ? ";Sender" : ";Receiver")}}, QJsonDocument(body).toJson(QJsonDocument::Compact)});
    }
    [[nodiscard]] QString urlOf(const QString &name) const { return u"http://%1/%2/%3"_s.arg(QString::fromLatin1(host), LocalAccount, name); }
};

SqsApi::SqsApi(sources::QueueStore &queues, FunctionCatalogue &catalogue, const sys::Clock &clock)
    : m_queues(queues)
    , m_catalogue(catalogue)
    , m_clock(clock)
{
}

bool SqsApi::isFor(const http::Request &request)
{
    if (request.method != "POST")
        return false;
    if (request.header("X-Amz-Target").startsWith(TargetPrefix))
        return true;
    return isQuery(request) && request.body.contains("Version=2012-11-05");
}

void SqsApi::handle(const http::Request &request, const http::Responder &responder)
{
    Call call{responder, runtime::newRequestId(), {}, {}, request.header("Host"), isQuery(request), request.header("X-Amzn-Trace-Id")};
    if (request.truncated || request.bodySize > request.body.size())
        return call.fail({413, "RequestEntityTooLarge", Core::tr("The request is too large.")});
    if (call.query) {
        call.action = queryAction(request);
        call.input = sqsInput(call.action, queryFields(request.body));
    } else {
        call.action = request.header("X-Amz-Target").mid(TargetPrefix.size());
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(request.body.isEmpty() ? QByteArray("{}") : request.body, &error);
        if (!document.isObject())
            return call.fail({400, "SerializationException", Core::tr("The request is no JSON object: %1.").arg(error.errorString())});
        call.input = document.object();
    }
    if (call.action != "ReceiveMessage")
        return call.answer(perform(call));
    const auto queue = m_queues.find(call.input.value("QueueUrl"_L1).toString().section(u'/', -1));
    if (!queue)
        return call.answer(refused(queue.error()));
    receive(*queue, call);
}

SqsApi::Answer SqsApi::perform(const Call &call)
{
    if (call.action == "CreateQueue")
        return createQueue(call);
    if (call.action == "ListQueues")
        return listQueues(call);
    if (MessageMoves::isFor(call.action))
        return m_moves.perform(call.action, call.input);
    const bool byName = call.action == "GetQueueUrl";
    if (!byName && !operations().contains(call.action))
        return refused("UnsupportedOperation", Core::tr("“%1” is not among the operations of SQS that are here.").arg(QString::fromUtf8(call.action)));
    const QString name = call.input.value(byName ? "QueueName"_L1 : "QueueUrl"_L1).toString().section(u'/', -1);
    if (name.isEmpty())
        return missing(byName ? u"QueueName"_s : u"QueueUrl"_s);
    const auto queue = m_queues.find(name);
    if (!queue)
        return refused(queue.error());
    return byName ? Answer(QJsonObject{{u"QueueUrl"_s, call.urlOf(name)}}) : performOn(*queue, call);
}

namespace {

[[nodiscard]] QString redrivePolicy(const QJsonObject &input)
{
    return input.value("Attributes"_L1).toObject().value("RedrivePolicy"_L1).toString();
}

[[nodiscard]] tl::unexpected<ApiError> badRedrivePolicy(const QJsonObject &input, const QString &reason)
{
    return refused("InvalidParameterValue", u"Value %1 for parameter RedrivePolicy is invalid. Reason: %2"_s.arg(redrivePolicy(input), reason));
}

} // namespace

const QHash<QByteArray, SqsApi::Operation> &SqsApi::operations()
{
    static const QHash<QByteArray, Operation> all{{"SendMessage", &SqsApi::sendMessage}, {"DeleteMessage", &SqsApi::deleteMessage}, {"ChangeMessageVisibility", &SqsApi::changeVisibility},
                                                  {"SendMessageBatch", &SqsApi::batch}, {"DeleteMessageBatch", &SqsApi::batch}, {"ChangeMessageVisibilityBatch", &SqsApi::batch},
                                                  {"GetQueueAttributes", &SqsApi::queueAttributes}, {"SetQueueAttributes", &SqsApi::setAttributes}, {"PurgeQueue", &SqsApi::purge}, {"DeleteQueue", &SqsApi::deleteQueue},
                                                  {"ListQueueTags", &SqsApi::listTags}, {"TagQueue", &SqsApi::changeTags}, {"UntagQueue", &SqsApi::changeTags}, {"ListDeadLetterSourceQueues", &SqsApi::deadLetterSources}};
    return all;
}

SqsApi::Answer SqsApi::performOn(const QueueInfo &queue, const Call &call)
{
    return (this->*operations().value(call.action))(queue, call);
}

SqsApi::Answer SqsApi::setAttributes(const QueueInfo &queue, const Call &call)
{
    if (const QString wrong = deadLetterProblem(call.input, queue.settings.fifo); !wrong.isEmpty())
        return badRedrivePolicy(call.input, wrong);
    const auto set = m_queues.setAttributes(queue, sources::textMap(call.input.value("Attributes"_L1).toObject()));
    return set ? Answer(QJsonObject()) : Answer(refused(set.error()));
}

SqsApi::Answer SqsApi::deleteQueue(const QueueInfo &queue, const Call &)
{
    if (const QString kept = keptByTemplate(m_catalogue, "AWS::SQS::Queue"_L1, queue.name); !kept.isEmpty())
        return refused("AccessDenied", kept);
    m_purgedMs.remove(queue.name);
    const auto removed = m_queues.remove(queue);
    return removed ? Answer(QJsonObject()) : Answer(refused(removed.error()));
}

SqsApi::Answer SqsApi::listTags(const QueueInfo &queue, const Call &)
{
    return queue.tags.isEmpty() ? QJsonObject() : QJsonObject{{u"Tags"_s, sources::jsonMap(queue.tags)}};
}

SqsApi::Answer SqsApi::deleteMessage(const QueueInfo &queue, const Call &call)
{
    const QString receipt = call.input.value("ReceiptHandle"_L1).toString();
    // Of a FIFO queue only whoever holds a message takes it away.
    if (queue.settings.fifo && m_queues.hasExpired(queue, receipt))
        return refused("InvalidParameterValue", u"Value %1 for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."_s.arg(receipt));
    const auto removed = m_queues.acknowledge(queue, {receipt});
    return removed ? Answer(QJsonObject()) : Answer(refused(removed.error()));
}

SqsApi::Answer SqsApi::purge(const QueueInfo &queue, const Call &)
{
    constexpr qint64 PurgeEveryMs = 60'000;
    const qint64 now = m_clock.epochMs();
    if (const auto last = m_purgedMs.constFind(queue.name); last != m_purgedMs.cend() && now - *last < PurgeEveryMs)
        return refused("PurgeQueueInProgress", u"Only one PurgeQueue operation on %1 is allowed every 60 seconds."_s.arg(queue.name));
    const auto purged = m_queues.purge(queue);
    if (!purged)
        return refused(purged.error());
    m_purgedMs.insert(queue.name, now);
    return QJsonObject();
}

QString SqsApi::deadLetterProblem(const QJsonObject &input, bool fifo)
{
    const QString arn = QJsonDocument::fromJson(redrivePolicy(input).toUtf8()).object().value("deadLetterTargetArn"_L1).toString();
    if (arn.isEmpty())
        return {};
    const auto target = m_queues.find(arn.section(u':', -1));
    if (!target)
        return u"Dead letter target does not exist."_s;
    return target->settings.fifo == fifo ? QString() : u"Dead-letter queue must be same type of queue as the source."_s;
}

SqsApi::Answer SqsApi::createQueue(const Call &call)
{
    const QString name = call.input.value("QueueName"_L1).toString();
    if (name.isEmpty())
        return missing(u"QueueName"_s);
    if (const QString wrong = deadLetterProblem(call.input, name.endsWith(".fifo"_L1)); !wrong.isEmpty())
        return badRedrivePolicy(call.input, wrong);
    const auto queue = m_queues.create(name, sources::textMap(call.input.value("Attributes"_L1).toObject()), sources::textMap(call.input.value("tags"_L1).toObject()));
    if (!queue)
        return refused(queue.error());
    return QJsonObject{{u"QueueUrl"_s, call.urlOf(name)}};
}

SqsApi::Answer SqsApi::listQueues(const Call &call)
{
    const int most = number(call.input, "MaxResults"_L1, MaxListed);
    const int from = call.input.value("NextToken"_L1).toString().toInt();
    const QList<QueueInfo> all = m_queues.all(call.input.value("QueueNamePrefix"_L1).toString());
    QJsonArray urls;
    for (const QueueInfo &queue : all.mid(from, most))
        urls.append(call.urlOf(queue.name));
    QJsonObject answer;
    if (!urls.isEmpty())
        answer.insert(u"QueueUrls"_s, urls);
    // Without a bound there are no pages.
    if (call.input.contains("MaxResults"_L1) && from + urls.size() < all.size())
        answer.insert(u"NextToken"_s, QString::number(from + urls.size()));
    return answer;
}

QString SqsApi::arnOf(const QString &name)
{
    return sources::queueArn(m_catalogue.region(), name);
}

SqsApi::Answer SqsApi::queueAttributes(const QueueInfo &queue, const Call &call)
{
    const QSet<QString> names = textSet(call.input.value("AttributeNames"_L1));
    if (names.isEmpty())
        return QJsonObject();
    sources::QueueAttributes all = sources::withDefaults(queue.attributes);
    const sources::QueueCounts counts = m_queues.counts(queue);
    all.insert(u"QueueArn"_s, arnOf(queue.name));
    all.insert(u"CreatedTimestamp"_s, QString::number(queue.createdMs / 1000));
    all.insert(u"LastModifiedTimestamp"_s, QString::number(queue.modifiedMs / 1000));
    all.insert(u"ApproximateNumberOfMessages"_s, QString::number(counts.visible));
    all.insert(u"ApproximateNumberOfMessagesNotVisible"_s, QString::number(counts.inFlight));
    all.insert(u"ApproximateNumberOfMessagesDelayed"_s, QString::number(counts.delayed));
    QJsonObject chosen;
    for (auto it = all.begin(); it != all.end(); ++it) {
        if (names.contains(u"All"_s) || names.contains(it.key()))
            chosen.insert(it.key(), it.value());
    }
    static const QSet<QString> optional{u"All"_s, u"Policy"_s, u"RedrivePolicy"_s, u"RedriveAllowPolicy"_s, u"FifoQueue"_s, u"ContentBasedDeduplication"_s, u"KmsMasterKeyId"_s, u"KmsDataKeyReusePeriodSeconds"_s, u"DeduplicationScope"_s, u"FifoThroughputLimit"_s};
    for (const QString &name : names) {
        if (!all.contains(name) && !optional.contains(name))
            return refused("InvalidAttributeName", u"Unknown Attribute %1."_s.arg(name));
    }
    return QJsonObject{{u"Attributes"_s, chosen}};
}

SqsApi::Answer SqsApi::sendMessage(const QueueInfo &queue, const Call &call)
{
    const QJsonObject &input = call.input;
    sources::NewMessage message;
    message.body = input.value("MessageBody"_L1).toString().toUtf8();
    message.attributes = input.value("MessageAttributes"_L1).toObject();
    message.groupId = input.value("MessageGroupId"_L1).toString();
    message.deduplicationId = input.value("MessageDeduplicationId"_L1).toString();
    message.traceHeader = input.value("MessageSystemAttributes"_L1).toObject().value("AWSTraceHeader"_L1).toObject().value("StringValue"_L1).toString(QString::fromLatin1(call.trace));
    message.delaySeconds = number(input, "DelaySeconds"_L1, -1);
    if (message.delaySeconds > 900 || message.delaySeconds < (input.contains("DelaySeconds"_L1) ? 0 : -1))
        return refused("InvalidParameterValue", u"Value %1 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."_s.arg(message.delaySeconds));
    const auto sent = m_queues.send(queue, message);
    if (!sent)
        return refused(sent.error());
    QJsonObject answer{{u"MessageId"_s, sent->id}, {u"MD5OfMessageBody"_s, md5(message.body)}};
    if (const QString digest = sources::attributesMd5(message.attributes); !digest.isEmpty())
        answer.insert(u"MD5OfMessageAttributes"_s, digest);
    if (!sent->sequenceNumber.isEmpty())
        answer.insert(u"SequenceNumber"_s, sent->sequenceNumber);
    return answer;
}

SqsApi::Answer SqsApi::changeVisibility(const QueueInfo &queue, const Call &call)
{
    const QJsonObject &input = call.input;
    if (!input.contains("VisibilityTimeout"_L1))
        return missing(u"VisibilityTimeout"_s);
    const auto changed = m_queues.setVisibility(queue, input.value("ReceiptHandle"_L1).toString(), number(input, "VisibilityTimeout"_L1, 0));
    if (!changed)
        return refused(changed.error());
    return QJsonObject();
}

SqsApi::Answer SqsApi::batch(const QueueInfo &queue, const Call &call)
{
    const QJsonArray entries = call.input.value("Entries"_L1).toArray();
    if (entries.isEmpty())
        return refused("EmptyBatchRequest", u"There should be at least one %1RequestEntry in the request."_s.arg(QString::fromLatin1(call.action)));
    if (entries.size() > MaxBatch)
        return refused("TooManyEntriesInBatchRequest", u"Maximum number of entries per request are %1. You have sent %2."_s.arg(MaxBatch).arg(entries.size()));
    static const QRegularExpression idForm(u"^[A-Za-z0-9_-]{1,80}$"_s);
    QSet<QString> ids;
    qint64 bytes = 0;
    for (const auto &one : entries) {
        const QJsonObject entry = one.toObject();
        const QString id = entry.value("Id"_L1).toString();
        if (!idForm.match(id).hasMatch())
            return refused("InvalidBatchEntryId", u"A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."_s);
        if (ids.contains(id))
            return refused("BatchEntryIdsNotDistinct", u"Id %1 repeated."_s.arg(id));
        ids.insert(id);
        bytes += entry.value("MessageBody"_L1).toString().toUtf8().size() + sources::attributesSize(entry.value("MessageAttributes"_L1).toObject());
    }
    if (bytes > MaxBatchBytes)
        return refused("BatchRequestTooLong", u"Batch requests cannot be longer than %1 bytes. You have sent %2 bytes."_s.arg(MaxBatchBytes).arg(bytes));
    Call single = call;
    single.action.chop(qsizetype(qstrlen("Batch")));
    QJsonArray successful;
    QJsonArray failed;
    for (const auto &one : entries) {
        single.input = one.toObject();
        const QJsonValue id = single.input.value("Id"_L1);
        const Answer answer = performOn(queue, single);
        if (answer) {
            QJsonObject entry = *answer;
            entry.insert(u"Id"_s, id);
            successful.append(entry);
        } else {
            failed.append(QJsonObject{{u"Id"_s, id}, {u"Code"_s, QString::fromLatin1(sqsQueryCode(answer.error().type))}, {u"Message"_s, answer.error().message}, {u"SenderFault"_s, answer.error().status < 500}});
        }
    }
    QJsonObject answer{{u"Successful"_s, successful}};
    if (!failed.isEmpty())
        answer.insert(u"Failed"_s, failed);
    return answer;
}

SqsApi::Answer SqsApi::deadLetterSources(const QueueInfo &queue, const Call &call)
{
    QJsonArray urls;
    const QList<QueueInfo> all = m_queues.all();
    for (const QueueInfo &other : all) {
        if (other.settings.deadLetterQueue == queue.name)
            urls.append(call.urlOf(other.name));
    }
    return QJsonObject{{u"queueUrls"_s, urls}};
}

SqsApi::Answer SqsApi::changeTags(const QueueInfo &queue, const Call &call)
{
    QMap<QString, QString> tags = queue.tags;
    tags.insert(sources::textMap(call.input.value("Tags"_L1).toObject()));
    if (call.action == "UntagQueue") {
        for (const QString &key : textSet(call.input.value("TagKeys"_L1)))
            tags.remove(key);
    }
    const auto written = m_queues.setTags(queue, tags);
    if (!written)
        return refused(written.error());
    return QJsonObject();
}

namespace {

/// How a client wants what it receives.
struct Asked {
    int most = 1;
    int visibilitySeconds = -1;
    QSet<QString> systemAttributes;
    QSet<QString> attributes;
};

[[nodiscard]] QJsonObject receivedJson(const QueueMessage &message, const Asked &asked, const QString &deadLetterArn)
{
    QJsonObject system{{u"SenderId"_s, u"AROAEPHEMERALOCAL000:ephemera"_s}, {u"SentTimestamp"_s, QString::number(message.sentMs)}, {u"ApproximateReceiveCount"_s, QString::number(message.receives)},
                       {u"ApproximateFirstReceiveTimestamp"_s, QString::number(message.firstReceivedMs)}};
    const auto add = [&system](const QString &name, const QString &value) {
        if (!value.isEmpty())
            system.insert(name, value);
    };
    add(u"AWSTraceHeader"_s, message.traceHeader);
    add(u"MessageGroupId"_s, message.groupId);
    add(u"MessageDeduplicationId"_s, message.deduplicationId);
    if (!message.deduplicationId.isEmpty())
        add(u"SequenceNumber"_s, message.sequenceNumber());
    add(u"DeadLetterQueueSourceArn"_s, deadLetterArn);
    QJsonObject json{{u"MessageId"_s, message.id}, {u"ReceiptHandle"_s, message.receipt}, {u"MD5OfBody"_s, md5(message.body)}, {u"Body"_s, QString::fromUtf8(message.body)}};
    if (const QJsonObject chosen = chosenAttributes(system, asked.systemAttributes); !chosen.isEmpty())
        json.insert(u"Attributes"_s, chosen);
    if (const QJsonObject chosen = chosenAttributes(message.attributes, asked.attributes); !chosen.isEmpty()) {
        json.insert(u"MessageAttributes"_s, chosen);
        json.insert(u"MD5OfMessageAttributes"_s, sources::attributesMd5(chosen));
    }
    return json;
}

} // namespace

void SqsApi::receive(const QueueInfo &queue, const Call &call)
{
    Asked asked{number(call.input, "MaxNumberOfMessages"_L1, 1), number(call.input, "VisibilityTimeout"_L1, -1), textSet(call.input.value("AttributeNames"_L1)) + textSet(call.input.value("MessageSystemAttributeNames"_L1)),
                textSet(call.input.value("MessageAttributeNames"_L1))};
    constexpr int LongestVisibility = 43'200;
    if (asked.visibilitySeconds > LongestVisibility || asked.visibilitySeconds < (call.input.contains("VisibilityTimeout"_L1) ? 0 : -1))
        return call.answer(refused("InvalidParameterValue", u"Value %1 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200."_s.arg(asked.visibilitySeconds)));
    const int wait = number(call.input, "WaitTimeSeconds"_L1, queue.settings.waitSeconds);
    if (asked.most < 1 || asked.most > sources::QueueStore::MaxReceived)
        return call.answer(refused("InvalidParameterValue", u"Value %1 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."_s.arg(asked.most)));
    if (wait < 0 || wait > LongestWaitSeconds)
        return call.answer(refused("InvalidParameterValue", u"Value %1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."_s.arg(wait)));

    /// True once it is answered.
    const auto look = [this, queue, call, asked](bool last) {
        // Nothing is taken for a client that left.
        if (!call.responder.isConnected())
            return true;
        const auto received = m_queues.receive(queue, asked.most, asked.visibilitySeconds);
        if (received && received->isEmpty() && !last)
            return false;
        if (!received) {
            call.answer(refused(received.error()));
            return true;
        }
        QJsonArray messages;
        for (const QueueMessage &message : *received)
            messages.append(receivedJson(message, asked, message.deadLetterSource.isEmpty() ? QString() : arnOf(message.deadLetterSource)));
        call.answer(messages.isEmpty() ? QJsonObject() : QJsonObject{{u"Messages"_s, messages}});
        return true;
    };
    if (look(wait == 0))
        return;
    auto *waiting = new QObject(this);
    auto *hidden = new QTimer(waiting); // Until something that is hidden comes into sight.
    hidden->setSingleShot(true);
    const auto again = [this, waiting, hidden, look, queue](bool last) {
        // What comes into sight while this looks is looked for again.
        const qint64 since = m_clock.epochMs();
        if (look(last))
            return waiting->deleteLater();
        if (const qint64 next = m_queues.nextVisibleMs(queue, since); next > 0)
            hidden->start(std::chrono::milliseconds(std::max<qint64>(1, next - m_clock.epochMs())));
    };
    connect(hidden, &QTimer::timeout, waiting, [again] { again(false); });
    connect(&m_queues, &sources::QueueStore::arrived, waiting, [again, name = queue.name](const QString &arrived) {
        if (arrived == name)
            again(false);
    }, Qt::QueuedConnection);
    QTimer::singleShot(std::chrono::seconds(wait), waiting, [again] { again(true); });
    again(false);
}

} // namespace eph::cloud
