// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace eph {

enum class Severity { Note, Warning, Error };

/// Something wrong that can be pointed at. Lines and columns start at 1; 0 means the whole file.
struct Finding {
    Severity severity = Severity::Warning;
    QString rule;    ///< Stable kebab-case name, such as `unknown-key`.
    QString message; ///< Whole sentence, names the object.
    QString hint;    ///< What to do, may be empty.
    QString file;    ///< Absolute path.
    int line = 0;
    int column = 0;
    QString key; ///< Dotted path in the document, such as `Resources.Search.Properties.Timeout`.
};

using Findings = QList<Finding>;

[[nodiscard]] QString severityName(Severity severity);

} // namespace eph
