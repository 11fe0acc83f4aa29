// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes where event sources read what others wrote: a form, an event pattern, a wrapped upload, a receipt, a key, what a
// function answered to a batch, attributes. The first byte chooses; what comes out keeps its promises.
#include "core/cloud/eventsourcemapping.h"
#include "core/cloud/queryprotocol.h"
#include "core/cloud/s3upload.h"
#include "core/cloud/sqsshapes.h"
#include "core/events/eventpattern.h"
#include "core/sources/bucketstore.h"
#include "core/sources/messageattributes.h"
#include "core/sources/queuestore.h"
#include "core/sources/streamstore.h"

#include <QJsonDocument>
#include <cstdlib>

using namespace eph;

namespace {

void pattern(const QByteArray &bytes)
{
    const qsizetype half = bytes.indexOf('\n');
    const auto parsed = events::EventPattern::parse(bytes.left(half));
    if (parsed)
        (void)parsed->matches(QJsonDocument::fromJson(bytes.mid(half + 1)).object());
}

void upload(const QByteArray &bytes)
{
    cloud::AwsChunkDecoder whole;
    const QByteArray atOnce = whole.take(bytes);
    cloud::AwsChunkDecoder pieces;
    QByteArray inPieces;
    for (const char byte : bytes)
        inPieces += pieces.take(QByteArrayView(&byte, 1));
    if (atOnce != inPieces || whole.isWhole() != pieces.isWhole())
        std::abort();
}

void key(const QByteArray &bytes)
{
    const QString key = QString::fromUtf8(bytes);
    const QString path = sources::pathOfKey(key);
    if (path.isEmpty())
        return;
    const QStringList parts = path.split(u'/');
    if (parts.contains(QStringLiteral("..")) || parts.contains(QStringLiteral(".")) || parts.contains(QString()) || path.contains(QChar(0)) || sources::keyOfPath(path) != key)
        std::abort();
}

void store(const QByteArray &bytes)
{
    static const auto database = sys::Database::open({}, sources::QueueStore::schema()).value();
    static const sys::SystemClock clock;
    static sources::QueueStore queues(*database, clock);
    static const auto queue = queues.create(QStringLiteral("q"), {}).value();
    (void)queues.acknowledge(queue, {QString::fromUtf8(bytes)});
    const QJsonObject attributes = QJsonDocument::fromJson(bytes).object();
    if (queues.send(queue, {bytes, attributes, {}, {}, {}}))
        (void)queues.purge(queue);
    sources::QueueAttributes settings;
    for (auto it = attributes.begin(); it != attributes.end(); ++it)
        settings.insert(it.key(), it.value().toString());
    (void)sources::queueSettings(settings);
    (void)sources::numberOf(QString::fromUtf8(bytes));
    (void)sources::shardOf(QString::fromUtf8(bytes));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data) + 1, qsizetype(size) - 1);
    switch (data[0] % 6) {
    case 0: pattern(bytes); break;
    case 1: upload(bytes); break;
    case 2: key(bytes); break;
    case 3: store(bytes); break;
    case 4: (void)cloud::failedItems(bytes, {QStringLiteral("a"), QStringLiteral("b")}); break;
    default: {
        const QJsonObject fields = cloud::queryFields(bytes);
        for (const char *action : {"CreateQueue", "SendMessageBatch", "ReceiveMessage"})
            (void)cloud::queryResponse(action, "urn:x", cloud::sqsOutput(action, cloud::sqsInput(action, fields)), "id");
    }
    }
    return 0;
}
