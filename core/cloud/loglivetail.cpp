// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/loglivetail.h"

#include "core/base/account.h"
#include "core/base/jsontext.h"
#include "core/cloud/loganswers.h"
#include "core/http/eventstream.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QJsonArray>
#include <QTimer>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using loggroups::Event;
using loggroups::Wanted;

struct LogLiveTail::Session {
    http::Responder responder;
    QStringList groups;
    QStringList streams; ///< Empty: all.
    QString streamPrefix;
    LogFilterPattern pattern;
    qint64 beganMs = 0;
    qint64 fromMs = 0; ///< What came before is not read again.
    QHash<QString, qint64> sent = {}; ///< Times of the last events, by id.

    void send(const QByteArray &type, const QJsonObject &payload) const { responder.send(http::eventStreamEvent(type, "application/x-amz-json-1.1", compactJson(payload))); }
};

LogLiveTail::LogLiveTail(QString folder, logs::Sink &sink, WantedOf wantedOf)
    : m_folder(std::move(folder))
    , m_sink(sink)
    , m_wantedOf(std::move(wantedOf))
{
}

void LogLiveTail::start(const QJsonObject &input, const http::Responder &responder)
{
    const QJsonArray identifiers = input.value("logGroupIdentifiers"_L1).toArray();
    constexpr qsizetype MostGroups = 10;
    if (identifiers.isEmpty() || identifiers.size() > MostGroups)
        return respondJson(responder, refused("InvalidParameterException", u"Member must have length less than or equal to 10 and greater than or equal to 1"_s));
    const auto pattern = LogFilterPattern::parse(input.value("logEventFilterPattern"_L1).toString());
    if (!pattern)
        return respondJson(responder, refused("InvalidParameterException", pattern.error().message));
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const auto session = std::make_shared<Session>(Session{responder, {}, textsOf(input.value("logStreamNames"_L1)), textsOf(input.value("logStreamNamePrefixes"_L1)).value(0), *pattern, now, now});
    for (const auto &identifier : identifiers) {
        session->groups << loganswers::groupNamed({{u"logGroupIdentifier"_s, identifier}});
        if (!m_wantedOf(session->groups.last()))
            return respondJson(responder, loganswers::noGroup());
    }
    responder.begin({200, {{"Content-Type", "application/vnd.amazon.eventstream"}, {"x-amzn-RequestId", runtime::newRequestId()}}, {}});
    session->send("initial-response", {});
    session->send("sessionStart", {{u"requestId"_s, QString::fromLatin1(runtime::newRequestId())}, {u"sessionId"_s, QString::fromLatin1(runtime::newRequestId())}, {u"logGroupIdentifiers"_s, identifiers}, {u"logStreamNames"_s, input.value("logStreamNames"_L1).toArray()}, {u"logStreamNamePrefixes"_s, input.value("logStreamNamePrefixes"_L1).toArray()}, {u"logEventFilterPattern"_s, input.value("logEventFilterPattern"_L1).toString()}});
    auto *timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [this, session, timer] {
        constexpr qint64 LongestMs = 3LL * 3600 * 1000;
        if (!session->responder.isConnected())
            return timer->deleteLater();
        if (QDateTime::currentMSecsSinceEpoch() - session->beganMs < LongestMs)
            return sendUpdate(session);
        session->responder.send(http::eventStreamMessage({{":message-type", "exception"}, {":exception-type", "SessionTimeoutException"}, {":content-type", "application/x-amz-json-1.1"}}, "{\"message\":\"Your session has timed out.\"}"));
        session->responder.finish();
        timer->deleteLater();
    });
    timer->start(std::chrono::seconds(1));
}

void LogLiveTail::sendUpdate(const std::shared_ptr<Session> &session)
{
    // More than the service sends in a second is sampled.
    constexpr qsizetype Most = 500;
    constexpr qint64 OverlapMs = 5000;
    // Functions and streams come and go meanwhile.
    QList<Wanted> groups;
    for (const QString &group : std::as_const(session->groups)) {
        std::optional<Wanted> wanted = m_wantedOf(group);
        if (!wanted)
            continue;
        wanted->streams = session->streams;
        wanted->streamPrefix = session->streamPrefix;
        wanted->pattern = session->pattern;
        wanted->fromMs = session->fromMs;
        groups << *wanted;
    }
    const auto read = [folder = m_folder, groups, &sink = m_sink] {
        (void)sink.flush();
        QList<std::pair<QString, Event>> all;
        for (const Wanted &wanted : groups) {
            const auto page = loggroups::pageOf(folder, wanted, 0, 100 * Most);
            for (const Event &event : page ? page->events : QList<Event>())
                all.emplaceBack(wanted.group, event);
        }
        return all;
    };
    m_jobs.run(read, [session](const QList<std::pair<QString, Event>> &all) {
        QJsonArray results;
        bool sampled = false;
        qint64 newest = session->fromMs;
        for (const auto &[group, event] : all) {
            newest = std::max(newest, event.epochMs);
            const QString key = group + event.id;
            if (session->sent.contains(key))
                continue;
            session->sent.insert(key, event.epochMs);
            if (results.size() < Most)
                results.append(QJsonObject{{u"logStreamName"_s, event.stream}, {u"logGroupIdentifier"_s, QString(LocalAccount + u':' + group)}, {u"message"_s, event.message}, {u"timestamp"_s, event.epochMs}, {u"ingestionTime"_s, event.epochMs}});
            else
                sampled = true;
        }
        session->fromMs = std::max(session->fromMs, newest - OverlapMs);
        session->sent.removeIf([&](const auto &one) { return one.value() < newest - OverlapMs; });
        session->send("sessionUpdate", {{u"sessionMetadata"_s, QJsonObject{{u"sampled"_s, sampled}}}, {u"sessionResults"_s, results}});
    });
}

} // namespace eph::cloud
