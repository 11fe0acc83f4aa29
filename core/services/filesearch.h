// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

namespace eph::services {

/// Files that people edit below a folder, relative to it, nearest first: no dependencies, no history.
[[nodiscard]] QStringList projectFiles(const QString &folder);

struct SearchRequest {
    QString folder = {};
    QString text = {};
    bool regularExpression = false;
    bool matchCase = false;
    QHash<QString, QByteArray> unsaved = {}; ///< By path: what is typed there and not on the disk.
};

struct SearchHit {
    QString file; ///< Relative to the folder.
    int line = 0; ///< From 1.
    int column = 0; ///< From 1, in characters.
    int length = 0;
    QString text; ///< The line, cut where it is very long.
};

struct SearchResult {
    static constexpr int MaxHits = 10'000;
    QList<SearchHit> hits; ///< By file, then by line.
    int files = 0;         ///< With a hit.
    bool cut = false;      ///< There are more than MaxHits.
};

/// Looks through the text files of a project; binary and immense ones are left out. Any thread. Invalid for a regular
/// expression that is none.
[[nodiscard]] Result<SearchResult> searchFiles(const SearchRequest &request);

} // namespace eph::services
