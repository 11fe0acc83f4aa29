// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

namespace eph::package {

/// What stays out of a package, by the rules of gitignore: later lines win, `!` takes back, `/` at the end means folders, a `/`
/// elsewhere binds to the root, `**` spans folders. Names are told apart by case. A value.
class IgnoreRules
{
public:
    /// Adds lines; what cannot be a rule, such as a comment, adds nothing.
    void add(const QString &text);
    [[nodiscard]] bool isEmpty() const { return m_rules.isEmpty(); }

    enum class Kind { File, Folder };
    /// `path` is relative to the root, with `/`; whether its folders are ignored is for the caller to ask first. Empty, or the
    /// rule that keeps it out.
    [[nodiscard]] QString ignoredBy(const QString &path, Kind kind) const;

private:
    struct Rule {
        enum class Test { Equals, EndsWith, Pattern };
        QString text;
        Test test = Test::Pattern; ///< Most rules need no expression.
        QString literal;
        QRegularExpression pattern;
        bool takesBack = false;
        bool foldersOnly = false;
        bool byName = false; ///< Of the last part of a path, in any folder.

        [[nodiscard]] bool matches(QStringView what) const;
    };
    QList<Rule> m_rules;
};

/// Lines that keep out what no function needs: what version control, editors, build tools and the runtime's own caches leave
/// behind, and files of variables, which may hold secrets. `runtime` is an identifier such as `nodejs20.x`.
[[nodiscard]] QString standardIgnores(const QString &runtime);

} // namespace eph::package
