// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logreader.h"

#include <QHash>
#include <QJsonObject>

namespace eph::services {

using logs::LogRequest;
using logs::StoredLine;

[[nodiscard]] QJsonObject toJson(const StoredLine &line);

/// What the logs of a project hold.
struct LogStats {
    qint64 lines = 0;
    qint64 bytes = 0;
    int files = 0;
    qint64 firstMs = -1;
    qint64 lastMs = -1;
    QMap<QString, qint64> byLevel;
    QMap<QString, qint64> byFunction;
    qint64 invocations = 0; ///< Reports.
    qint64 coldStarts = 0;
    qint64 timeouts = 0;
    double medianMs = -1; ///< Of the durations.
    double p95Ms = -1;
    double maxMs = -1;
    int maxMemoryMiB = -1;
};
[[nodiscard]] QJsonObject toJson(const LogStats &stats);

/// The logs of a project, as they are at the moment it is made: what its functions said, in every process, and what was imported.
/// Any thread, one at a time.
class LogService
{
public:
    /// Io when a file cannot be read. No log is no failure.
    [[nodiscard]] static Result<LogService> open(const QString &projectFolder);

    /// See logs::LogReader.
    [[nodiscard]] Result<void> each(const LogRequest &request, const std::atomic<bool> &cancelled, const std::function<bool(const StoredLine &)> &onLine) const { return m_reader.each(request, cancelled, onLine); }
    [[nodiscard]] Result<qint64> count(const LogRequest &request, const std::atomic<bool> &cancelled) const { return m_reader.count(request, cancelled); }
    [[nodiscard]] LogStats stats() const;
    [[nodiscard]] const std::vector<logs::MappedFile> &files() const { return m_reader.files(); }
    [[nodiscard]] bool isInOrder() const { return m_reader.isInOrder(); }

    /// Takes files in; the paths of the new ones. Stops at the first that cannot be taken.
    [[nodiscard]] static Result<QStringList> import(const QStringList &files, const QString &projectFolder, bool redacts);

private:
    explicit LogService(logs::LogReader reader)
        : m_reader(std::move(reader))
    {
    }

    logs::LogReader m_reader;
};

/// What comes into the logs of a project from now on.
class LogFollower
{
public:
    /// Invalid for a query that is none.
    /// From the end of what the service has, so that nothing is missed or told twice. What is imported later is not followed.
    [[nodiscard]] static Result<LogFollower> start(const QString &projectFolder, const LogRequest &request, const LogService &after);

    /// Lines that came since the last look and are wanted, in the order of their times.
    void poll(const std::function<void(const StoredLine &)> &onLine);

private:
    LogFollower(QString folder, logs::LogQuery query, const LogService &after);

    QString m_folder;
    std::shared_ptr<logs::LogQuery> m_query;
    std::unique_ptr<logs::LogQuery::Scratch> m_scratch;
    QHash<QString, qint64> m_read; ///< Bytes of each file.
};

} // namespace eph::services
