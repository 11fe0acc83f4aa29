// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/jsonprotocol.h"
#include "core/cloud/loggroups.h"
#include "core/cloud/loglivetail.h"
#include "core/cloud/logsubscriptionsapi.h"

namespace eph::cloud {

/// CloudWatch Logs' API over the logs of all runs: groups, streams, events, filters; and events that a client puts. Lives on the
/// runtime's thread; files are read beside it. Source: fact sheet of the control API, and botocore's service model, November 2026.
class LogsApi : public QObject
{
    Q_OBJECT
public:
    /// `folder` holds the logs; what is put goes into the sink.
    LogsApi(QString folder, FunctionCatalogue &catalogue, DeployedFunctions &deployed, logs::Sink &sink);

    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    using Wanted = loggroups::Wanted;
    using Event = loggroups::Event;
    using Page = loggroups::Page;
    using Streams = loggroups::Streams;
    using Answer = std::function<void(const JsonAnswer &)>;

    [[nodiscard]] JsonAnswer performNow(const QByteArray &action, const QJsonObject &input);
    void performLater(const QByteArray &action, const QJsonObject &input, const Answer &answer);
    [[nodiscard]] JsonAnswer describeGroups(const QJsonObject &input);
    [[nodiscard]] JsonAnswer createGroup(const QJsonObject &input);
    [[nodiscard]] JsonAnswer changeGroup(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] JsonAnswer tag(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] JsonAnswer createStream(const QJsonObject &input);
    [[nodiscard]] JsonAnswer deleteStream(const QString &group, const QString &stream, bool hasEvents);
    [[nodiscard]] QList<account::DocumentStore::Change> deletionOf(const QString &group, const QString &stream) const;
    /// What may be read of a group, without what is deleted; nothing where there is no such group.
    [[nodiscard]] std::optional<Wanted> wantedOf(const QString &group);
    [[nodiscard]] JsonAnswer putEvents(const QJsonObject &input);
    /// Whose logs go into a group.
    [[nodiscard]] QStringList functionsOf(const QString &group);
    [[nodiscard]] QJsonObject groupOf(const QString &name) const;

    [[nodiscard]] static JsonAnswer tellStreams(const Streams &times, const QJsonObject &input, const QString &groupArn, qsizetype from, qsizetype limit);
    [[nodiscard]] static JsonAnswer tellFiltered(const Page &page, qsizetype from);
    [[nodiscard]] static JsonAnswer tellEvents(const Page &page, qsizetype from);

    QString m_folder;
    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
    LogGroups m_groups;
    LogSubscriptionsApi m_subscriptions;
    logs::Sink &m_sink;
    LogLiveTail m_liveTail;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::cloud
