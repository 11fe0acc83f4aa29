// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/destinations.h"

#include "core/cloud/functionref.h"
#include "core/runtime/requestids.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

bool sendToQueue(sources::QueueStore &queues, const QString &arn, const QByteArray &body, const QList<std::pair<QByteArray, QByteArray>> &attributes)
{
    if (!arn.startsWith("arn:aws:sqs:"_L1))
        return false;
    const auto queue = queues.find(arn.section(u':', -1));
    if (!queue)
        return false;
    sources::NewMessage message{body, {}, {}, {}, {}};
    for (const auto &[name, value] : attributes)
        message.attributes.insert(QString::fromLatin1(name), QJsonObject{{u"DataType"_s, name == "ErrorCode" ? u"Number"_s : u"String"_s}, {u"StringValue"_s, QString::fromUtf8(value)}});
    return queues.send(*queue, message).has_value();
}

void deliver(const runtime::Delivery &delivery, FunctionCatalogue &catalogue, runtime::AsyncQueue &queue, sources::SourceStores &sources, logs::Sink &logs, const sys::Clock &clock)
{
    const auto ref = parseFunctionRef(delivery.target);
    if (auto config = ref ? catalogue.find(ref->name) : tl::unexpected(Error{})) {
        runtime::InvokeRequest request;
        request.config = *std::move(config);
        request.payload = delivery.body;
        request.requestId = runtime::newRequestId();
        if (queue.enqueue(std::move(request)))
            return;
    }
    if (sendToQueue(sources.queues(), delivery.target, delivery.body, delivery.attributes))
        return;
    QByteArray line = (delivery.attributes.isEmpty() ? "DESTINATION\tTarget: " : "DEAD LETTER\tTarget: ") + delivery.target.toUtf8();
    for (const auto &[name, value] : delivery.attributes)
        line += '\t' + name + ": " + value;
    logs.append({clock.epochMs(), logs::Source::Platform, delivery.from.name, {}, {}, line + "\tBody: " + delivery.body});
}

} // namespace eph::cloud
