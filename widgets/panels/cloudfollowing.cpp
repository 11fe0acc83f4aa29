// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/cloudfollowing.h"

#include "core/services/cloudlivetail.h"
#include "widgets/panels/cloudlogdialog.h"

#include <QLocale>

namespace eph::ui {

using namespace Qt::StringLiterals;

CloudFollowing::CloudFollowing(QObject *parent)
    : QObject(parent)
{
    connect(&m_feed, &services::CloudLogFeed::changed, this, &CloudFollowing::changed);
    connect(&m_feed, &services::CloudLogFeed::failed, this, &CloudFollowing::failed);
}

void CloudFollowing::choose(const QString &projectFolder, QWidget *parent)
{
    auto *dialog = new CloudLogDialog(projectFolder, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (isChosen())
        dialog->setChosen(m_chosen);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_chosen = dialog->chosen();
        m_livePrice = m_chosen.isLive ? services::liveTailPrice() : QString();
        m_feed.start(m_chosen);
        Q_EMIT started();
    });
    dialog->open();
}

void CloudFollowing::forget()
{
    m_feed.stop();
    m_chosen = {};
}

QString CloudFollowing::summary(const QString &lines) const
{
    if (!isRunning())
        return lines;
    const QString count = lines.isEmpty() ? tr("Nothing yet") : lines;
    return m_chosen.isLive ? tr("%1, live for %2 min").arg(count).arg(m_feed.meter().liveMinutes()) : tr("%1, followed").arg(count);
}

QString CloudFollowing::meter() const
{
    const services::CloudLogMeter &meter = m_feed.meter();
    QStringList told{m_chosen.groups.join(", "_L1), tr("Requests: %1, events: %2, read: %3. FilterLogEvents is not billed.").arg(meter.requests).arg(meter.events).arg(QLocale().formattedDataSize(meter.bytes))};
    if (m_chosen.isLive)
        told << tr("Live Tail: %1 min (%2)").arg(meter.liveMinutes()).arg(m_livePrice);
    if (meter.isSampled)
        told << tr("Live Tail left events out: it sends 500 a second at most.");
    constexpr qint64 NoteworthyMs = 1000;
    if (meter.clockAheadMs > NoteworthyMs)
        told << tr("The service's clock is at least %1 ms ahead of this machine's; times are the service's.").arg(meter.clockAheadMs);
    return told.join(u'\n');
}

} // namespace eph::ui
