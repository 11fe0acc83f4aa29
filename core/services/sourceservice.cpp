// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/sourceservice.h"

#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/cloud/bucketevents.h"
#include "core/cloud/eventsourcemapping.h"
#include "core/cloud/eventsources.h"
#include "core/project/privatefolder.h"

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView TablePrefix("table/");
constexpr int MaxUnseen = 1000; ///< That are counted.
constexpr qint64 MaxPeeked = 4096; ///< Of an object.

[[nodiscard]] QString streamName(const SourceSummary &source)
{
    return source.kind == SourceKind::Table ? QString(TablePrefix + source.name) : source.name;
}

[[nodiscard]] tl::unexpected<Error> noQueue(const SourceSummary &source)
{
    return failure(ErrorCode::Usage, Core::tr("“%1” is a %2, not a queue.").arg(source.name, sourceKindName(source.kind)));
}

/// Of a message that came here because something else failed: as an event's dead letter, a destination's record, or given up by a queue.
[[nodiscard]] QString reasonOf(const sources::QueueMessage &message)
{
    if (const QString told = message.attributes.value("ErrorMessage"_L1).toObject().value("StringValue"_L1).toString(); !told.isEmpty())
        return told;
    const QJsonObject record = message.body.contains("\"requestContext\"") ? QJsonDocument::fromJson(message.body).object() : QJsonObject();
    const QString condition = record.value("requestContext"_L1).toObject().value("condition"_L1).toString();
    if (condition == "Success"_L1)
        return {};
    if (!condition.isEmpty()) {
        const QString error = record.value("responsePayload"_L1).toObject().value("errorMessage"_L1).toString();
        return error.isEmpty() ? condition : Core::tr("%1: %2", "condition: error").arg(condition, error);
    }
    return message.deadLetterSource.isEmpty() ? QString() : Core::tr("“%1” gave it up").arg(message.deadLetterSource.section(u':', -1));
}

} // namespace

QString sourceKindName(SourceKind kind)
{
    switch (kind) {
    case SourceKind::Queue: return u"queue"_s;
    case SourceKind::Topic: return u"topic"_s;
    case SourceKind::Stream: return u"stream"_s;
    case SourceKind::Table: return u"table"_s;
    case SourceKind::Bucket: return u"bucket"_s;
    }
    Q_UNREACHABLE();
}

SourceService::SourceService(const project::Project &project, std::unique_ptr<sources::SourceStores> stores)
    : m_project(project)
    , m_stores(std::move(stores))
{
}

Result<SourceService> SourceService::open(const project::Project &project)
{
    project::privateFolder(project.folder);
    auto clock = std::make_unique<sys::SystemClock>();
    auto stores = sources::SourceStores::open(sources::SourceStores::pathIn(project.folder), *clock);
    if (!stores)
        return tl::unexpected(stores.error());
    (void)cloud::declareSources(**stores, project);
    (*stores)->topics().setDeclared(cloud::subscriptionsOf(project));
    SourceService service(project, *std::move(stores));
    service.m_clock = std::move(clock);
    return service;
}

QList<SourceSummary> SourceService::all()
{
    QList<SourceSummary> found;
    const QList<cloud::EventSourceMapping> mappings = cloud::mappingsOf(m_project);
    const auto feeds = [&mappings](cloud::EventSourceMapping::Kind kind, const QString &name) {
        QStringList functions;
        for (const cloud::EventSourceMapping &mapping : mappings) {
            if (mapping.kind == kind && mapping.source == name && mapping.enabled)
                functions << mapping.function;
        }
        return functions;
    };
    const auto place = [this](const QString &name) {
        const auto declared = std::find_if(m_project.eventSources.cbegin(), m_project.eventSources.cend(), [&](const project::SourceDeclaration &one) { return one.name == name; });
        return declared == m_project.eventSources.cend() ? project::Location() : declared->location;
    };
    const QList<sources::QueueInfo> queues = m_stores->queues().all();
    for (const sources::QueueInfo &queue : queues) {
        const sources::QueueCounts counts = m_stores->queues().counts(queue);
        SourceSummary summary{SourceKind::Queue, queue.name, feeds(cloud::EventSourceMapping::Kind::Queue, queue.name), counts.visible, counts.inFlight, counts.delayed, false, place(queue.name)};
        summary.isDeadLetter = std::any_of(queues.begin(), queues.end(), [&](const sources::QueueInfo &other) { return other.settings.deadLetterQueue == queue.name; });
        found << summary;
    }
    const QList<sources::TopicInfo> topics = m_stores->topics().all();
    for (const sources::TopicInfo &topic : topics) {
        SourceSummary summary{SourceKind::Topic, topic.name, {}, 0, 0, 0, false, place(topic.name)};
        const QList<sources::Subscription> subscriptions = m_stores->topics().subscriptions(topic.name);
        for (const sources::Subscription &subscription : subscriptions)
            summary.feeds << subscription.endpoint.section(u':', -1);
        found << summary;
    }
    const QList<sources::StreamInfo> streams = m_stores->streams().all();
    for (const sources::StreamInfo &stream : streams) {
        const bool table = stream.name.startsWith(TablePrefix);
        const QString name = table ? stream.name.mid(TablePrefix.size()) : stream.name;
        found << SourceSummary{table ? SourceKind::Table : SourceKind::Stream, name, feeds(table ? cloud::EventSourceMapping::Kind::TableStream : cloud::EventSourceMapping::Kind::Stream, name), m_stores->streams().count(stream), 0, 0, false, place(name)};
    }
    const cloud::BucketListeners listeners = cloud::bucketListenersOf(m_project);
    const QStringList buckets = m_stores->buckets().all().keys();
    for (const QString &bucket : buckets) {
        SourceSummary summary{SourceKind::Bucket, bucket, {}, m_stores->buckets().count(bucket) + m_stores->buckets().unseen(bucket, MaxUnseen).size(), 0, 0, false, place(bucket)};
        for (const cloud::BucketNotification &notification : listeners.notifications) {
            if (notification.bucket == bucket)
                summary.feeds << notification.target.section(u':', -1);
        }
        if (listeners.bridged.contains(bucket))
            summary.feeds << u"EventBridge"_s;
        summary.feeds.removeDuplicates();
        found << summary;
    }
    return found;
}

Result<SourceSummary> SourceService::find(const QString &name)
{
    const QList<SourceSummary> sources = all();
    QStringList names;
    for (const SourceSummary &source : sources) {
        if (source.name == name)
            return source;
        names << source.name;
    }
    const QString meant = closestName(name, names);
    return failure(ErrorCode::NotFound, Core::tr("The project has no queue, topic, stream, table stream or bucket “%1”.").arg(name),
                   names.isEmpty() ? Core::tr("Declare one in the template, such as {Type: AWS::SQS::Queue}.") : meant.isEmpty() ? Core::tr("There are: %1.").arg(names.join(u", "_s)) : Core::tr("Did you mean “%1”?").arg(meant));
}

Result<QString> SourceService::send(const SourceSummary &source, const SourceMessage &message)
{
    if (source.kind == SourceKind::Queue) {
        const auto queue = m_stores->queues().find(source.name);
        if (!queue)
            return tl::unexpected(queue.error());
        sources::NewMessage made{message.body, message.attributes, message.key, {}, {}, message.delaySeconds};
        // A person who sends the same twice means it twice.
        if (queue->settings.fifo) {
            made.groupId = message.key.isEmpty() ? u"default"_s : message.key;
            made.deduplicationId = QString::number(m_clock->epochMs()) + u'-' + QString::number(m_clock->monotonic().count());
        }
        return m_stores->queues().send(*queue, made).map([](const sources::SentMessage &sent) { return sent.id; });
    }
    if (source.kind == SourceKind::Topic) {
        const auto topic = m_stores->topics().find(source.name);
        if (!topic)
            return tl::unexpected(topic.error());
        return m_stores->topics().leave(*topic, message.body).map([] { return QString(); });
    }
    if (source.kind == SourceKind::Bucket) {
        QByteArray body = message.body;
        QBuffer content(&body);
        content.open(QIODevice::ReadOnly);
        return putObject(source, message.key, content).map([&message] { return message.key; });
    }
    if (source.kind == SourceKind::Table) {
        const QJsonObject change = QJsonDocument::fromJson(message.body).object();
        if (!change.value("dynamodb"_L1).isObject() || !change.value("eventName"_L1).isString())
            return failure(ErrorCode::Invalid, Core::tr("That is no change of a table."), Core::tr("Write one such as {\"eventName\": \"INSERT\", \"dynamodb\": {\"Keys\": {\"id\": {\"S\": \"1\"}}, \"NewImage\": {\"id\": {\"S\": \"1\"}}}}."));
    }
    const auto stream = m_stores->streams().find(streamName(source));
    if (!stream)
        return tl::unexpected(stream.error());
    return m_stores->streams().put(*stream, {{message.key.isEmpty() ? u"default"_s : message.key, message.body}}).map([](const QList<sources::StreamRecord> &put) { return sources::sequenceNumber(put.first().number); });
}

Result<void> SourceService::sendFile(const SourceSummary &bucket, const QString &key, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(path, file.errorString()));
    return putObject(bucket, key, file);
}

/// A file in the bucket's folder: the process that serves it sees it come.
Result<void> SourceService::putObject(const SourceSummary &bucket, const QString &key, QIODevice &content)
{
    constexpr qint64 PieceBytes = 1024 * 1024;
    const QString path = key.isEmpty() ? QString() : sources::pathOfKey(key);
    if (path.isEmpty())
        return failure(ErrorCode::Usage, Core::tr("An object needs a key, such as photos/cat.jpg."));
    const QString target = m_stores->buckets().folderOf(bucket.name) + u'/' + path;
    QDir().mkpath(QFileInfo(target).absolutePath());
    QSaveFile saved(target);
    bool isWritten = saved.open(QIODevice::WriteOnly);
    while (isWritten && !content.atEnd()) {
        const QByteArray piece = content.read(PieceBytes);
        isWritten = !piece.isEmpty() && saved.write(piece) == piece.size();
    }
    if (!isWritten || !saved.commit())
        return failure(ErrorCode::Io, Core::tr("%1 could not be written: %2.").arg(target, saved.errorString()));
    return {};
}

QList<SourceItem> SourceService::peek(const SourceSummary &source, int most)
{
    QList<SourceItem> items;
    if (source.kind == SourceKind::Queue) {
        const auto queue = m_stores->queues().find(source.name);
        const QList<sources::QueueMessage> messages = queue ? m_stores->queues().peek(*queue, most) : QList<sources::QueueMessage>();
        for (const sources::QueueMessage &message : messages)
            items << SourceItem{message.id, message.body, message.attributes, message.groupId, message.sentMs, message.receives, message.visibleMs > m_clock->epochMs(), reasonOf(message), {}};
    } else if (source.kind == SourceKind::Bucket) {
        const auto list = m_stores->buckets().list(source.name, {}, {}, {}, most);
        // What waits until the project is served lies there, too.
        const QList<sources::ObjectInfo> objects = (list ? list->objects : QList<sources::ObjectInfo>()) + m_stores->buckets().unseen(source.name, most);
        for (const sources::ObjectInfo &object : objects.first(std::min<qsizetype>(objects.size(), most))) {
            const QString path = m_stores->buckets().pathOf(source.name, object.key);
            QFile file(path);
            const QByteArray beginning = file.open(QIODevice::ReadOnly) ? file.read(MaxPeeked) : QByteArray();
            items << SourceItem{object.etag, beginning, object.headers, object.key, object.modifiedMs, 0, false, {}, path};
        }
    } else if (const auto stream = m_stores->streams().find(streamName(source))) {
        const QList<sources::StreamRecord> records = m_stores->streams().newestRecords(*stream, most);
        for (const sources::StreamRecord &record : records)
            items << SourceItem{sources::sequenceNumber(record.number), record.data, {}, record.partitionKey, record.arrivedMs, 0, false, {}, {}};
    }
    return items;
}

Result<qint64> SourceService::purge(const SourceSummary &source)
{
    if (source.kind != SourceKind::Queue)
        return noQueue(source);
    const auto queue = m_stores->queues().find(source.name);
    return queue ? m_stores->queues().purge(*queue) : tl::unexpected(queue.error());
}

Result<qint64> SourceService::sendBack(const SourceSummary &source)
{
    if (source.kind != SourceKind::Queue)
        return noQueue(source);
    const auto queue = m_stores->queues().find(source.name);
    return queue ? m_stores->queues().sendBack(*queue) : tl::unexpected(queue.error());
}

} // namespace eph::services
