// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/linefields.h"
#include "core/logs/textmatcher.h"

#include <QList>

namespace eph::logs {

/// Which lines are wanted: words, `"quoted text"`, `/expressions/` with `/i` for any case, and fields such as `level>=warn`,
/// `function:checkout`, `request:…`, `kind:report`, `duration>500ms`, `memory>=100MB`. All of them hold for a line; what begins
/// with `-` must not. A word in lower case is found in any case, one with a capital as it stands. Pure.
class LogQuery
{
public:
    /// Invalid with what is wrong and what may stand there.
    [[nodiscard]] static Result<LogQuery> parse(const QString &text);

    [[nodiscard]] bool isEmpty() const { return m_words.isEmpty() && m_fields.isEmpty(); }
    /// Something that every wanted line holds, to look for first; null when there is no such thing.
    [[nodiscard]] const TextMatcher *first() const;
    /// Whether the first is all there is to it.
    [[nodiscard]] bool isFirstAlone() const { return m_words.size() == 1 && m_fields.isEmpty() && first(); }
    [[nodiscard]] bool usesFields() const { return !m_fields.isEmpty(); }

    /// What one thread needs.
    struct Scratch {
        explicit Scratch(const LogQuery &query);
        std::vector<std::unique_ptr<TextMatcher::Scratch>> words;
    };
    /// Of a line that holds the first already.
    [[nodiscard]] bool wantsText(QByteArrayView line, Scratch &scratch) const;
    [[nodiscard]] bool wantsFields(const LineFields &fields) const;

    /// All of it.
    [[nodiscard]] bool wants(QByteArrayView line, const LineFields &fields, Scratch &scratch) const { return (!first() || first()->matches(line, *scratch.words.front())) && wantsText(line, scratch) && wantsFields(fields); }

private:
    enum class Compare { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };
    struct Word {
        TextMatcher matcher;
        bool wanted = true;
    };
    struct Field {
        QString name;
        Compare compare = Compare::Equal;
        QString text;
        double number = 0;
        bool wanted = true;
    };
    struct Token;
    [[nodiscard]] static Result<QList<Token>> tokens(const QString &text);
    [[nodiscard]] static Result<Field> field(const QString &name, const QString &comparison, const QString &value);
    [[nodiscard]] static bool compares(double value, Compare compare, double wanted);
    [[nodiscard]] static bool holds(const Field &field, const LineFields &line);

    QList<Word> m_words; ///< The first positive one in front.
    QList<Field> m_fields;
};

} // namespace eph::logs
