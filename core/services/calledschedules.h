// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/documentstore.h"
#include "core/cloud/projectschedules.h"

namespace eph::services {

/// The schedules that calls have made in a project's local account, beside those of its template. Another program may serve it.
class CalledSchedules
{
public:
    /// A folder without an account has none; so has one whose account cannot be read.
    void setProject(const QString &folder);
    /// Takes in what has changed; false when nothing has.
    bool lookAround();
    [[nodiscard]] const QList<cloud::ProjectSchedule> &all() const { return m_all; }

private:
    void open();

    QString m_folder;
    std::unique_ptr<account::DocumentStore> m_documents;
    quint64 m_seen = 0;
    QList<cloud::ProjectSchedule> m_all;
};

/// Those of the template, in its order, and then those that calls have made.
[[nodiscard]] QList<cloud::ProjectSchedule> allSchedules(const project::Project &project);

} // namespace eph::services
