// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/sourcestores.h"

#include <QFileInfo>

namespace eph::sources {

using namespace Qt::StringLiterals;

SourceStores::SourceStores(std::unique_ptr<sys::Database> database, const sys::Clock &clock, const QString &folder)
    : m_database(std::move(database))
    , m_queues(*m_database, clock)
    , m_streams(*m_database, clock)
    , m_topics(*m_database)
    , m_buckets(*m_database, clock, folder.isEmpty() ? QString() : QString(folder + "/buckets"_L1))
    , m_asyncEvents(*m_database, folder.isEmpty() ? QString() : QString(folder + "/async.lock"_L1))
{
}

QString SourceStores::pathIn(const QString &projectFolder)
{
    return projectFolder + "/.ephemera/sources.sqlite"_L1;
}

Result<std::unique_ptr<SourceStores>> SourceStores::open(const QString &path, const sys::Clock &clock)
{
    auto database = sys::Database::open(path, QByteArray(QueueStore::schema()) + StreamStore::schema() + TopicStore::schema() + BucketStore::schema() + AsyncEvents::schema());
    if (!database)
        return tl::unexpected(database.error());
    return std::unique_ptr<SourceStores>(new SourceStores(*std::move(database), clock, path.isEmpty() ? QString() : QFileInfo(path).absolutePath()));
}

} // namespace eph::sources
