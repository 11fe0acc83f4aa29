// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/projectsession.h"

#include <QFileInfo>
#include <chrono>

namespace eph::services {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

ProjectSession::ProjectSession(QObject *parent)
    : QObject(parent)
{
    // Typing and saving come in bursts; the last state of a burst is the one to read.
    m_settle.setSingleShot(true);
    m_settle.setInterval(120ms);
    connect(&m_settle, &QTimer::timeout, this, &ProjectSession::reload);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, [this] {
        readEvents();
        changed();
    });
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

project::LoadRequest ProjectSession::request() const
{
    return {path(), {}, m_wanted.isEmpty() ? m_unsavedTemplate : QByteArray()};
}

bool ProjectSession::isOutdated() const
{
    return m_stale || m_loading || !m_project || !project::areCurrent(m_stamps);
}

Result<void> ProjectSession::ensureCurrent()
{
    if (m_path.isEmpty() || !m_wanted.isEmpty())
        return {};
    if (isOutdated()) {
        m_settle.stop();
        m_stale = false;
        project::StampedProject loaded = project::loadStamped(request());
        const std::optional<Error> error = loaded.project ? std::nullopt : std::optional(loaded.project.error());
        take(++m_generation, std::move(loaded));
        if (error)
            return tl::unexpected(*error);
    }
    if (m_unreadable)
        return tl::unexpected(*m_unreadable);
    return {};
}

void ProjectSession::open(const QString &path)
{
    m_wanted = path;
    load();
}

void ProjectSession::close()
{
    ++m_generation;
    m_settle.stop();
    m_path.clear();
    m_wanted.clear();
    m_unsavedTemplate = {};
    m_project.reset();
    m_unreadable.reset();
    m_events.clear();
    watch();
    if (std::exchange(m_loading, false))
        Q_EMIT loadingChanged(false);
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
    if (path().isEmpty())
        return;
    m_stale = false;
    const quint64 generation = ++m_generation;
    if (!std::exchange(m_loading, true))
        Q_EMIT loadingChanged(true);
    m_jobs.run([request = request()] { return project::loadStamped(request); }, [this, generation](project::StampedProject loaded) { take(generation, std::move(loaded)); });
}

void ProjectSession::take(quint64 generation, project::StampedProject loaded)
{
    if (generation != m_generation)
        return; // A newer load is under way.
    if (!loaded.project) {
        // What was open before stays open.
        m_wanted.clear();
        if (std::exchange(m_loading, false))
            Q_EMIT loadingChanged(false);
        Q_EMIT failed(loaded.project.error());
        return;
    }
    if (!m_wanted.isEmpty()) {
        m_path = std::exchange(m_wanted, {});
        m_unsavedTemplate = {};
    }
    if (std::exchange(m_loading, false))
        Q_EMIT loadingChanged(false);
    project::Project &next = *loaded.project;
    const auto broken = std::find_if(next.findings.cbegin(), next.findings.cend(), [&](const Finding &finding) { return finding.rule == "syntax"_L1 && finding.file == next.templateFile; });
    m_unreadable.reset();
    if (broken != next.findings.cend()) {
        m_unreadable = Error{ErrorCode::Invalid, broken->message, broken->hint, {}};
        // While somebody types, a template is broken every other moment: its functions stay until it says something else.
        if (m_project && m_project->folder == next.folder) {
            const Findings findings = next.findings;
            next = *m_project;
            next.findings = findings;
        }
    }
    m_project = std::make_shared<const project::Project>(std::move(next));
    m_stamps = std::move(loaded.stamps);
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
    const QStringList sources = m_project->sources + QStringList{m_project->eventsFolder()};
    for (const QString &path : sources) {
        if (QFileInfo::exists(path))
            paths << path;
    }
    m_watcher.addPaths(paths);
}

void ProjectSession::readEvents()
{
    if (!m_project)
        return;
    m_events = events::listEvents(m_project->eventsFolder());
    QStringList files;
    for (const events::EventFile &file : std::as_const(m_events))
        files << file.path;
    if (!files.isEmpty())
        m_watcher.addPaths(files);
    project::Stamps stamps = project::stampsOf(files);
    if (std::exchange(m_eventStamps, stamps) != stamps)
        Q_EMIT eventsChanged();
}

} // namespace eph::services
