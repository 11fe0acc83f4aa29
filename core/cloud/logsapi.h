// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/jsonprotocol.h"
#include "core/logs/line.h"
#include "core/logs/logreader.h"
#include "core/sys/background.h"

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
    /// What may be asked of one group's events.
    struct Wanted {
        QString group;
        QStringList streams; ///< Empty: all.
        QString streamPrefix;
        QString pattern; ///< As LogQuery has it.
        qint64 fromMs = -1;
        qint64 untilMs = -1; ///< Not included.
        qint64 notBeforeMs = -1; ///< The group was deleted then.
    };
    /// An event as it is told.
    struct Event {
        QString stream;
        qint64 epochMs = 0;
        QString message;
        QString id = {}; ///< The same wherever one begins to read.
    };
    using Answer = std::function<void(const JsonAnswer &)>;
    /// Somebody to whom what comes is sent.
    struct LiveSession;

    [[nodiscard]] JsonAnswer performNow(const QByteArray &action, const QJsonObject &input);
    void performLater(const QByteArray &action, const QJsonObject &input, const Answer &answer);
    [[nodiscard]] JsonAnswer describeGroups(const QJsonObject &input);
    [[nodiscard]] JsonAnswer createGroup(const QJsonObject &input);
    [[nodiscard]] JsonAnswer changeGroup(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] JsonAnswer createStream(const QJsonObject &input);
    [[nodiscard]] JsonAnswer putEvents(const QJsonObject &input);
    [[nodiscard]] bool groupExists(const QString &group);
    [[nodiscard]] QStringList groups();
    [[nodiscard]] QJsonObject groupOf(const QString &name) const;
    /// Some of the events that are wanted.
    struct Page {
        QList<Event> events;
        qsizetype count = 0; ///< Of those that were seen: more than these where there are more.
    };
    using Streams = QMap<QString, std::pair<qint64, qint64>>; ///< By name: times of the first and the last event; -1: none.

    void startLiveTail(const QJsonObject &input, const http::Responder &responder);
    void sendUpdate(const std::shared_ptr<LiveSession> &session);

    // Beside the runtime's thread, in the order of their times.
    [[nodiscard]] static Result<void> eachEvent(const QString &folder, const Wanted &wanted, const std::function<bool(const Event &)> &onEvent);
    [[nodiscard]] static Result<Page> pageOf(const QString &folder, const Wanted &wanted, qsizetype from, qsizetype limit);
    [[nodiscard]] static Result<Page> lastOf(const QString &folder, const Wanted &wanted, qsizetype limit);
    [[nodiscard]] static Result<Streams> streamsOf(const QString &folder, const Wanted &wanted);

    [[nodiscard]] static JsonAnswer tellStreams(const Streams &times, const QJsonObject &input, const QString &groupArn, qsizetype from, qsizetype limit);
    [[nodiscard]] static JsonAnswer tellFiltered(const Page &page, qsizetype from);
    [[nodiscard]] static JsonAnswer tellEvents(const Page &page, qsizetype from);

    QString m_folder;
    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
    logs::Sink &m_sink;
    sys::BackgroundJobs m_jobs{this};
};

/// CloudWatch's filter pattern as a logs::LogQuery: terms, quoted phrases, `-term`, `?any ?of`, `%expression%`. Unsupported for patterns of JSON members and of columns.
[[nodiscard]] Result<QString> queryOfFilterPattern(const QString &pattern);

} // namespace eph::cloud
