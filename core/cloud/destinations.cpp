// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/destinations.h"

#include "core/cloud/functionref.h"
#include "core/runtime/requestids.h"


namespace eph::cloud {

void deliver(const runtime::Delivery &delivery, FunctionCatalogue &catalogue, runtime::AsyncQueue &queue, logs::Sink &logs, const sys::Clock &clock)
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
    QByteArray line = (delivery.attributes.isEmpty() ? "DESTINATION\tTarget: " : "DEAD LETTER\tTarget: ") + delivery.target.toUtf8();
    for (const auto &[name, value] : delivery.attributes)
        line += '\t' + name + ": " + value;
    logs.append({clock.epochMs(), logs::Source::Platform, delivery.from.name, {}, {}, line + "\tBody: " + delivery.body});
}

} // namespace eph::cloud
