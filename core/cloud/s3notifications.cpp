// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3api.h"

#include "core/cloud/bucketevents.h"
#include "core/cloud/bucketnotificationstore.h"
#include "core/cloud/s3call.h"

#include <QDateTime>
#include <QXmlStreamWriter>

// Who is told of what comes into buckets.
namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace s3;

namespace {

void write(QXmlStreamWriter &xml, const BucketNotification &notification)
{
    const QString service = notification.target.section(u':', 2, 2);
    const QString kind = service == "sqs"_L1 ? u"Queue"_s : service == "sns"_L1 ? u"Topic"_s : u"CloudFunction"_s;
    xml.writeStartElement(QString(kind + "Configuration"_L1));
    xml.writeTextElement(u"Id"_s, notification.id);
    xml.writeTextElement(kind, notification.target);
    for (const QString &event : notification.events)
        xml.writeTextElement(u"Event"_s, event);
    if (!notification.prefix.isEmpty() || !notification.suffix.isEmpty()) {
        xml.writeStartElement(u"Filter"_s);
        xml.writeStartElement(u"S3Key"_s);
        for (const auto &[name, value] : {std::pair(u"Prefix"_s, notification.prefix), std::pair(u"Suffix"_s, notification.suffix)}) {
            if (value.isEmpty())
                continue;
            xml.writeStartElement(u"FilterRule"_s);
            xml.writeTextElement(u"Name"_s, name);
            xml.writeTextElement(u"Value"_s, value);
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndElement();
    }
    xml.writeEndElement();
}

} // namespace

void S3Api::onNotification(const Call &call)
{
    if (call.request.method == "PUT")
        return putNotification(call);
    bucketnotifications::Configuration kept = bucketnotifications::get(m_documents, call.bucket);
    // What the template says is there, too; whoever puts it back with more changes nothing of it.
    const auto project = m_catalogue.project();
    const BucketListeners declared = project ? bucketListenersOf(**project) : BucketListeners();
    for (const BucketNotification &notification : declared.notifications) {
        if (notification.bucket != call.bucket)
            continue;
        kept.notifications.removeIf([&notification](const BucketNotification &other) { return other.id == notification.id; });
        kept.notifications << notification;
    }
    kept.eventBridge = kept.eventBridge || declared.bridged.contains(call.bucket);
    call.answer(200, xmlOf(u"NotificationConfiguration"_s, [&kept](QXmlStreamWriter &xml) {
        for (const BucketNotification &notification : kept.notifications)
            write(xml, notification);
        if (kept.eventBridge)
            xml.writeEmptyElement(u"EventBridgeConfiguration"_s);
    }));
}

void S3Api::putNotification(const Call &call)
{
    const auto wanted = bucketnotifications::parse(call.request.body, call.bucket);
    if (!wanted)
        return call.fail(wanted.error().detail.isEmpty() ? QByteArray("MalformedXML") : wanted.error().detail.toLatin1(), wanted.error().message);
    for (const BucketNotification &notification : wanted->notifications) {
        if (!m_router.knows(notification.target))
            return call.fail("InvalidArgument", u"Unable to validate the following destination configurations"_s);
    }
    if (const auto put = bucketnotifications::put(m_documents, call.bucket, call.request.body); !put)
        return call.fail("InternalError", put.error().message);
    // Queues and topics are told that they will be told.
    const QByteArray test = R"({"Service":"Amazon S3","Event":"s3:TestEvent","Time":")" + isoOf(QDateTime::currentMSecsSinceEpoch()).toLatin1() + R"(","Bucket":")" + call.bucket.toUtf8() + R"(","RequestId":")" + call.id + R"(","HostId":"ephemera"})";
    for (const BucketNotification &notification : wanted->notifications) {
        if (notification.target.section(u':', 2, 2) != "lambda"_L1)
            m_router.deliverOrLog({call.bucket}, notification.target.section(u':', -1), notification.target, test);
    }
    call.answer(200);
}

} // namespace eph::cloud
