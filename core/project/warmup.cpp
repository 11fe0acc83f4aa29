// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/warmup.h"

#include <QRegularExpression>

namespace eph::project {

using namespace Qt::StringLiterals;

std::optional<WarmUp> warmUpOf(const Function &function)
{
    static const QRegularExpression rate(u"^\\s*rate\\((\\d{1,5})\\s+(minutes?|hours?|days?)\\)\\s*$"_s);
    for (const Trigger &trigger : function.triggers) {
        if (trigger.name != QLatin1StringView(WarmUp::EventName) || trigger.type != "Schedule"_L1)
            continue;
        const auto match = rate.match(trigger.properties.value("Schedule"_L1).toString());
        const QString unit = match.captured(2);
        const int minutes = match.captured(1).toInt() * (unit.startsWith(u'd') ? 24 * 60 : unit.startsWith(u'h') ? 60 : 1);
        const QString input = trigger.properties.value("Input"_L1).toString();
        if (minutes > 0)
            return WarmUp{minutes, input.isEmpty() ? QByteArray(WarmUp::Input) : input.toUtf8()};
    }
    return std::nullopt;
}

QString rateExpression(int minutes)
{
    return minutes == 1 ? u"rate(1 minute)"_s : u"rate(%1 minutes)"_s.arg(minutes);
}

} // namespace eph::project
