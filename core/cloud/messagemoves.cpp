// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/messagemoves.h"

#include "core/runtime/requestids.h"

#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using sources::QueueInfo;

namespace {

constexpr qsizetype MostKept = 10;

[[nodiscard]] tl::unexpected<ApiError> notFound(const QString &message)
{
    return tl::unexpected(ApiError{404, "ResourceNotFoundException", message});
}

} // namespace

bool MessageMoves::isFor(const QByteArray &action)
{
    return action == "StartMessageMoveTask" || action == "ListMessageMoveTasks" || action == "CancelMessageMoveTask";
}

JsonAnswer MessageMoves::perform(const QByteArray &action, const QJsonObject &input)
{
    if (action == "CancelMessageMoveTask")
        return notFound(u"Task does not exist."_s);
    const auto source = m_queues.find(input.value("SourceArn"_L1).toString().section(u':', -1));
    if (!source)
        return notFound(u"The resource that you specified for the SourceArn parameter doesn't exist."_s);
    return action == "StartMessageMoveTask" ? start(*source, input) : list(*source, input);
}

JsonAnswer MessageMoves::start(const QueueInfo &source, const QJsonObject &input)
{
    const QList<QueueInfo> all = m_queues.all();
    if (std::none_of(all.begin(), all.end(), [&source](const QueueInfo &queue) { return queue.settings.deadLetterQueue == source.name; }))
        return refused("InvalidParameterValue", u"Source queue must be configured as a Dead Letter Queue."_s);
    const QString target = input.value("DestinationArn"_L1).toString();
    const auto destination = target.isEmpty() ? Result<QueueInfo>(source) : m_queues.find(target.section(u':', -1));
    if (!destination)
        return notFound(u"The resource that you specified for the DestinationArn parameter doesn't exist."_s);
    if (destination->settings.fifo != source.settings.fifo)
        return refused("InvalidParameterValue", u"Source and destination queues must be of the same type."_s);
    const auto moved = target.isEmpty() ? m_queues.sendBack(source) : m_queues.sendOn(source, *destination);
    if (!moved)
        return refused(moved.error());
    QJsonObject task{{u"Status"_s, u"COMPLETED"_s}, {u"SourceArn"_s, input.value("SourceArn"_L1)}, {u"ApproximateNumberOfMessagesMoved"_s, *moved}, {u"ApproximateNumberOfMessagesToMove"_s, *moved}, {u"StartedTimestamp"_s, m_clock.epochMs()}};
    for (const auto &member : {"DestinationArn"_L1, "MaxNumberOfMessagesPerSecond"_L1}) {
        if (input.contains(member))
            task.insert(member, input.value(member));
    }
    QList<QJsonObject> &tasks = m_tasks[source.name];
    tasks.prepend(task);
    tasks.resize(std::min(tasks.size(), MostKept));
    return QJsonObject{{u"TaskHandle"_s, QString::fromLatin1(runtime::newRequestId().toBase64())}};
}

JsonAnswer MessageMoves::list(const QueueInfo &source, const QJsonObject &input) const
{
    const qsizetype limit = input.contains("MaxResults"_L1) ? input.value("MaxResults"_L1).toVariant().toLongLong() : 1;
    if (limit < 1 || limit > MostKept)
        return refused("InvalidParameterValue", u"Value for parameter MaxResults is invalid. Reason: Must be an integer from 1 to 10."_s);
    QJsonArray results;
    const QList<QJsonObject> tasks = m_tasks.value(source.name).mid(0, limit);
    for (const QJsonObject &task : tasks)
        results.append(task);
    return QJsonObject{{u"Results"_s, results}};
}

} // namespace eph::cloud
