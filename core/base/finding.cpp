// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/finding.h"

namespace eph {

QString severityName(Severity severity)
{
    switch (severity) {
    case Severity::Note: return QStringLiteral("note");
    case Severity::Warning: return QStringLiteral("warning");
    case Severity::Error: return QStringLiteral("error");
    }
    return {};
}

} // namespace eph
