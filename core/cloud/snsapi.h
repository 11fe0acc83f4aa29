// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"
#include "core/cloud/deliveryrouter.h"
#include "core/http/server.h"

namespace eph::cloud {

/// SNS's API over the topics here, as forms answered by XML. Subscribers are functions and queues. Lives on the runtime's thread.
/// Source: SNS API reference and the service models of botocore 1.43, November 2026.
class SnsApi : public QObject
{
    Q_OBJECT
public:
    SnsApi(sources::TopicStore &topics, DeliveryRouter &router, FunctionCatalogue &catalogue);

    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    using Answer = tl::expected<QJsonObject, ApiError>;

    [[nodiscard]] Answer perform(const QByteArray &action, const QJsonObject &input, const QByteArray &trace);
    [[nodiscard]] Answer performOnTopic(sources::TopicInfo topic, const QByteArray &action, const QJsonObject &input, const QByteArray &trace);
    [[nodiscard]] Answer performOnSubscription(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] Answer createTopic(const QJsonObject &input);
    [[nodiscard]] Answer topicAttributes(const sources::TopicInfo &topic);
    [[nodiscard]] Answer subscribe(const sources::TopicInfo &topic, const QJsonObject &input);
    [[nodiscard]] Answer publish(const sources::TopicInfo &topic, const QJsonObject &input, const QByteArray &trace);
    [[nodiscard]] Answer publishBatch(const sources::TopicInfo &topic, const QJsonObject &input, const QByteArray &trace);
    [[nodiscard]] QJsonObject listOf(const QList<sources::Subscription> &subscriptions);
    [[nodiscard]] QString arnOf(const QString &topic);

    sources::TopicStore &m_topics;
    DeliveryRouter &m_router;
    FunctionCatalogue &m_catalogue;
};

} // namespace eph::cloud
