// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/finding.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>

namespace eph::cli {

/// Exit codes of `eph`; scripts depend on them.
enum ExitCode { Fine = 0, Failed = 1, Usage = 2, HasFindings = 3, NotFound = 4, Provider = 5, TimedOut = 6, Cancelled = 130 };

[[nodiscard]] ExitCode exitCodeFor(ErrorCode code);

/// Results, to stdout.
void print(const QByteArray &line);
void print(const QString &line);
/// False when a result did not reach its reader, such as a full disk.
[[nodiscard]] bool printedEverything();
void printJson(const QJsonObject &object);
void printJson(const QJsonArray &array);

/// Everything else, to stderr.
void note(const QString &line);
void noteRaw(const QByteArray &bytes);
/// Prints the error with its hint and returns its exit code.
[[nodiscard]] ExitCode fail(const Error &error);

/// `file:line:column: severity: message`.
[[nodiscard]] QString findingLine(const Finding &finding);
[[nodiscard]] QJsonObject toJson(const Finding &finding);

/// `12.4 ms`, `1.20 s`.
[[nodiscard]] QString duration(double milliseconds);

/// Columns padded to the widest cell; the first row is the heading.
void printTable(const QList<QStringList> &rows);

} // namespace eph::cli
