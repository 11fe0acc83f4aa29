// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/logs/line.h"
#include "core/logs/redaction.h"

#include <QByteArray>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace eph::logs {

/// How much of a log is kept, and how.
struct ArchiveOptions {
    qint64 segmentBytes = 256LL * 1024 * 1024; ///< Then the next file begins.
    qint64 keepBytes = 4LL * 1024 * 1024 * 1024; ///< Of all files; the oldest go.
    int keepDays = 30;
    qint64 bufferBytes = 64LL * 1024 * 1024; ///< What may wait for the disk; more is dropped, counted and told.
    QList<Redaction::Rule> rules = Redaction::standardRules(); ///< Take secrets out; none leave them in.
};

/// Writes lines to files of a folder, each process to its own, as text that anybody can read: see appendArchiveLine(). What was flushed
/// is there after a killed process. A process that was killed in the middle of a line leaves its beginning, which LogReader passes over. Any
/// thread.
class LogArchive final : public Sink
{
public:
    /// Removes what is too old. Io when the folder cannot be written.
    [[nodiscard]] static Result<std::unique_ptr<LogArchive>> open(const QString &folder, const ArchiveOptions &options = {});
    /// Writes what waits.
    ~LogArchive() override;
    LogArchive(const LogArchive &) = delete;
    LogArchive &operator=(const LogArchive &) = delete;

    /// Never waits for the disk.
    void append(Line line) override;
    [[nodiscard]] Result<void> flush() override;
    [[nodiscard]] qint64 dropped() const;
    /// Where those of a project lie.
    [[nodiscard]] static QString folderIn(const QString &projectFolder);

private:
    LogArchive(QString folder, const ArchiveOptions &options);
    void write();
    [[nodiscard]] Result<void> begin();
    /// Its file was removed, or never made.
    [[nodiscard]] bool isGone() const;
    /// Takes from the block what is written.
    [[nodiscard]] Result<void> writeSome(QByteArray &block);

    const QString m_folder;
    const ArchiveOptions m_options;
    mutable std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::condition_variable m_written;
    QByteArray m_waiting;
    quint64 m_appended = 0; ///< Blocks that were begun.
    quint64 m_done = 0;
    qint64 m_dropped = 0;
    qint64 m_toldDropped = 0;
    bool m_wantsFlush = false;
    bool m_ends = false;
    QString m_problem; ///< Of the last write; empty: none.
    int m_file = -1;
    QString m_path; ///< Of the file.
    qint64 m_size = 0; ///< Of the file.
    bool m_isWhole = true; ///< It ends with a line end.
    int m_number = 0;
    std::thread m_thread;
};

/// `@TIME\tFUNCTION\tENVIRONMENT\tREQUEST\tF\tTEXT` and a line end; P for what the platform says, - for what there is none of. Line ends
/// within the text are vertical tabs.
void appendArchiveLine(QByteArray &to, const Line &line);

/// The same without its end.
[[nodiscard]] QByteArray archiveLine(const Line &line);

/// Files of a folder that hold logs, oldest first.
[[nodiscard]] QStringList logFilesIn(const QString &folder);

/// Takes a log of somebody else into a folder: plain, or packed by gzip. The new file's path. NotFound, Io, or Invalid for what is no text.
/// `rules` take secrets out; none leave them in.
[[nodiscard]] Result<QString> importLog(const QString &file, const QString &folder, const QList<Redaction::Rule> &rules = Redaction::standardRules());

} // namespace eph::logs
