// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

namespace eph::deploy {

/// A source file and what it holds.
struct SourceFile {
    QString path; ///< Absolute.
    QString text;
};

/// The file with the function's handler, and the files of its own code that it imports, directly or through others: by a relative path
/// in JavaScript and TypeScript, by a module of the code folder in Python. Packages of others are not followed. What is larger than a
/// MiB has been bundled, and is left out. Any thread.
[[nodiscard]] QList<SourceFile> sourceFilesOf(const project::Function &function);

/// What a text imports, as it is written: `./prices`, `lib.prices`, `.prices`.
[[nodiscard]] QStringList importsIn(const QString &text, const QString &path);

} // namespace eph::deploy
