// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/bucketstore.h"

#include "core/base/text.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QMimeDatabase>
#include <QRegularExpression>
#include <QSet>
#include <QUuid>

namespace eph::sources {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxKeyBytes = 1024;
constexpr qsizetype MaxNameBytes = 255;
/// A file that was written so recently may not be whole.
constexpr qint64 SettledMs = 300;
constexpr qint64 AbandonedMs = 24LL * 3600 * 1000;

[[nodiscard]] tl::unexpected<Error> refused(const QString &name, const QString &message, ErrorCode code = ErrorCode::Invalid)
{
    return failure(code, message, {}, name);
}

[[nodiscard]] ObjectInfo objectOf(const sys::Statement &row)
{
    return {row.text(0), row.integer(1), row.text(2), row.integer(3), row.text(4), QJsonDocument::fromJson(row.bytes(5)).object()};
}

} // namespace

QString pathOfKey(const QString &key)
{
    QStringList parts = key.split(u'/');
    for (QString &part : parts) {
        if (part.isEmpty()) {
            // Nothing else is a percent sign alone.
            part = u"%"_s;
            continue;
        }
        QString safe;
        for (const QChar character : std::as_const(part)) {
            if (character == u'%' || character.unicode() < 0x20 || character.unicode() == 0x7F)
                safe += u"%%1"_s.arg(character.unicode(), 2, 16, QChar(u'0'));
            else
                safe += character;
        }
        part = safe == "."_L1 || safe == ".."_L1 ? safe.replace(u'.', u"%2e"_s) : safe;
        if (part.toUtf8().size() > MaxNameBytes)
            return {};
    }
    return parts.join(u'/');
}

QString keyOfPath(const QString &path)
{
    QStringList parts = path.split(u'/');
    for (QString &part : parts)
        part = part == "%"_L1 ? QString() : QString::fromUtf8(QByteArray::fromPercentEncoding(part.toUtf8()));
    return parts.join(u'/');
}

QString md5OfFile(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Md5);
    return file.open(QIODevice::ReadOnly) && hash.addData(&file) ? QString::fromLatin1(hash.result().toHex()) : QString();
}

const char *BucketStore::schema()
{
    return "CREATE TABLE IF NOT EXISTS bucket(name TEXT PRIMARY KEY, created INTEGER NOT NULL) WITHOUT ROWID;"
           "CREATE TABLE IF NOT EXISTS object(bucket TEXT NOT NULL REFERENCES bucket ON DELETE CASCADE, key TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL, type TEXT NOT NULL, headers BLOB NOT NULL, fileTime INTEGER NOT NULL, PRIMARY KEY(bucket, key)) WITHOUT ROWID;";
}

BucketStore::BucketStore(sys::Database &database, const sys::Clock &clock, const QString &folder, QObject *parent)
    : QObject(parent)
    , m_database(database)
    , m_clock(clock)
    , m_folder(folder)
    , m_temporary(folder.isEmpty())
{
    if (m_temporary)
        m_folder = QDir::tempPath() + "/ephemera-buckets-"_L1 + QUuid::createUuid().toString(QUuid::Id128);
}

BucketStore::~BucketStore()
{
    if (m_temporary)
        QDir(m_folder).removeRecursively();
}

QString BucketStore::folderOf(const QString &bucket) const
{
    return m_folder + u'/' + bucket;
}

QString BucketStore::pathOf(const QString &bucket, const QString &key) const
{
    return folderOf(bucket) + u'/' + pathOfKey(key);
}

QString BucketStore::newTemporaryFile()
{
    // Beside the buckets, so that it can be moved; no bucket's name begins with a dot.
    QDir().mkpath(m_folder + "/.incoming"_L1);
    return m_folder + "/.incoming/"_L1 + QUuid::createUuid().toString(QUuid::Id128);
}

Result<void> BucketStore::create(const QString &bucket)
{
    static const QRegularExpression form(u"^(?!\\d+\\.\\d+\\.\\d+\\.\\d+$)(?!.*\\.\\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"_s);
    if (!form.match(bucket).hasMatch())
        return refused(u"InvalidBucketName"_s, u"The specified bucket is not valid."_s);
    if (exists(bucket) && QDir(folderOf(bucket)).exists())
        return {};
    if (!QDir().mkpath(folderOf(bucket)))
        return failure(ErrorCode::Io, Core::tr("The folder %1 of the bucket could not be made.").arg(folderOf(bucket)));
    sys::Database::Transaction transaction(m_database);
    m_database.run("INSERT OR IGNORE INTO bucket(name, created) VALUES(?1, ?2)", bucket, m_clock.epochMs());
    return transaction.commit();
}

bool BucketStore::exists(const QString &bucket)
{
    sys::Statement row = m_database.query("SELECT 1 FROM bucket WHERE name = ?1");
    row.bind(bucket);
    return row.step();
}

QMap<QString, qint64> BucketStore::all()
{
    QMap<QString, qint64> buckets;
    sys::Statement rows = m_database.query("SELECT name, created FROM bucket");
    while (rows.step())
        buckets.insert(rows.text(0), rows.integer(1));
    return buckets;
}

Result<void> BucketStore::remove(const QString &bucket)
{
    if (!exists(bucket))
        return refused(u"NoSuchBucket"_s, u"The specified bucket does not exist"_s, ErrorCode::NotFound);
    // What somebody put there a moment ago is in it, too.
    QDirIterator files(folderOf(bucket), QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    if (count(bucket) > 0 || files.hasNext())
        return refused(u"BucketNotEmpty"_s, u"The bucket you tried to delete is not empty"_s, ErrorCode::Conflict);
    QDir(folderOf(bucket)).removeRecursively();
    sys::Database::Transaction transaction(m_database);
    m_database.run("DELETE FROM bucket WHERE name = ?1", bucket);
    return transaction.commit();
}

qint64 BucketStore::count(const QString &bucket)
{
    sys::Statement row = m_database.query("SELECT count(*) FROM object WHERE bucket = ?1");
    row.bind(bucket);
    return row.step() ? row.integer(0) : 0;
}

Result<void> BucketStore::check(const QString &bucket, const QString &key) const
{
    if (key.isEmpty() || key.toUtf8().size() > MaxKeyBytes)
        return refused(u"KeyTooLongError"_s, u"Your key is too long"_s);
    const QString path = pathOfKey(key);
    if (path.isEmpty())
        return refused(u"KeyTooLongError"_s, Core::tr("A part of the key is longer than the name of a file may be."));
    // A bucket here is a folder.
    for (qsizetype slash = path.indexOf(u'/'); slash > 0; slash = path.indexOf(u'/', slash + 1)) {
        if (QFileInfo(folderOf(bucket) + u'/' + path.left(slash)).isFile())
            return refused(u"InvalidRequest"_s, Core::tr("“%1” is an object here, so nothing can be below it: a bucket is a folder on this machine.").arg(keyOfPath(path.left(slash))));
    }
    if (QFileInfo(pathOf(bucket, key)).isDir())
        return refused(u"InvalidRequest"_s, Core::tr("There are objects below “%1”, so it cannot be one here: a bucket is a folder on this machine.").arg(key));
    return {};
}

qint64 BucketStore::fileTimeOf(const QString &bucket, const QString &key) const
{
    return QFileInfo(pathOf(bucket, key)).lastModified().toMSecsSinceEpoch();
}

bool BucketStore::isNoted(const QString &bucket, const ObjectInfo &object) const
{
    sys::Statement row = m_database.query("SELECT 1 FROM object WHERE bucket = ?1 AND key = ?2 AND size = ?3 AND fileTime = ?4");
    row.bind(bucket).bind(object.key).bind(object.size).bind(fileTimeOf(bucket, object.key));
    return row.step();
}

void BucketStore::write(const QString &bucket, const ObjectInfo &object)
{
    m_database.run("INSERT OR REPLACE INTO object(bucket, key, size, etag, modified, type, headers, fileTime) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", bucket, object.key, object.size, object.etag, object.modifiedMs, object.contentType,
                   QJsonDocument(object.headers).toJson(QJsonDocument::Compact), fileTimeOf(bucket, object.key));
}

Result<ObjectInfo> BucketStore::put(const QString &bucket, const ObjectInfo &wanted, const QString &file, const QString &event, const QByteArray &trace)
{
    if (!exists(bucket))
        return refused(u"NoSuchBucket"_s, u"The specified bucket does not exist"_s, ErrorCode::NotFound);
    if (const auto good = check(bucket, wanted.key); !good)
        return tl::unexpected(good.error());
    ObjectInfo object = wanted;
    object.size = QFileInfo(file).size();
    object.modifiedMs = m_clock.epochMs();
    if (object.etag.isEmpty())
        object.etag = md5OfFile(file);
    if (object.contentType.isEmpty())
        object.contentType = u"binary/octet-stream"_s;
    const QString path = pathOf(bucket, object.key);
    QDir().mkpath(QFileInfo(path).absolutePath());
    // A reader of the old content keeps it.
    if (::rename(QFile::encodeName(file).constData(), QFile::encodeName(path).constData()) != 0)
        return failure(ErrorCode::Io, Core::tr("“%1” could not be written to %2.").arg(object.key, path), Core::tr("Look whether the disk is full."));
    sys::Database::Transaction transaction(m_database);
    write(bucket, object);
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    Q_EMIT changed({bucket, event, object, trace});
    return object;
}

Result<ObjectInfo> BucketStore::find(const QString &bucket, const QString &key)
{
    if (!exists(bucket))
        return refused(u"NoSuchBucket"_s, u"The specified bucket does not exist"_s, ErrorCode::NotFound);
    sys::Statement row = m_database.query("SELECT key, size, etag, modified, type, headers FROM object WHERE bucket = ?1 AND key = ?2");
    row.bind(bucket).bind(key);
    if (row.step())
        return objectOf(row);
    return refused(u"NoSuchKey"_s, u"The specified key does not exist."_s, ErrorCode::NotFound);
}

Result<void> BucketStore::removeObject(const QString &bucket, const QString &key, const QByteArray &trace)
{
    if (const auto there = find(bucket, key); !there)
        return there.error().detail == "NoSuchKey"_L1 ? Result<void>() : tl::unexpected(there.error());
    const QString path = pathOf(bucket, key);
    if (QFile::exists(path) && !QFile::remove(path))
        return failure(ErrorCode::Io, Core::tr("%1 could not be removed.").arg(path));
    // Folders that hold nothing are not there in the cloud, either.
    QDir folder(QFileInfo(path).absolutePath());
    while (folder.absolutePath() != QDir(folderOf(bucket)).absolutePath() && folder.isEmpty()) {
        const QString name = folder.dirName();
        if (!folder.cdUp() || !folder.rmdir(name))
            break;
    }
    sys::Database::Transaction transaction(m_database);
    m_database.run("DELETE FROM object WHERE bucket = ?1 AND key = ?2", bucket, key);
    const bool mine = m_database.changes() > 0;
    if (const auto written = transaction.commit(); !written)
        return written;
    if (mine)
        Q_EMIT changed({bucket, u"ObjectRemoved:Delete"_s, {key, 0, {}, m_clock.epochMs(), {}, {}}, trace});
    return {};
}

Result<ObjectList> BucketStore::list(const QString &bucket, const QString &prefix, const QString &delimiter, const QString &after, int most)
{
    if (!exists(bucket))
        return refused(u"NoSuchBucket"_s, u"The specified bucket does not exist"_s, ErrorCode::NotFound);
    constexpr int Page = 1000;
    const QString last = QString::fromUcs4(U"\U0010FFFF");
    ObjectList found;
    QString from = after;
    // A page that ended with a prefix goes on behind all that it stands for.
    if (!delimiter.isEmpty() && from.startsWith(prefix) && from.endsWith(delimiter) && from.size() > prefix.size())
        from += last;
    while (true) {
        QList<ObjectInfo> page;
        {
            sys::Statement rows = m_database.query("SELECT key, size, etag, modified, type, headers FROM object WHERE bucket = ?1 AND key > ?2 AND key >= ?3 AND substr(key, 1, length(?3)) = ?3 ORDER BY key LIMIT ?4");
            rows.bind(bucket).bind(from).bind(prefix).bind(Page);
            while (rows.step())
                page << objectOf(rows);
        }
        if (page.isEmpty())
            return found;
        for (const ObjectInfo &object : std::as_const(page)) {
            const qsizetype end = delimiter.isEmpty() ? -1 : object.key.indexOf(delimiter, prefix.size());
            const QString below = end < 0 ? QString() : object.key.left(end + delimiter.size());
            if (!below.isEmpty() && object.key <= from && from.startsWith(below))
                continue;
            if (found.objects.size() + found.prefixes.size() >= most) {
                const QString lastKey = found.objects.isEmpty() ? QString() : found.objects.last().key;
                found.next = found.prefixes.isEmpty() ? lastKey : std::max(lastKey, found.prefixes.last());
                return found;
            }
            if (below.isEmpty()) {
                found.objects << object;
                from = object.key;
                continue;
            }
            found.prefixes << below;
            from = below + last;
            // The rest of this page may lie below it.
            break;
        }
    }
}

/// What was on its way when a process was killed. Another process may be at work on what is younger.
void BucketStore::removeAbandoned()
{
    const QFileInfoList files = QDir(m_folder + "/.incoming"_L1).entryInfoList(QDir::Files);
    for (const QFileInfo &file : files) {
        if (file.lastModified().msecsTo(QDateTime::currentDateTime()) > AbandonedMs)
            QFile::remove(file.filePath());
    }
}

void BucketStore::lookAround()
{
    if (!m_watch) {
        removeAbandoned();
        m_watch = std::make_unique<sys::CodeWatch>(QStringList{m_folder});
    }
    const quint64 generation = m_watch->generation();
    if (generation == m_seen && !m_unsettled)
        return;
    // Looking takes at most a twentieth of the time, however many objects there are.
    const auto begun = m_clock.monotonic();
    if (begun < m_notBefore)
        return;
    m_seen = generation;
    m_unsettled = false;
    const QMap<QString, qint64> buckets = all();
    for (auto it = buckets.begin(); it != buckets.end(); ++it)
        scan(it.key());
    m_notBefore = m_clock.monotonic() + 20 * (m_clock.monotonic() - begun);
}

QList<ObjectInfo> BucketStore::unseen(const QString &bucket, int most)
{
    constexpr int MostLookedAt = 2000;
    QList<ObjectInfo> found;
    const QDir root(folderOf(bucket));
    QDirIterator files(root.absolutePath(), QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDirIterator::Subdirectories);
    for (int i = 0; i < MostLookedAt && files.hasNext() && found.size() < most; ++i) {
        files.next();
        const QFileInfo info = files.fileInfo();
        const QString key = keyOfPath(root.relativeFilePath(info.filePath()));
        if (!find(bucket, key))
            found << ObjectInfo{key, info.size(), {}, info.lastModified().toMSecsSinceEpoch(), {}, {}};
    }
    return found;
}

void BucketStore::scan(const QString &bucket)
{
    struct Known {
        qint64 size;
        qint64 fileTime;
    };
    QHash<QString, Known> known;
    {
        sys::Statement rows = m_database.query("SELECT key, size, fileTime FROM object WHERE bucket = ?1");
        rows.bind(bucket);
        while (rows.step())
            known.insert(rows.text(0), {rows.integer(1), rows.integer(2)});
    }
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const QDir root(folderOf(bucket));
    QList<ObjectInfo> came;
    QDirIterator files(root.absolutePath(), QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        files.next();
        const QFileInfo info = files.fileInfo();
        const QString key = keyOfPath(root.relativeFilePath(info.filePath()));
        const qint64 fileTime = info.lastModified().toMSecsSinceEpoch();
        const auto before = known.constFind(key);
        const bool same = before != known.cend() && before->size == info.size() && before->fileTime == fileTime;
        known.remove(key);
        if (same)
            continue;
        if (now - fileTime < SettledMs && now >= fileTime) {
            m_unsettled = true;
            continue;
        }
        came << ObjectInfo{key, info.size(), md5OfFile(info.filePath()), m_clock.epochMs(), QMimeDatabase().mimeTypeForFile(info, QMimeDatabase::MatchExtension).name(), {}};
    }
    if (came.isEmpty() && known.isEmpty())
        return;
    // Another process may look at the same folder: who notes a change first tells of it.
    QList<BucketChange> mine;
    sys::Database::Transaction transaction(m_database);
    for (const ObjectInfo &object : std::as_const(came)) {
        if (isNoted(bucket, object))
            continue;
        write(bucket, object);
        mine << BucketChange{bucket, u"ObjectCreated:Put"_s, object};
    }
    for (auto gone = known.cbegin(); gone != known.cend(); ++gone) {
        m_database.run("DELETE FROM object WHERE bucket = ?1 AND key = ?2", bucket, gone.key());
        if (m_database.changes() > 0)
            mine << BucketChange{bucket, u"ObjectRemoved:Delete"_s, {gone.key(), 0, {}, m_clock.epochMs(), {}, {}}};
    }
    if (!transaction.commit())
        return;
    for (const BucketChange &change : std::as_const(mine))
        Q_EMIT changed(change);
}

} // namespace eph::sources
