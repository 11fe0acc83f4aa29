// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/text.h"

#include <QRegularExpression>
#include <functional>
#include <optional>

namespace eph::cloud::logfilter {

/// Reads a pattern from left to right.
class Reader
{
public:
    explicit Reader(QString text)
        : m_text(std::move(text))
    {
    }

    void skipSpace();
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] QChar peek() const { return atEnd() ? QChar() : m_text.at(m_at); }
    /// Space, then this text, which is passed.
    [[nodiscard]] bool take(QStringView text);
    /// What matches here, which is passed; null when nothing does.
    [[nodiscard]] QString take(const QRegularExpression &expression);
    /// Invalid, with what is expected, and the place where it is not.
    [[nodiscard]] tl::unexpected<Error> expected(const QString &what) const;
    /// `%…%`. Invalid for characters that the service does not take.
    [[nodiscard]] Result<QRegularExpression> expression();
    /// `"…"`, with `\"` in it.
    [[nodiscard]] Result<QString> quoted();
    [[nodiscard]] int expressions() const { return m_expressions; }

private:
    QString m_text;
    qsizetype m_at = 0;
    int m_expressions = 0;
};

/// A value as a pattern finds it in an event: text, and a number where it is one.
struct Value {
    QString text;
    std::optional<double> number;
};

/// `= 4*`, `!= "words"`, `>= 1e3`, `= %expression%`.
using Condition = std::function<bool(const Value &)>;
[[nodiscard]] Result<Condition> parseCondition(Reader &reader);

/// Conditions with `&&`, which binds more closely, `||` and parentheses.
template<typename Event>
using Test = std::function<bool(const Event &)>;

template<typename Event, typename ParseOne>
[[nodiscard]] Result<Test<Event>> parseCompound(Reader &reader, const ParseOne &parseOne, int depth = 0)
{
    constexpr int Deepest = 50;
    const auto operand = [&]() -> Result<Test<Event>> {
        if (!reader.take(u"("))
            return parseOne(reader);
        if (depth == Deepest)
            return reader.expected(Core::tr("fewer parentheses"));
        auto inner = parseCompound<Event>(reader, parseOne, depth + 1);
        if (inner && !reader.take(u")"))
            return reader.expected(Core::tr("“)”"));
        return inner;
    };
    const auto conjunction = [&]() -> Result<Test<Event>> {
        auto left = operand();
        while (left && reader.take(u"&&")) {
            auto right = operand();
            if (!right)
                return right;
            left = [one = *std::move(left), other = *std::move(right)](const Event &event) { return one(event) && other(event); };
        }
        return left;
    };
    auto left = conjunction();
    while (left && reader.take(u"||")) {
        auto right = conjunction();
        if (!right)
            return right;
        left = [one = *std::move(left), other = *std::move(right)](const Event &event) { return one(event) || other(event); };
    }
    return left;
}

// The kinds of patterns that have brackets.
[[nodiscard]] Result<std::function<bool(const QString &)>> parseMembers(Reader &reader);
[[nodiscard]] Result<std::function<bool(const QString &)>> parseColumns(Reader &reader);

} // namespace eph::cloud::logfilter
