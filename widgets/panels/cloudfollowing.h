// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/cloudlogfeed.h"

class QWidget;

namespace eph::ui {

/// Log groups of an account that are followed: which, since when, and what that takes.
class CloudFollowing : public QObject
{
    Q_OBJECT
public:
    explicit CloudFollowing(QObject *parent = nullptr);

    /// Asks for groups with the profiles and files of a project, and follows what is chosen.
    void choose(const QString &projectFolder, QWidget *parent);
    /// Nothing is chosen any more.
    void forget();
    void clear() { m_feed.clear(); }

    [[nodiscard]] const logs::LogStore &store() const { return m_feed.store(); }
    [[nodiscard]] bool isChosen() const { return !m_chosen.groups.isEmpty(); }
    [[nodiscard]] bool isRunning() const { return m_feed.isRunning(); }
    [[nodiscard]] qint64 sinceMs() const { return m_chosen.fromMs; }
    /// `lines`: how many there are, in words; empty where there are none.
    [[nodiscard]] QString summary(const QString &lines) const;
    /// What following them has taken, line by line.
    [[nodiscard]] QString meter() const;

Q_SIGNALS:
    void started();
    void changed();
    void failed(const eph::Error &error);

private:
    services::CloudLogFeed m_feed;
    services::CloudLogRequest m_chosen; ///< Without groups: nothing yet.
    QString m_livePrice;
};

} // namespace eph::ui
