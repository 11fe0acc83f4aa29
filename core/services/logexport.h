// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/line.h"
#include "core/logs/redaction.h"
#include "core/services/linecost.h"
#include "core/services/logservice.h"

namespace eph::services {

/// A line as one JSON object on one line, with the cost of the invocation after a report.
[[nodiscard]] QByteArray jsonLine(const StoredLine &line, const LineCost &cost);

/// Where lines are written to.
struct LogExport {
    enum class Format { Text, JsonLines };
    QString file; ///< Replaced once all of it is written.
    Format format = Format::Text;
    LineCost cost = {};
    QList<logs::Redaction::Rule> rules = logs::Redaction::standardRules(); ///< For lines that were never kept: what is on the disk is clean.
};

/// How many lines were written. Io where the file cannot be; Invalid for a query that is none. Any thread.
[[nodiscard]] Result<qint64> exportLog(const LogService &log, const LogRequest &request, const LogExport &to);
/// The same of lines that somebody has, without secrets; Invalid for a rule that is none.
[[nodiscard]] Result<qint64> exportLines(const QList<logs::Line> &lines, const LogExport &to);

} // namespace eph::services
