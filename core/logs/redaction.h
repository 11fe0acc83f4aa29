// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/textmatcher.h"

namespace eph::logs {

/// Takes secrets out of a log on its way in: access keys, tokens, passwords, private keys. Any thread, one at a time.
class Redaction
{
public:
    /// A rule's expression; what its first group holds stays, the rest goes. A rule without a group goes whole.
    struct Rule {
        QString name;
        QString expression;
    };
    [[nodiscard]] static QList<Rule> standardRules();
    /// Those of a project: `redaction.json` in its folder, `{"rules": [{"name": …, "expression": …}], "standard": true}`, whose own come after
    /// the standard ones; without such a file those alone. Invalid for a file that is none, naming what is wrong.
    [[nodiscard]] static Result<QList<Rule>> rulesOf(const QString &projectFolder);

    /// Invalid when an expression is none.
    [[nodiscard]] static Result<Redaction> make(const QList<Rule> &rules);

    /// The same lines without secrets; the same bytes where there are none. Whole lines go in.
    [[nodiscard]] QByteArray apply(const QByteArray &lines);

private:
    Redaction() = default;

    std::shared_ptr<TextMatcher> m_any; ///< Null without rules.
    std::unique_ptr<TextMatcher::Scratch> m_scratch;
    QList<QRegularExpression> m_rules;
};

} // namespace eph::logs
