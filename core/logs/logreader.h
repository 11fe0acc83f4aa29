// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logquery.h"
#include "core/logs/mappedfile.h"

#include <atomic>

namespace eph::logs {

/// What is asked of a log.
struct LogRequest {
    QString query; ///< See LogQuery; empty: everything.
    qint64 fromMs = -1;  ///< Milliseconds since 1970; -1: from the first.
    qint64 untilMs = -1; ///< Before it; -1: to the last.
};

/// A line of a log; what it tells of itself goes with the bytes that it is of.
struct StoredLine {
    QByteArrayView bytes;
    LineFields fields; ///< Of a line that goes on with another: the time of that one.
};
/// As it was printed, with the line ends that the event had.
[[nodiscard]] QString unescapedText(const StoredLine &line);

/// The files of a folder that hold logs, as they are at the moment it is made. Any thread, one at a time.
class LogReader
{
public:
    /// Io when a file cannot be read. A folder without logs is no failure.
    [[nodiscard]] static Result<LogReader> open(const QString &folder);

    /// Lines in the order of their times, files side by side. `onLine` says false to end it. Invalid for a query that is none.
    [[nodiscard]] Result<void> each(const LogRequest &request, const std::atomic<bool> &cancelled, const std::function<bool(const StoredLine &)> &onLine) const;
    [[nodiscard]] Result<qint64> count(const LogRequest &request, const std::atomic<bool> &cancelled) const;
    /// In the order of their first times.
    [[nodiscard]] const std::vector<MappedFile> &files() const { return m_files; }
    /// Whether each file ends before the next begins: one after the other they are in the order of their times.
    [[nodiscard]] bool isInOrder() const { return m_inOrder; }

private:
    std::vector<MappedFile> m_files;
    bool m_inOrder = true;
};

} // namespace eph::logs
