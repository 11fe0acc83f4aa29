// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/logtext.h"

#include <QDateTime>

namespace eph::cli {

using namespace Qt::StringLiterals;

QByteArray LogText::line(const services::StoredLine &line)
{
    QByteArray out;
    if (line.fields.epochMs >= 0) {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(line.fields.epochMs, Qt::UTC);
        if (time.date() != m_day) {
            m_day = time.date();
            out += "--- " + m_day.toString(Qt::ISODate).toLatin1() + " (UTC)\n";
        }
        out += time.toString(u"HH:mm:ss.zzz"_s).toLatin1() + "  ";
    }
    if (!line.fields.function.isEmpty())
        out += line.fields.function.toByteArray() + "  ";
    if (line.fields.level != logs::Level::None)
        out += logs::levelName(line.fields.level).toUpper().toLatin1().leftJustified(5) + "  ";
    // Of a JSON line all of it: it says more than its message.
    out += line.fields.isJson || line.fields.continues ? line.fields.printed : line.fields.text;
    if (const auto money = m_cost.of(line.fields))
        out += "  " + money->readable().toUtf8();
    // What was said in several lines; archives of old have carriage returns.
    return out.replace('\v', '\n').replace('\r', '\n');
}

} // namespace eph::cli
