// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sources/asyncevents.h"
#include "core/sources/bucketstore.h"
#include "core/sources/queuestore.h"
#include "core/sources/streamstore.h"
#include "core/sources/topicstore.h"

namespace eph::sources {

/// All event sources of a project, and what waits for its asynchronous invocations, in one file, and its buckets in folders beside it. Several processes may have it open: one serves, another looks or sends.
class SourceStores
{
public:
    /// Io when the file cannot be opened. An empty path keeps everything in memory.
    [[nodiscard]] static Result<std::unique_ptr<SourceStores>> open(const QString &path, const sys::Clock &clock);
    /// Where those of a project lie. Nothing is made yet.
    [[nodiscard]] static QString pathIn(const QString &projectFolder);

    [[nodiscard]] QueueStore &queues() { return m_queues; }
    [[nodiscard]] StreamStore &streams() { return m_streams; }
    [[nodiscard]] TopicStore &topics() { return m_topics; }
    [[nodiscard]] BucketStore &buckets() { return m_buckets; }
    [[nodiscard]] AsyncEvents &asyncEvents() { return m_asyncEvents; }
    /// Another number after another process has written.
    [[nodiscard]] qint64 foreignVersion() { return m_database->foreignVersion(); }

private:
    SourceStores(std::unique_ptr<sys::Database> database, const sys::Clock &clock, const QString &folder);

    std::unique_ptr<sys::Database> m_database;
    QueueStore m_queues;
    StreamStore m_streams;
    TopicStore m_topics;
    BucketStore m_buckets;
    AsyncEvents m_asyncEvents;
};

} // namespace eph::sources
