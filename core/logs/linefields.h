// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <optional>

namespace eph::logs {

enum class Level { None, Trace, Debug, Info, Warn, Error, Fatal };
[[nodiscard]] QString levelName(Level level);
/// `warn`, `WARNING`, `err`, `critical` and their like; None for any other word.
[[nodiscard]] Level levelOf(QByteArrayView word);

/// What the platform says, and what a function says.
enum class LineKind { Text, InitStart, Start, End, Report, TimedOut, Platform };
[[nodiscard]] QString lineKindName(LineKind kind);

/// What a line of a log tells about itself; views into the line. Reads the text and the JSON format of Lambda, both runtimes'
/// own lines, what the log service exports, and lines of any other program that begin with a time.
/// Source: Lambda developer guide, log formats, and lines recorded from the service, November 2026.
struct LineFields {
    qint64 epochMs = -1; ///< -1: it has none.
    Level level = Level::None;
    LineKind kind = LineKind::Text;
    QByteArrayView requestId;
    QByteArrayView function;
    QByteArrayView stream; ///< Of the log, where an export has it.
    QByteArrayView text;   ///< What is said; of a JSON line its message, or all of it.
    QByteArrayView printed; ///< The line without what the archive puts before it.
    double durationMs = -1; ///< Of a report; -1: it has none.
    double initMs = -1;
    qint64 billedMs = -1;
    int memoryMiB = -1;
    int maxMemoryMiB = -1;
    bool isJson = false;
    bool isArchived = false; ///< The archive has put before it what it is of.
    /// It goes on with what the line before began, such as a stack trace.
    bool continues = false;
};

/// Any thread; never fails.
[[nodiscard]] LineFields fieldsOf(QByteArrayView line);

/// Milliseconds since 1970 of a time at the beginning of a text, and how much of it that was; nullopt when there is none.
struct TimePrefix {
    qint64 epochMs;
    qsizetype length;
};
[[nodiscard]] std::optional<TimePrefix> timePrefix(QByteArrayView text);

} // namespace eph::logs
