// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/projectsession.h"

#include "core/project/loadproject.h"
#include "core/sys/background.h"

#include <QFileInfo>
#include <chrono>

namespace eph::services {

using namespace std::chrono_literals;

ProjectSession::ProjectSession(QObject *parent)
    : QObject(parent)
{
    // Typing and saving come in bursts; the last state of a burst is the one to read.
    m_settle.setSingleShot(true);
    m_settle.setInterval(120ms);
    connect(&m_settle, &QTimer::timeout, this, &ProjectSession::load);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &ProjectSession::changed);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        readEvents();
        changed();
    });
}

void ProjectSession::changed()
{
    m_stale = true;
    m_settle.start();
}

void ProjectSession::ensureCurrent()
{
    if (m_path.isEmpty() || (!m_stale && !m_loading))
        return;
    m_settle.stop();
    m_stale = false;
    take(++m_generation, project::loadProject({m_path, {}, m_unsavedTemplate}));
}

void ProjectSession::open(const QString &path)
{
    m_path = path;
    m_unsavedTemplate = {};
    load();
}

void ProjectSession::close()
{
    ++m_generation;
    m_path.clear();
    m_project.reset();
    m_events.clear();
    watch();
    Q_EMIT projectChanged();
}

void ProjectSession::reload()
{
    load();
}

void ProjectSession::setUnsavedTemplate(const QByteArray &text)
{
    m_unsavedTemplate = text;
    changed();
}

void ProjectSession::load()
{
    if (m_path.isEmpty())
        return;
    m_stale = false;
    const quint64 generation = ++m_generation;
    if (!std::exchange(m_loading, true))
        Q_EMIT loadingChanged(true);
    sys::runInBackground(
        this, [request = project::LoadRequest{m_path, {}, m_unsavedTemplate}] { return project::loadProject(request); },
        [this, generation](Result<project::Project> loaded) { take(generation, std::move(loaded)); });
}

void ProjectSession::take(quint64 generation, Result<project::Project> loaded)
{
    if (generation != m_generation)
        return; // A newer load is under way.
    if (std::exchange(m_loading, false))
        Q_EMIT loadingChanged(false);
    if (!loaded) {
        Q_EMIT failed(loaded.error());
        return;
    }
    m_project = std::make_shared<const project::Project>(*std::move(loaded));
    watch();
    readEvents();
    Q_EMIT projectChanged();
}

void ProjectSession::watch()
{
    const QStringList before = m_watcher.files() + m_watcher.directories();
    if (!before.isEmpty())
        m_watcher.removePaths(before);
    if (!m_project)
        return;
    QStringList paths{m_project->folder};
    for (const QString &path : {m_project->templateFile, QString(m_project->folder + QStringLiteral("/env.json")), QString(m_project->folder + QStringLiteral("/samconfig.toml")), m_project->eventsFolder()}) {
        if (QFileInfo::exists(path))
            paths << path;
    }
    m_watcher.addPaths(paths);
}

void ProjectSession::readEvents()
{
    if (!m_project)
        return;
    QList<events::EventFile> found = events::listEvents(m_project->eventsFolder());
    const bool same = std::equal(found.cbegin(), found.cend(), m_events.cbegin(), m_events.cend(), [](const auto &a, const auto &b) { return a.path == b.path; });
    m_events = std::move(found);
    if (!same)
        Q_EMIT eventsChanged();
}

} // namespace eph::services
