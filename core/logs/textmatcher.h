// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArrayView>
#include <QRegularExpression>
#include <functional>
#include <memory>

struct hs_database;
struct hs_scratch;

namespace eph::logs {

enum class MatchCase { Sensitive, Insensitive };

/// Finds the lines of a text that hold a word or match a regular expression. Compiled once, used by many threads, each with a
/// scratch of its own.
class TextMatcher
{
public:
    [[nodiscard]] static Result<TextMatcher> literal(const QString &text, MatchCase matchCase);
    /// Perl's syntax. Invalid with the place of what is wrong.
    [[nodiscard]] static Result<TextMatcher> regex(const QString &pattern, MatchCase matchCase);

    /// What one thread needs; made from the matcher that it is used with.
    class Scratch
    {
    public:
        explicit Scratch(const TextMatcher &matcher);
        ~Scratch();
        Scratch(const Scratch &) = delete;
        Scratch &operator=(const Scratch &) = delete;

    private:
        friend class TextMatcher;
        hs_scratch *m_handle = nullptr;
    };

    /// Gets each line that matches, once, without its end; false ends it.
    using LineReceiver = std::function<bool(QByteArrayView line)>;
    /// `block` begins and ends with whole lines. False when it was ended.
    bool scan(QByteArrayView block, Scratch &scratch, const LineReceiver &receiver) const;
    /// How many lines match; quicker than counting them by scan().
    [[nodiscard]] qint64 count(QByteArrayView block, Scratch &scratch) const;
    [[nodiscard]] bool matches(QByteArrayView line, Scratch &scratch) const;

private:
    [[nodiscard]] static Result<TextMatcher> compile(const QByteArray &pattern, unsigned flags, const QRegularExpression &exact);
    template<class OnLine>
    bool eachLine(QByteArrayView block, Scratch &scratch, OnLine onLine) const;
    [[nodiscard]] bool confirms(QByteArrayView line) const;

    std::shared_ptr<hs_database> m_database; ///< Null: the engine cannot take it, and `m_exact` does all.
    QRegularExpression m_exact; ///< Asked about each line that the engine found; without a pattern the engine's word is enough.
};

} // namespace eph::logs
