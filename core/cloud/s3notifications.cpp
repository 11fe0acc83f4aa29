// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3api.h"

#include "core/base/text.h"
#include "core/cloud/bucketevents.h"
#include "core/cloud/bucketnotificationstore.h"
#include "core/cloud/s3call.h"

#include <QDateTime>
#include <QXmlStreamWriter>
#include <algorithm>

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

[[nodiscard]] QByteArray configurationOf(const bucketnotifications::Configuration &configuration)
{
    return xmlOf(u"NotificationConfiguration"_s, [&](QXmlStreamWriter &xml) {
        for (const BucketNotification &notification : configuration.notifications)
            write(xml, notification);
        if (configuration.eventBridge)
            xml.writeEmptyElement(u"EventBridgeConfiguration"_s);
    });
}

/// What the template says of a bucket.
[[nodiscard]] bucketnotifications::Configuration declaredFor(FunctionCatalogue &catalogue, const QString &bucket)
{
    const auto project = catalogue.project();
    if (!project)
        return {};
    BucketListeners all = bucketListenersOf(**project);
    all.notifications.removeIf([&bucket](const BucketNotification &notification) { return notification.bucket != bucket; });
    return {all.notifications, all.bridged.contains(bucket)};
}

} // namespace

void S3Api::onNotification(const Call &call)
{
    if (call.request.method == "PUT")
        return putNotification(call);
    const bucketnotifications::Configuration declared = declaredFor(m_catalogue, call.bucket);
    const bucketnotifications::Configuration kept = bucketnotifications::get(m_documents, call.bucket);
    call.answer(200, configurationOf({declared.notifications + kept.notifications, declared.eventBridge || kept.eventBridge}));
}

void S3Api::putNotification(const Call &call)
{
    auto wanted = bucketnotifications::parse(call.request.body, call.bucket);
    if (!wanted)
        return call.fail(wanted.error().detail.isEmpty() ? QByteArray("MalformedXML") : wanted.error().detail.toLatin1(), wanted.error().message);
    // What was read and is put back stays the template's.
    const bucketnotifications::Configuration declared = declaredFor(m_catalogue, call.bucket);
    for (const BucketNotification &own : declared.notifications) {
        const auto same = std::find_if(wanted->notifications.cbegin(), wanted->notifications.cend(), [&own](const BucketNotification &each) { return each.id == own.id; });
        if (same == wanted->notifications.cend())
            continue;
        if (*same != own)
            return call.fail("InvalidArgument", Core::tr("The notification “%1” is declared by the project's template. Change it there.").arg(own.id));
        wanted->notifications.erase(same);
    }
    wanted->eventBridge = wanted->eventBridge && !declared.eventBridge;
    for (const BucketNotification &notification : std::as_const(wanted->notifications)) {
        if (!m_router.knows(notification.target))
            return call.fail("InvalidArgument", u"Unable to validate the following destination configurations"_s);
    }
    if (const auto put = bucketnotifications::put(m_documents, call.bucket, configurationOf(*wanted)); !put)
        return call.fail("InternalError", put.error().message);
    // Queues and topics are told that they will be told.
    const QByteArray test = R"({"Service":"Amazon S3","Event":"s3:TestEvent","Time":")" + isoOf(QDateTime::currentMSecsSinceEpoch()).toLatin1() + R"(","Bucket":")" + call.bucket.toUtf8() + R"(","RequestId":")" + call.id + R"(","HostId":"ephemera"})";
    for (const BucketNotification &notification : std::as_const(wanted->notifications)) {
        if (notification.target.section(u':', 2, 2) != "lambda"_L1)
            m_router.deliverOrLog({call.bucket}, notification.target.section(u':', -1), notification.target, test);
    }
    call.answer(200);
}

} // namespace eph::cloud
