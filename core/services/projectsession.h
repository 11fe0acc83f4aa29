// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/events/eventfiles.h"
#include "core/project/stampedproject.h"
#include "core/sys/background.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

namespace eph::services {

/// The project that is open: loaded on a pool thread, loaded again when its template or its events change. Lives on the
/// window's thread.
class ProjectSession : public QObject
{
    Q_OBJECT
public:
    explicit ProjectSession(QObject *parent = nullptr);

    /// Opens a folder or a template file. projectChanged or failed follows.
    void open(const QString &path);
    void close();
    /// Reads everything again.
    void reload();
    /// Takes in every change that has been saved, before this returns: nothing may run from an older template. Fails with
    /// the reason why it cannot be read.
    [[nodiscard]] Result<void> ensureCurrent();
    /// Takes a template's text from the editor until it is saved; null goes back to the file.
    void setUnsavedTemplate(const QByteArray &text);

    [[nodiscard]] bool isOpen() const { return m_project != nullptr; }
    [[nodiscard]] bool isLoading() const { return m_loading; }
    /// Null when nothing is open. A snapshot: it stays as it is when the session moves on.
    [[nodiscard]] std::shared_ptr<const project::Project> project() const { return m_project; }
    [[nodiscard]] const QList<events::EventFile> &events() const { return m_events; }
    /// What is open or, while it is being opened, asked for.
    [[nodiscard]] QString path() const { return m_wanted.isEmpty() ? m_path : m_wanted; }

Q_SIGNALS:
    void loadingChanged(bool loading);
    void projectChanged();
    /// One came, went, or has another content.
    void eventsChanged();
    /// Nothing could be opened; what was open before stays.
    void failed(const eph::Error &error);

private:
    void load();
    void changed();
    [[nodiscard]] project::LoadRequest request() const;
    void take(quint64 generation, project::StampedProject loaded);
    [[nodiscard]] bool isOutdated() const;
    void watch();
    void readEvents();

    QString m_path;
    QString m_wanted; ///< Being opened; becomes m_path once it is.
    QByteArray m_unsavedTemplate;
    std::shared_ptr<const project::Project> m_project;
    project::Stamps m_stamps;
    std::optional<Error> m_unreadable; ///< Why the template could not be read just now; what it said before stays.
    QList<events::EventFile> m_events;
    project::Stamps m_eventStamps;
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
    quint64 m_generation = 0;
    bool m_stale = false; ///< Something changed since the last load began.
    bool m_loading = false;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::services
