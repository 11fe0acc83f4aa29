// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace eph::services {

/// A place in code that a stack trace or a log line names. Line 0 is unknown.
struct CodePlace {
    QString file;
    int line = 0;
    int column = 0;
};

/// A failure as the service reports it, made readable.
struct ErrorDetails {
    QString type;
    QString message;
    QStringList trace; ///< One frame or line each.
};

/// The error in a payload; nullopt when it has none of the shapes.
[[nodiscard]] std::optional<ErrorDetails> parseError(const QByteArray &payload);

/// Why a function's code could not be loaded, at its place among the project's own files, from what its start has answered; nullopt
/// where no such file is named.
[[nodiscard]] std::optional<Finding> loadFinding(const QString &function, const QByteArray &payload, const QString &projectFolder);

/// The place that a line names, as Node.js (`at f (file:line:column)`) and Python (`File "file", line n`) write it.
[[nodiscard]] std::optional<CodePlace> placeIn(const QString &line);

} // namespace eph::services
