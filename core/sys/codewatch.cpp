// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/codewatch.h"

#include "core/sys/codefiles.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <cerrno>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace eph::sys {

namespace {

constexpr uint32_t Changes = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr uint32_t Gone = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED;

} // namespace

CodeWatch::CodeWatch(QStringList folders)
    : m_folders(std::move(folders))
    , m_inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC))
{
    watchAll();
    if (m_inotify < 0)
        m_fingerprint = fingerprint();
}

CodeWatch::~CodeWatch()
{
    if (m_inotify >= 0)
        ::close(m_inotify);
}

void CodeWatch::watchAll()
{
    m_missing = 0;
    m_walkAgain = false;
    m_visited.clear();
    for (const QString &folder : std::as_const(m_folders))
        watchFolder(folder, Kind::Outer);
}

int CodeWatch::add(const QString &path, Kind kind)
{
    if (m_inotify < 0)
        return -1;
    const int id = ::inotify_add_watch(m_inotify, QFile::encodeName(path).constData(), Changes);
    if (id >= 0) {
        const auto known = m_watched.constFind(id);
        const bool stays = known != m_watched.cend() && known->kind == Kind::Outer && known->path == path;
        m_watched.insert(id, {path, stays ? Kind::Outer : kind});
    } else if (errno == ENOSPC || errno == ENOMEM) {
        fallBack();
    } else if (kind == Kind::Outer) {
        ++m_missing;
    }
    return id;
}

void CodeWatch::watchFolder(const QString &folder, Kind kind)
{
    const int id = add(folder, kind);
    if (id < 0 || m_visited.contains(id))
        return;
    m_visited.insert(id);
    const QFileInfoList entries = QDir(folder).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    for (const QFileInfo &entry : entries) {
        if (entry.isSymLink())
            watchLink(entry.filePath());
        else if (entry.isDir() && !isIgnoredFolder(entry.fileName()))
            watchFolder(entry.filePath(), Kind::Inner);
    }
}

void CodeWatch::watchLink(const QString &link)
{
    if (isIgnoredFolder(QFileInfo(link).fileName()))
        return;
    if (QFileInfo(link).isDir())
        watchFolder(link, Kind::Outer);
    else
        (void)add(link, Kind::Outer);
}

void CodeWatch::fallBack()
{
    ::close(std::exchange(m_inotify, -1));
    m_watched.clear();
}

QByteArray CodeWatch::fingerprint() const
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    for (const QString &folder : m_folders) {
        const QList<CodeFile> files = codeFiles(folder);
        for (const CodeFile &file : files) {
            struct stat info{};
            (void)::stat(QFile::encodeName(file.path).constData(), &info);
            hash.addData(file.name.toUtf8());
            for (const qint64 part : {qint64(info.st_size), qint64(info.st_ino), qint64(info.st_mtim.tv_sec), qint64(info.st_mtim.tv_nsec), qint64(info.st_ctim.tv_sec), qint64(info.st_ctim.tv_nsec)})
                hash.addData(QByteArrayView(reinterpret_cast<const char *>(&part), sizeof part));
        }
    }
    return hash.result();
}

void CodeWatch::readEvents()
{
    alignas(inotify_event) char buffer[16 * 1024];
    ssize_t size = 0;
    while (m_inotify >= 0 && (size = ::read(m_inotify, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < size && m_inotify >= 0;) {
            const auto *event = reinterpret_cast<const inotify_event *>(buffer + at);
            at += ssize_t(sizeof(inotify_event)) + event->len;
            const QString name = event->len > 0 ? QFile::decodeName(event->name) : QString();
            if ((event->mask & IN_ISDIR) && isIgnoredFolder(name))
                continue;
            const auto watched = m_watched.constFind(event->wd);
            // An overflow has lost events, maybe those of new folders.
            if (event->mask & IN_Q_OVERFLOW || (watched != m_watched.cend() && watched->kind == Kind::Outer && event->mask & Gone))
                m_walkAgain = true;
            if (event->mask & IN_IGNORED) {
                m_watched.remove(event->wd);
                continue;
            }
            ++m_generation;
            if (watched == m_watched.cend())
                continue;
            const QString path = watched->path + u'/' + name;
            if (event->mask & IN_MOVE_SELF && watched->kind == Kind::Outer) {
                // It is watched under a name that it no longer has.
                ::inotify_rm_watch(m_inotify, event->wd);
            } else if (event->mask & (IN_CREATE | IN_MOVED_TO)) {
                m_visited.clear();
                if (QFileInfo(path).isSymLink())
                    watchLink(path);
                else if (event->mask & IN_ISDIR)
                    watchFolder(path, Kind::Inner);
            }
        }
    }
}

quint64 CodeWatch::generation()
{
    if (m_inotify >= 0)
        readEvents();
    if (m_inotify >= 0 && (m_walkAgain || m_missing > 0)) {
        const int wasMissing = m_missing;
        watchAll();
        // What has come since is a change that no event told of.
        if (m_missing < wasMissing)
            ++m_generation;
    }
    if (m_inotify < 0) {
        if (QByteArray now = fingerprint(); now != m_fingerprint) {
            m_fingerprint = std::move(now);
            ++m_generation;
        }
    }
    return m_generation;
}

} // namespace eph::sys
