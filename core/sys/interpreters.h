// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QString>
#include <QStringList>

namespace eph::sys {

enum class Language { NodeJs, Python };

/// A real interpreter, never a version manager's shim (which costs up to 90 ms a start).
struct Interpreter {
    QString path;
    QString version; ///< Such as `20.19.2`.

    /// Whether it is what somebody asks for who says `20` or `20.19`.
    [[nodiscard]] bool isVersion(const QString &asked) const;
};

/// Finds interpreters in PATH, and beside a version manager's shims what it has installed. What has to be asked by starting
/// a program (the version, the target of a shim) is asked once and remembered in the user's cache, keyed by the file's time
/// and size and by what the version manager has chosen.
class Interpreters
{
public:
    /// @param searchPath as PATH; the environment's when empty.
    explicit Interpreters(QString searchPath = {});

    /// The interpreter for a version such as `20` or `3.12`: exactly that one where it is installed, otherwise the usual
    /// one. NotFound when there is none.
    [[nodiscard]] Result<Interpreter> find(Language language, const QString &version) const;

private:
    [[nodiscard]] QStringList candidates(Language language, const QString &version) const;
    [[nodiscard]] Result<Interpreter> examine(const QString &path, Language language) const;

    QString m_searchPath;
};

[[nodiscard]] QString languageName(Language language);

} // namespace eph::sys
