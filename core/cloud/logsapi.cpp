// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logsapi.h"

#include "core/base/account.h"
#include "core/base/jsontext.h"
#include "core/base/text.h"
#include "core/cloud/constraints.h"
#include "core/cloud/functiongroups.h"
#include "core/cloud/loganswers.h"
#include "core/cloud/resourcetags.h"
#include "core/runtime/requestids.h"

#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace loganswers;

namespace {

const QString TagsKind = u"log-tags"_s; ///< By the group's name.

constexpr QByteArrayView TargetPrefix = "Logs_20140328.";
const QString FunctionPrefix = u"/aws/lambda/"_s;
const QList<int> RetentionDays{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};
constexpr qsizetype MaxEvents = 10'000;
constexpr qsizetype MaxDescribed = 50;
constexpr qint64 LatestMs = 253'402'300'799'999; ///< The end of the year 9999.

[[nodiscard]] tl::unexpected<ApiError> noStream()
{
    return refused("ResourceNotFoundException", u"The specified log stream does not exist."_s);
}

/// Where a page begins; -1 for a token that is none.
[[nodiscard]] qsizetype placeOf(const QString &token)
{
    bool isNumber = false;
    const qsizetype place = token.section(u'/', 1).toLongLong(&isNumber);
    return isNumber && place >= 0 ? place : -1;
}

[[nodiscard]] QString tokenOf(QChar direction, qsizetype place)
{
    return direction + u"/%1"_s.arg(place, 56, 10, QChar(u'0'));
}

[[nodiscard]] tl::unexpected<ApiError> refusedToken()
{
    return refused("InvalidParameterException", u"The specified nextToken is invalid."_s);
}

} // namespace

LogsApi::LogsApi(QString folder, FunctionCatalogue &catalogue, DeployedFunctions &deployed, logs::Sink &sink)
    : m_folder(std::move(folder))
    , m_catalogue(catalogue)
    , m_deployed(deployed)
    , m_groups(catalogue, deployed)
    , m_subscriptions(catalogue, deployed)
    , m_sink(sink)
    , m_liveTail(m_folder, sink, [this](const QString &group) { return wantedOf(group); })
{
}

bool LogsApi::isFor(const http::Request &request)
{
    return isJsonCall(request, TargetPrefix);
}

void LogsApi::handle(const http::Request &request, const http::Responder &responder)
{
    const auto call = parseJsonCall(request, TargetPrefix);
    if (!call)
        return respondJson(responder, tl::unexpected(call.error()));
    static const QByteArrayList readingTheLog{"DeleteLogStream", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"};
    if (readingTheLog.contains(call->action))
        return performLater(call->action, call->input, [responder](const JsonAnswer &answer) { respondJson(responder, answer); });
    if (call->action == "StartLiveTail")
        return m_liveTail.start(call->input, responder);
    respondJson(responder, performNow(call->action, call->input));
}

JsonAnswer LogsApi::performNow(const QByteArray &action, const QJsonObject &input)
{
    if (action == "DescribeLogGroups")
        return describeGroups(input);
    if (action == "CreateLogGroup")
        return createGroup(input);
    if (action == "DeleteLogGroup" || action == "PutRetentionPolicy" || action == "DeleteRetentionPolicy")
        return changeGroup(action, input);
    if (action == "CreateLogStream")
        return createStream(input);
    if (action == "PutLogEvents")
        return putEvents(input);
    static const QByteArrayList tagging{"TagResource", "UntagResource", "ListTagsForResource", "TagLogGroup", "UntagLogGroup", "ListTagsLogGroup"};
    if (tagging.contains(action))
        return tag(action, input);
    if (LogSubscriptionsApi::isFor(action))
        return m_groups.exists(groupNamed(input)) ? m_subscriptions.perform(action, groupNamed(input), input) : noGroup();
    return refused("UnknownOperationException", Core::tr("CloudWatch Logs' API has no call “%1” here.").arg(QString::fromLatin1(action)));
}

QStringList LogsApi::functionsOf(const QString &group)
{
    const QMap<QString, QString> all = groupsOfFunctions(m_catalogue, m_deployed);
    QStringList functions = all.keys(group);
    // One that is no more has left its log.
    const QString former = group.startsWith(FunctionPrefix) ? group.mid(FunctionPrefix.size()) : QString();
    if (!former.isEmpty() && !all.contains(former))
        functions << former;
    // What clients put there goes by a name of its own.
    if (!m_deployed.documents().all(kinds::LogStream, group).isEmpty())
        functions << loggroups::archivedName(group);
    return functions;
}

QJsonObject LogsApi::groupOf(const QString &name) const
{
    const QJsonObject *made = m_deployed.documents().find({kinds::LogGroup, {}, name});
    const QString arn = u"arn:aws:logs:%1:%2:log-group:%3"_s.arg(m_catalogue.region(), LocalAccount, name);
    QJsonObject group{{u"logGroupName"_s, name}, {u"arn"_s, QString(arn + ":*"_L1)}, {u"logGroupArn"_s, arn}, {u"logGroupClass"_s, u"STANDARD"_s}, {u"metricFilterCount"_s, 0}, {u"storedBytes"_s, 0}, {u"creationTime"_s, made ? made->value("creationTime"_L1) : QJsonValue(0)}};
    const std::optional<QJsonObject> declared = m_groups.declared(name);
    if (made && made->contains("retentionInDays"_L1))
        group.insert(u"retentionInDays"_s, made->value("retentionInDays"_L1));
    else if (const int days = declared ? declared->value("RetentionInDays"_L1).toString().toInt() : 0; days > 0 && !made)
        group.insert(u"retentionInDays"_s, days);
    return group;
}

JsonAnswer LogsApi::describeGroups(const QJsonObject &input)
{
    const QString prefix = input.value("logGroupNamePrefix"_L1).toString();
    const QString part = input.value("logGroupNamePattern"_L1).toString();
    if (!prefix.isEmpty() && !part.isEmpty())
        return refused("InvalidParameterException", u"LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."_s);
    const QString token = input.value("nextToken"_L1).toString();
    const qsizetype from = token.isEmpty() ? 0 : placeOf(token);
    if (const auto error = Constraints().range(u"limit"_s, input.value("limit"_L1), 1, MaxDescribed).error("InvalidParameterException"))
        return tl::unexpected(*error);
    if (from < 0)
        return refusedToken();
    QStringList names = m_groups.all();
    names.removeIf([&](const QString &name) { return !name.startsWith(prefix) || !name.contains(part); });
    const qsizetype end = std::min(names.size(), from + input.value("limit"_L1).toInteger(MaxDescribed));
    QJsonArray page;
    for (qsizetype i = from; i < end; ++i)
        page.append(groupOf(names.at(i)));
    QJsonObject told{{u"logGroups"_s, page}};
    if (end < names.size())
        told.insert(u"nextToken"_s, tokenOf(u'f', end));
    return told;
}

JsonAnswer LogsApi::createGroup(const QJsonObject &input)
{
    const QString name = input.value("logGroupName"_L1).toString();
    if (const auto error = Constraints().required(u"logGroupName"_s, input.value("logGroupName"_L1)).length(u"logGroupName"_s, name, 1, 512).pattern(u"logGroupName"_s, name, u"[\\.\\-_/#A-Za-z0-9]+"_s).error("InvalidParameterException"))
        return tl::unexpected(*error);
    if (m_groups.exists(name))
        return refused("ResourceAlreadyExistsException", u"The specified log group already exists"_s);
    if (const QJsonObject tags = input.value("tags"_L1).toObject(); !tags.isEmpty()) {
        if (const auto tagged = ResourceTags(m_deployed.documents(), TagsKind).add(name, tags); !tagged)
            return kept(tagged);
    }
    return kept(m_deployed.documents().put({kinds::LogGroup, {}, name}, {{u"creationTime"_s, m_deployed.clock().epochMs()}}));
}

JsonAnswer LogsApi::tag(const QByteArray &action, const QJsonObject &input)
{
    // The older calls name the group, the others its ARN, which may end in :*.
    const QString name = input.contains("logGroupName"_L1) ? groupNamed(input) : input.value("resourceArn"_L1).toString().section(u":log-group:"_s, 1).section(u':', 0, 0);
    if (!m_groups.exists(name))
        return noGroup();
    ResourceTags tags(m_deployed.documents(), TagsKind);
    if (action.startsWith("List"))
        return QJsonObject{{u"tags"_s, tags.of(name)}};
    return kept(action.startsWith("Tag") ? tags.add(name, input.value("tags"_L1).toObject()) : tags.remove(name, input.value(input.contains("tagKeys"_L1) ? "tagKeys"_L1 : "tags"_L1).toArray()));
}

JsonAnswer LogsApi::changeGroup(const QByteArray &action, const QJsonObject &input)
{
    const QString name = groupNamed(input);
    if (!m_groups.exists(name))
        return noGroup();
    const account::DocumentKey key{kinds::LogGroup, {}, name};
    const QJsonObject *present = m_deployed.documents().find(key);
    if (action == "DeleteLogGroup") {
        QList<account::DocumentStore::Change> changes{{key, std::nullopt}, ResourceTags(m_deployed.documents(), TagsKind).removal(name), {{kinds::DeletedGroup, {}, name}, QJsonObject{{u"untilMs"_s, m_deployed.clock().epochMs()}}}};
        const QStringList streams = m_deployed.documents().all(kinds::LogStream, name).keys();
        for (const QString &stream : streams)
            changes += deletionOf(name, stream);
        const QList<LogSubscription> subscriptions = m_subscriptions.ofGroup(name);
        for (const LogSubscription &subscription : subscriptions)
            changes << logsubscriptions::removal(subscription);
        return kept(m_deployed.documents().apply(changes));
    }
    QJsonObject group = present ? *present : QJsonObject{{u"creationTime"_s, m_deployed.clock().epochMs()}};
    group.remove("retentionInDays"_L1);
    if (action == "PutRetentionPolicy") {
        const int days = input.value("retentionInDays"_L1).toInt();
        if (!RetentionDays.contains(days))
            return refused("InvalidParameterException", u"1 validation error detected: Value '%1' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set"_s.arg(days));
        group.insert(u"retentionInDays"_s, days);
    }
    return kept(m_deployed.documents().put(key, group));
}

JsonAnswer LogsApi::createStream(const QJsonObject &input)
{
    const QString group = groupNamed(input);
    const QString name = input.value("logStreamName"_L1).toString();
    if (const auto error = Constraints().required(u"logStreamName"_s, input.value("logStreamName"_L1)).length(u"logStreamName"_s, name, 1, 512).pattern(u"logStreamName"_s, name, u"[^:*\\t\\r\\n]*"_s).error("InvalidParameterException"))
        return tl::unexpected(*error);
    if (!m_groups.exists(group))
        return noGroup();
    const account::DocumentKey key{kinds::LogStream, group, name};
    if (m_deployed.documents().find(key))
        return refused("ResourceAlreadyExistsException", u"The specified log stream already exists"_s);
    return kept(m_deployed.documents().put(key, {{u"creationTime"_s, m_deployed.clock().epochMs()}}));
}

JsonAnswer LogsApi::deleteStream(const QString &group, const QString &stream, bool hasEvents)
{
    const account::DocumentKey key{kinds::LogStream, group, stream};
    if (!hasEvents && !m_deployed.documents().find(key))
        return noStream();
    return kept(m_deployed.documents().apply(deletionOf(group, stream)));
}

QList<account::DocumentStore::Change> LogsApi::deletionOf(const QString &group, const QString &stream) const
{
    const QJsonObject deleted{{u"untilMs"_s, m_deployed.clock().epochMs()}, {u"times"_s, m_groups.deletionsOf(group, stream) + 1}};
    return {{{kinds::LogStream, group, stream}, std::nullopt}, {{kinds::DeletedStream, group, stream}, deleted}};
}

std::optional<LogsApi::Wanted> LogsApi::wantedOf(const QString &group)
{
    if (!m_groups.exists(group))
        return std::nullopt;
    Wanted wanted{group, functionsOf(group), {}, {}, {}, -1, -1, -1};
    if (const QJsonObject *deleted = m_deployed.documents().find({kinds::DeletedGroup, {}, wanted.group}))
        wanted.notBeforeMs = deleted->value("untilMs"_L1).toInteger() + 1;
    const QMap<QString, QJsonObject> deleted = m_deployed.documents().all(kinds::DeletedStream, wanted.group);
    for (auto it = deleted.begin(); it != deleted.end(); ++it)
        wanted.deletedMs.insert(loggroups::environmentOf(it.key()), it->value("untilMs"_L1).toInteger());
    const QStringList made = m_deployed.documents().all(kinds::LogStream, wanted.group).keys();
    for (const QString &stream : made)
        wanted.madeStreams.insert(m_groups.archivedStream(wanted.group, stream));
    return wanted;
}

JsonAnswer LogsApi::putEvents(const QJsonObject &input)
{
    const QString group = groupNamed(input);
    const QString stream = input.value("logStreamName"_L1).toString();
    const QJsonArray events = input.value("logEvents"_L1).toArray();
    if (!m_groups.exists(group))
        return noGroup();
    if (!m_deployed.documents().find({kinds::LogStream, group, stream}))
        return noStream();
    if (const auto error = Constraints().required(u"logEvents"_s, input.value("logEvents"_L1)).length(u"logEvents"_s, events, 1, MaxEvents).error("InvalidParameterException"))
        return tl::unexpected(*error);
    qint64 before = 0;
    for (const auto &event : events) {
        const qint64 time = event.toObject().value("timestamp"_L1).toInteger();
        if (time < 0 || time > LatestMs)
            return refused("InvalidParameterException", u"1 validation error detected: Value '%1' at 'logEvents.1.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0"_s.arg(time));
        if (std::exchange(before, time) > time)
            return refused("InvalidParameterException", u"Log events in a single PutLogEvents request must be in chronological order."_s);
    }
    constexpr qint64 LongestSpanMs = 24LL * 3600 * 1000;
    if (before - events.first().toObject().value("timestamp"_L1).toInteger() > LongestSpanMs)
        return refused("InvalidParameterException", u"The batch of log events in a single PutLogEvents request cannot span more than 24 hours."_s);
    // Fourteen days back, two hours ahead.
    constexpr qint64 OldestMs = 14LL * 24 * 3600 * 1000;
    constexpr qint64 NewestMs = 2LL * 3600 * 1000;
    const qint64 now = m_deployed.clock().epochMs();
    QJsonObject rejected;
    for (qsizetype i = 0; i < events.size(); ++i) {
        const auto &event = events.at(i);
        const qint64 time = event.toObject().value("timestamp"_L1).toInteger();
        if (time < now - OldestMs) {
            rejected.insert(u"tooOldLogEventEndIndex"_s, i + 1);
            continue;
        }
        if (time > now + NewestMs) {
            rejected.insert(u"tooNewLogEventStartIndex"_s, i);
            break;
        }
        m_sink.append({event.toObject().value("timestamp"_L1).toInteger(), logs::Source::Function, loggroups::archivedName(group), m_groups.archivedStream(group, stream), {}, event.toObject().value("message"_L1).toString().toUtf8()});
    }
    QJsonObject told{{u"nextSequenceToken"_s, QString::fromLatin1(runtime::newRequestId())}};
    if (!rejected.isEmpty())
        told.insert(u"rejectedLogEventsInfo"_s, rejected);
    return told;
}

JsonAnswer LogsApi::tellStreams(const Streams &times, const QJsonObject &input, const QString &groupArn, qsizetype from, qsizetype limit)
{
    QList<QJsonObject> all;
    for (auto it = times.begin(); it != times.end(); ++it) {
        QJsonObject stream{{u"logStreamName"_s, it.key()}, {u"arn"_s, QString(groupArn + ":log-stream:"_L1 + it.key())}, {u"storedBytes"_s, 0}};
        if (it->first >= 0) {
            stream.insert(u"creationTime"_s, it->first);
            stream.insert(u"firstEventTimestamp"_s, it->first);
            stream.insert(u"lastEventTimestamp"_s, it->second);
            stream.insert(u"lastIngestionTime"_s, it->second);
        }
        all << stream;
    }
    if (input.value("orderBy"_L1).toString() == "LastEventTime"_L1)
        std::stable_sort(all.begin(), all.end(), [](const QJsonObject &a, const QJsonObject &b) { return a.value("lastEventTimestamp"_L1).toInteger() < b.value("lastEventTimestamp"_L1).toInteger(); });
    if (input.value("descending"_L1).toBool())
        std::reverse(all.begin(), all.end());
    QJsonArray page;
    for (qsizetype i = from; i < std::min(from + limit, all.size()); ++i)
        page.append(all.at(i));
    QJsonObject object{{u"logStreams"_s, page}};
    if (from + limit < all.size())
        object.insert(u"nextToken"_s, tokenOf(u'f', from + limit));
    return object;
}

JsonAnswer LogsApi::tellFiltered(const Page &page, qsizetype from)
{
    QJsonArray events;
    for (qsizetype i = 0; i < page.events.size(); ++i) {
        const Event &event = page.events.at(i);
        events.append(QJsonObject{{u"logStreamName"_s, event.stream}, {u"timestamp"_s, event.epochMs}, {u"message"_s, event.message}, {u"ingestionTime"_s, event.epochMs}, {u"eventId"_s, event.id}});
    }
    QJsonObject object{{u"events"_s, events}, {u"searchedLogStreams"_s, QJsonArray()}};
    if (page.count > from + page.events.size())
        object.insert(u"nextToken"_s, tokenOf(u'f', from + page.events.size()));
    return object;
}

JsonAnswer LogsApi::tellEvents(const Page &page, qsizetype from)
{
    QJsonArray events;
    for (const Event &event : page.events)
        events.append(QJsonObject{{u"timestamp"_s, event.epochMs}, {u"message"_s, event.message}, {u"ingestionTime"_s, event.epochMs}});
    return QJsonObject{{u"events"_s, events}, {u"nextForwardToken"_s, tokenOf(u'f', from + page.events.size())}, {u"nextBackwardToken"_s, tokenOf(u'b', from)}};
}

void LogsApi::performLater(const QByteArray &action, const QJsonObject &input, const Answer &answer)
{
    const QString token = input.value("nextToken"_L1).toString();
    const bool describes = action == "DescribeLogStreams";
    const qsizetype most = describes ? MaxDescribed : MaxEvents;
    if (const auto error = Constraints().range(u"limit"_s, input.value("limit"_L1), 1, most).error("InvalidParameterException"))
        return answer(tl::unexpected(*error));
    std::optional<Wanted> found = wantedOf(groupNamed(input));
    if (!found)
        return answer(noGroup());
    if (!token.isEmpty() && placeOf(token) < 0)
        return answer(refusedToken());
    const auto pattern = LogFilterPattern::parse(input.value("filterPattern"_L1).toString());
    if (!pattern)
        return answer(refused("InvalidParameterException", pattern.error().message));
    Wanted &wanted = *found;
    wanted.pattern = *pattern;
    wanted.streams = textsOf(input.value("logStreamNames"_L1));
    wanted.streamPrefix = input.value("logStreamNamePrefix"_L1).toString();
    wanted.fromMs = input.value("startTime"_L1).toInteger(-1);
    wanted.untilMs = input.value("endTime"_L1).toInteger(-1);
    const qsizetype limit = input.value("limit"_L1).toInteger(most);
    const qsizetype place = token.isEmpty() ? 0 : placeOf(token);
    // What has just been said is among it.
    const auto later = [this](auto work, auto done) { m_jobs.run([&sink = m_sink, work] { (void)sink.flush(); return work(); }, done); };
    const auto failed = [](const Error &error) { return JsonAnswer(refused("InvalidParameterException", error.message)); };
    if (action == "DeleteLogStream") {
        const QString stream = input.value("logStreamName"_L1).toString();
        wanted.streams = {stream};
        return later([folder = m_folder, wanted] { return loggroups::streamsOf(folder, wanted); }, [this, answer, failed, stream, group = wanted.group](const Result<Streams> &read) {
            answer(read ? deleteStream(group, stream, read->contains(stream)) : failed(read.error()));
        });
    }
    if (describes) {
        Streams made;
        const QStringList names = m_deployed.documents().all(kinds::LogStream, wanted.group).keys();
        for (const QString &name : names) {
            if (name.startsWith(wanted.streamPrefix))
                made.insert(name, {-1, -1});
        }
        const QString arn = groupOf(wanted.group).value("logGroupArn"_L1).toString();
        return later([folder = m_folder, wanted] { return loggroups::streamsOf(folder, wanted); }, [answer, failed, input, made, arn, place, limit](const Result<Streams> &read) {
            Streams all = made;
            if (read)
                all.insert(*read);
            answer(read ? tellStreams(all, input, arn, place, limit) : failed(read.error()));
        });
    }
    if (action == "FilterLogEvents") {
        wanted.untilMs += wanted.untilMs >= 0; // Included, in a filter.
        return later([folder = m_folder, wanted, place, limit] { return loggroups::pageOf(folder, wanted, place, limit); }, [answer, failed, place](const Result<Page> &read) { answer(read ? tellFiltered(*read, place) : failed(read.error())); });
    }
    wanted.streams = {input.value("logStreamName"_L1).toString()};
    const bool isMade = m_deployed.documents().find({kinds::LogStream, wanted.group, wanted.streams.first()});
    const bool newest = token.isEmpty() && !input.value("startFromHead"_L1).toBool();
    // Backwards from a place: the page before it.
    const qsizetype from = token.startsWith(u'b') ? std::max<qsizetype>(0, place - limit) : place;
    const qsizetype size = token.startsWith(u'b') ? place - from : limit;
    later([folder = m_folder, wanted, newest, from, size] { return newest ? loggroups::lastOf(folder, wanted, size) : loggroups::pageOf(folder, wanted, from, size); }, [answer, failed, isMade, newest, from, wanted, token](const Result<Page> &read) {
        if (!read)
            return answer(failed(read.error()));
        if (read->count == 0 && !isMade && token.isEmpty() && wanted.fromMs < 0 && wanted.untilMs < 0)
            return answer(noStream());
        answer(tellEvents(*read, newest ? read->count - read->events.size() : from));
    });
}

} // namespace eph::cloud
