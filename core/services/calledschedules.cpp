// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/calledschedules.h"

#include "core/cloud/deployedschedules.h"

#include <QFile>

namespace eph::services {

void CalledSchedules::setProject(const QString &folder)
{
    if (folder != m_folder) {
        m_folder = folder;
        m_documents.reset();
        m_seen = 0;
        m_all.clear();
    }
    (void)lookAround();
}

void CalledSchedules::open()
{
    const QString path = account::DocumentStore::pathIn(m_folder);
    if (m_folder.isEmpty() || !QFile::exists(path))
        return;
    if (auto opened = account::DocumentStore::open(path))
        m_documents = *std::move(opened);
}

bool CalledSchedules::lookAround()
{
    if (!m_documents)
        open();
    if (!m_documents)
        return false;
    m_documents->lookAround();
    if (std::exchange(m_seen, m_documents->generation()) == m_documents->generation())
        return false;
    m_all = cloud::deployedSchedules(*m_documents);
    return true;
}

QList<cloud::ProjectSchedule> allSchedules(const project::Project &project)
{
    CalledSchedules called;
    called.setProject(project.folder);
    return cloud::schedulesOf(project) + called.all();
}

} // namespace eph::services
