// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"
#include "core/cloud/functioncatalogue.h"
#include "core/http/server.h"
#include "core/sources/streamstore.h"

#include <QJsonObject>

namespace eph::cloud {

/// Kinesis's API over the streams here, in JSON. Shards are not split or merged. Lives on the runtime's thread.
/// Source: Kinesis API reference and the service models of botocore 1.43, November 2026.
class KinesisApi : public QObject
{
    Q_OBJECT
public:
    KinesisApi(sources::StreamStore &streams, FunctionCatalogue &catalogue, const sys::Clock &clock);

    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    using Answer = tl::expected<QJsonObject, ApiError>;

    [[nodiscard]] Answer perform(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] Answer performOn(const sources::StreamInfo &stream, const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] Answer createStream(const QJsonObject &input);
    [[nodiscard]] Answer listStreams(const QJsonObject &input);
    [[nodiscard]] QJsonObject summaryOf(const sources::StreamInfo &stream);
    [[nodiscard]] Answer listShards(const sources::StreamInfo &stream, const QJsonObject &input);
    [[nodiscard]] QJsonArray shardsOf(const sources::StreamInfo &stream, const QJsonObject &input);
    [[nodiscard]] Answer putRecord(const sources::StreamInfo &stream, const QJsonObject &input);
    [[nodiscard]] Answer putRecords(const sources::StreamInfo &stream, const QJsonObject &input);
    [[nodiscard]] Answer shardIterator(const sources::StreamInfo &stream, const QJsonObject &input);
    [[nodiscard]] Answer getRecords(const QJsonObject &input);
    [[nodiscard]] Answer changeRetention(sources::StreamInfo stream, const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] Answer changeTags(sources::StreamInfo stream, const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] QString arnOf(const QString &name);

    sources::StreamStore &m_streams;
    FunctionCatalogue &m_catalogue;
    const sys::Clock &m_clock;
};

} // namespace eph::cloud
