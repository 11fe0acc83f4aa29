// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as an event: a problem inside the text, or JSON that stays the same JSON when it is indented.
#include "core/events/eventfiles.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray json(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto problem = eph::events::checkJson(json);
    const QByteArray pretty = eph::events::prettyJson(json);
    if (problem) {
        if (problem->offset < 0 || problem->offset > json.size() || pretty != json)
            std::abort();
    } else if (eph::events::checkJson(pretty) || eph::events::prettyJson(pretty) != pretty) {
        std::abort();
    }
    return 0;
}
