// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/bucketnotificationstore.h"

#include "core/base/text.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QXmlStreamReader>

namespace eph::cloud::bucketnotifications {

using namespace Qt::StringLiterals;

namespace {

const QString Kind = u"bucket-notification"_s; ///< Owned by nobody, named by the bucket.

void readRules(QXmlStreamReader &xml, BucketNotification &notification)
{
    while (xml.readNextStartElement()) {
        if (xml.name() != "S3Key"_L1) {
            xml.skipCurrentElement();
            continue;
        }
        while (xml.readNextStartElement()) {
            QString name;
            QString value;
            while (xml.readNextStartElement()) {
                const bool isName = xml.name() == "Name"_L1;
                (isName ? name : value) = xml.readElementText();
            }
            const bool isSuffix = name.toLower() == "suffix"_L1;
            if (!isSuffix && name.toLower() != "prefix"_L1)
                xml.raiseError(u"filter rule name must be either prefix or suffix"_s);
            (isSuffix ? notification.suffix : notification.prefix) = value;
        }
    }
}

[[nodiscard]] BucketNotification readOne(QXmlStreamReader &xml, const QString &bucket)
{
    BucketNotification notification;
    notification.bucket = bucket;
    while (xml.readNextStartElement()) {
        const QString name = xml.name().toString();
        if (name == "Id"_L1)
            notification.id = xml.readElementText();
        else if (name == "Event"_L1)
            notification.events << xml.readElementText();
        else if (name == "CloudFunction"_L1 || name == "Queue"_L1 || name == "Topic"_L1)
            notification.target = xml.readElementText();
        else if (name == "Filter"_L1)
            readRules(xml, notification);
        else
            xml.skipCurrentElement();
    }
    return notification;
}

} // namespace

Result<Configuration> parse(const QByteArray &bytes, const QString &bucket)
{
    Configuration configuration;
    QList<BucketNotification> &all = configuration.notifications;
    QXmlStreamReader xml(bytes);
    if (!xml.readNextStartElement() || xml.name() != "NotificationConfiguration"_L1)
        return failure(ErrorCode::Invalid, u"The XML you provided was not well-formed or did not validate against our published schema"_s);
    while (xml.readNextStartElement()) {
        if (xml.name() == "EventBridgeConfiguration"_L1) {
            configuration.eventBridge = true;
            xml.skipCurrentElement();
        } else {
            all << readOne(xml, bucket);
        }
    }
    if (xml.error() == QXmlStreamReader::CustomError)
        return failure(ErrorCode::Invalid, xml.errorString(), {}, u"InvalidArgument"_s);
    if (xml.hasError())
        return failure(ErrorCode::Invalid, u"The XML you provided was not well-formed or did not validate against our published schema"_s);
    static const QRegularExpression known(u"^s3:(TestEvent|ReducedRedundancyLostObject|(ObjectCreated|ObjectRemoved|ObjectRestore|Replication|LifecycleExpiration|ObjectTagging|IntelligentTiering|LifecycleTransition|ObjectAcl)(:.+)?)$"_s);
    for (BucketNotification &notification : all) {
        for (const QString &event : std::as_const(notification.events)) {
            if (!known.match(event).hasMatch())
                return failure(ErrorCode::Invalid, u"The event '%1' is not supported for notifications"_s.arg(event), {}, u"InvalidArgument"_s);
        }
        // A FIFO queue or topic is told of nothing.
        if (notification.target.isEmpty() || notification.events.isEmpty() || notification.target.endsWith(".fifo"_L1))
            return failure(ErrorCode::Invalid, u"Unable to validate the following destination configurations"_s, {}, u"InvalidArgument"_s);
        if (notification.id.isEmpty())
            notification.id = QString::fromLatin1(QCryptographicHash::hash((bucket + notification.target + notification.events.join(u' ') + notification.prefix + notification.suffix).toUtf8(), QCryptographicHash::Md5).toBase64(QByteArray::OmitTrailingEquals));
    }
    return configuration;
}

Result<void> put(account::DocumentStore &documents, const QString &bucket, const QByteArray &xml)
{
    const auto parsed = parse(xml, bucket);
    if (!parsed)
        return tl::unexpected(parsed.error());
    if (parsed->notifications.isEmpty() && !parsed->eventBridge)
        return documents.remove({Kind, {}, bucket});
    return documents.put({Kind, {}, bucket}, {{u"xml"_s, QString::fromUtf8(xml)}});
}

namespace {

[[nodiscard]] Configuration configurationIn(const QJsonObject &document, const QString &bucket)
{
    return parse(document.value("xml"_L1).toString().toUtf8(), bucket).value_or(Configuration());
}

} // namespace

Configuration get(const account::DocumentStore &documents, const QString &bucket)
{
    const QJsonObject *document = documents.find({Kind, {}, bucket});
    return document ? configurationIn(*document, bucket) : Configuration();
}

BucketListeners all(const account::DocumentStore &documents)
{
    BucketListeners listeners;
    const auto kept = documents.all(Kind, {});
    for (auto it = kept.begin(); it != kept.end(); ++it) {
        const Configuration configuration = configurationIn(*it, it.key());
        listeners.notifications << configuration.notifications;
        if (configuration.eventBridge)
            listeners.bridged << it.key();
    }
    return listeners;
}

} // namespace eph::cloud::bucketnotifications
