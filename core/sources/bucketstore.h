// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"
#include "core/sys/codewatch.h"
#include "core/sys/database.h"

#include <QJsonObject>
#include <QMap>
#include <QObject>
#include <memory>

namespace eph::sources {

struct ObjectInfo {
    QString key;
    qint64 size = 0;
    QString etag; ///< Without quotes.
    qint64 modifiedMs = 0;
    QString contentType;
    QJsonObject headers; ///< What it was stored with: `x-amz-meta-…`, `Cache-Control` and their like.
};

/// What happened to an object.
struct BucketChange {
    QString bucket;
    QString event; ///< `ObjectCreated:Put`, `ObjectCreated:Copy`, `ObjectCreated:CompleteMultipartUpload`, `ObjectRemoved:Delete`.
    ObjectInfo object; ///< Of one that was removed, its key alone.
    QByteArray trace = {}; ///< The X-Amzn-Trace-Id of the call that did it, where there was one.
};

/// Objects and, with a delimiter, what stands for those below it.
struct ObjectList {
    QList<ObjectInfo> objects;
    QStringList prefixes;
    QString next; ///< Key or prefix after which the next page begins; empty: there is none.
};

/// Buckets as S3 has them, each a folder: an object is a file whose path is its key, and a file that somebody puts there or
/// takes away is an object that came or went. Failures of a call have the service's name of it as their detail. One thread.
/// Source: S3 API reference, November 2026.
class BucketStore : public QObject
{
    Q_OBJECT
public:
    /// An empty folder makes a temporary one.
    BucketStore(sys::Database &database, const sys::Clock &clock, const QString &folder, QObject *parent = nullptr);
    ~BucketStore() override;
    [[nodiscard]] static const char *schema();

    /// One that is there is fine.
    [[nodiscard]] Result<void> create(const QString &bucket);
    [[nodiscard]] bool exists(const QString &bucket);
    /// Names and when each was made, in their order.
    [[nodiscard]] QMap<QString, qint64> all();
    /// Fails with `BucketNotEmpty`.
    [[nodiscard]] Result<void> remove(const QString &bucket);
    [[nodiscard]] QString folderOf(const QString &bucket) const;

    /// A file on the same disk for a body that is on its way.
    [[nodiscard]] QString newTemporaryFile();
    /// Takes the file over. `etag` is made from its content where it is empty.
    [[nodiscard]] Result<ObjectInfo> put(const QString &bucket, const ObjectInfo &wanted, const QString &file, const QString &event = QStringLiteral("ObjectCreated:Put"), const QByteArray &trace = {});
    /// Fails with `NoSuchBucket` or `NoSuchKey`.
    [[nodiscard]] Result<ObjectInfo> find(const QString &bucket, const QString &key);
    [[nodiscard]] QString pathOf(const QString &bucket, const QString &key) const;
    /// One that is not there is fine.
    [[nodiscard]] Result<void> removeObject(const QString &bucket, const QString &key, const QByteArray &trace = {});
    [[nodiscard]] Result<ObjectList> list(const QString &bucket, const QString &prefix, const QString &delimiter, const QString &after, int most);
    [[nodiscard]] qint64 count(const QString &bucket);

    /// Files that lie there, and that nobody has looked at yet: they are objects once somebody serves the project. Of a folder with very many
    /// files, some.
    [[nodiscard]] QList<ObjectInfo> unseen(const QString &bucket, int most);

    /// Looks for files that came, changed or went without a call.
    void lookAround();

Q_SIGNALS:
    void changed(const eph::sources::BucketChange &change);

private:
    void scan(const QString &bucket);
    void removeAbandoned();
    [[nodiscard]] qint64 fileTimeOf(const QString &bucket, const QString &key) const;
    /// This state of its file is.
    [[nodiscard]] bool isNoted(const QString &bucket, const ObjectInfo &object) const;
    void write(const QString &bucket, const ObjectInfo &object);
    [[nodiscard]] Result<void> check(const QString &bucket, const QString &key) const;

    sys::Database &m_database;
    const sys::Clock &m_clock;
    QString m_folder;
    bool m_temporary = false;
    std::unique_ptr<sys::CodeWatch> m_watch;
    quint64 m_seen = 0;
    sys::Nanoseconds m_notBefore{}; ///< When it looks again at the earliest.
    bool m_unsettled = false; ///< A file may still be on its way.
};

/// A key as a path: what would leave the folder, or is no name of a file, is percent-encoded. Keys with parts that are longer
/// than a file's name may be have none.
[[nodiscard]] QString pathOfKey(const QString &key);
[[nodiscard]] QString keyOfPath(const QString &path);
[[nodiscard]] QString md5OfFile(const QString &path);

} // namespace eph::sources
