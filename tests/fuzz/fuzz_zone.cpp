// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a time zone file: an error, or stretches without a hole.
#include "core/schedule/zone.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto zone = eph::schedule::Zone::parse(QStringLiteral("any"), QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    if (!zone)
        return 0;
    const auto &all = (*zone)->stretches();
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (all[i].begin != all[i - 1].end || all[i].begin >= all[i].end)
            std::abort();
    }
    if (all.empty() || (*zone)->indexAt(all.back().begin) != all.size() - 1)
        std::abort();
    return 0;
}
