// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/codewatch.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QSet>
#include <cerrno>
#include <sys/inotify.h>
#include <unistd.h>

namespace eph::sys {

namespace {

using namespace Qt::StringLiterals;

constexpr uint32_t Changes = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

} // namespace

bool isIgnoredFolder(const QString &name)
{
    static const QSet<QString> ignored{u".git"_s, u".ephemera"_s, u"__pycache__"_s, u".aws-sam"_s, u".svn"_s, u".hg"_s};
    return ignored.contains(name);
}

CodeWatch::CodeWatch(QStringList folders)
    : m_folders(std::move(folders))
    , m_inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC))
{
    for (const QString &folder : std::as_const(m_folders)) {
        if (m_inotify >= 0)
            watch(folder);
    }
    if (m_inotify < 0)
        m_fingerprint = fingerprint();
}

CodeWatch::~CodeWatch()
{
    if (m_inotify >= 0)
        ::close(m_inotify);
}

void CodeWatch::watch(const QString &folder)
{
    const int id = ::inotify_add_watch(m_inotify, QFile::encodeName(folder).constData(), Changes | IN_ONLYDIR);
    if (id < 0) {
        // A folder that is gone again is no loss; running out of watches is.
        if (errno == ENOSPC || errno == ENOMEM)
            fallBack();
        return;
    }
    m_watched.insert(id, folder);
    const QFileInfoList children = QDir(folder).entryInfoList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot);
    for (const QFileInfo &child : children) {
        if (m_inotify >= 0 && !child.isSymLink() && !isIgnoredFolder(child.fileName()))
            watch(child.filePath());
    }
}

void CodeWatch::fallBack()
{
    ::close(std::exchange(m_inotify, -1));
    m_watched.clear();
}

QByteArray CodeWatch::fingerprint() const
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    QStringList open = m_folders;
    while (!open.isEmpty()) {
        const QString folder = open.takeLast();
        const QFileInfoList entries = QDir(folder).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
        for (const QFileInfo &entry : entries) {
            if (entry.isDir() && !entry.isSymLink()) {
                if (!isIgnoredFolder(entry.fileName()))
                    open << entry.filePath();
                continue;
            }
            hash.addData(entry.filePath().toUtf8());
            hash.addData(QByteArray(QByteArray::number(entry.size()) + ' ' + QByteArray::number(entry.lastModified().toMSecsSinceEpoch())));
        }
    }
    return hash.result();
}

quint64 CodeWatch::generation()
{
    if (m_inotify < 0) {
        if (QByteArray now = fingerprint(); now != m_fingerprint) {
            m_fingerprint = std::move(now);
            ++m_generation;
        }
        return m_generation;
    }
    alignas(inotify_event) char buffer[16 * 1024];
    for (;;) {
        const ssize_t size = ::read(m_inotify, buffer, sizeof buffer);
        if (size <= 0)
            return m_generation;
        for (ssize_t at = 0; at < size;) {
            const auto *event = reinterpret_cast<const inotify_event *>(buffer + at);
            at += ssize_t(sizeof(inotify_event)) + event->len;
            const QString name = event->len > 0 ? QFile::decodeName(event->name) : QString();
            if ((event->mask & IN_ISDIR) && isIgnoredFolder(name))
                continue;
            if (event->mask & IN_IGNORED) {
                m_watched.remove(event->wd);
                continue;
            }
            ++m_generation;
            const bool newFolder = (event->mask & IN_ISDIR) && (event->mask & (IN_CREATE | IN_MOVED_TO));
            if (newFolder && m_watched.contains(event->wd))
                watch(m_watched.value(event->wd) + u'/' + name);
            if (m_inotify < 0)
                return ++m_generation;
        }
    }
}

} // namespace eph::sys
