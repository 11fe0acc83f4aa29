// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/logs/line.h"
#include "core/runtime/asyncqueue.h"
#include "core/sources/sourcestores.h"

namespace eph::cloud {

/// Takes what an asynchronous invocation left to where it belongs: a function of the project is invoked with it, a queue gets
/// it as a message. What has no place here is written whole into the log of the function that it came from, and so not lost.
void deliver(const runtime::Delivery &delivery, FunctionCatalogue &catalogue, runtime::AsyncQueue &queue, sources::SourceStores &sources, logs::Sink &logs, const sys::Clock &clock);

/// False when it is no queue of this project, or the message is refused. Attributes are texts; `ErrorCode` is a number.
[[nodiscard]] bool sendToQueue(sources::QueueStore &queues, const QString &arn, const QByteArray &body, const QList<std::pair<QByteArray, QByteArray>> &attributes = {});

} // namespace eph::cloud
