// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/textmatcher.h"

#include "core/base/text.h"

#include <cstring>
#include <hs.h>

namespace eph::logs {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] bool isAscii(const QString &text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 0x80; });
}

/// Whether an expression could match across the end of a line, where it would find what no line holds.
[[nodiscard]] bool mayCrossLines(const QString &pattern)
{
    static const QRegularExpression crossing(uR"(\\[sSWDHVRnNrvX]|\[\^|\\x|\\0|\(\?[a-z]*s|\\o|\\c|\[\[:)"_s);
    return crossing.match(pattern).hasMatch();
}

/// Whether it matches at a place without taking a character: nobody could say then which side of a line end that is.
[[nodiscard]] bool mayTakeNothing(const QByteArray &pattern, unsigned flags)
{
    hs_expr_info_t *info = nullptr;
    hs_compile_error_t *error = nullptr;
    const bool known = hs_expression_info(pattern.constData(), flags, &info, &error) == HS_SUCCESS;
    const bool nothing = !known || info->min_width == 0;
    ::free(info);
    hs_free_compile_error(error);
    return nothing;
}

[[nodiscard]] QByteArrayView lineAround(QByteArrayView block, qsizetype at)
{
    const auto *before = at > 0 ? static_cast<const char *>(::memrchr(block.data(), '\n', size_t(at))) : nullptr;
    const qsizetype begin = before ? before + 1 - block.data() : 0;
    const auto *after = static_cast<const char *>(std::memchr(block.data() + at, '\n', size_t(block.size() - at)));
    return block.sliced(begin, (after ? after - block.data() : block.size()) - begin);
}

} // namespace

TextMatcher::Scratch::Scratch(const TextMatcher &matcher)
{
    if (matcher.m_database)
        hs_alloc_scratch(matcher.m_database.get(), &m_handle);
}

TextMatcher::Scratch::~Scratch()
{
    hs_free_scratch(m_handle);
}

Result<TextMatcher> TextMatcher::compile(const QByteArray &pattern, unsigned flags, const QRegularExpression &exact)
{
    if (mayTakeNothing(pattern, flags | HS_FLAG_MULTILINE))
        return failure(ErrorCode::Unsupported, {});
    TextMatcher matcher;
    matcher.m_exact = exact;
    hs_database_t *database = nullptr;
    hs_compile_error_t *error = nullptr;
    if (hs_compile(pattern.constData(), flags | HS_FLAG_MULTILINE, HS_MODE_BLOCK, nullptr, &database, &error) == HS_SUCCESS) {
        matcher.m_database = {database, [](hs_database *handle) { hs_free_database(handle); }};
        return matcher;
    }
    hs_free_compile_error(error);
    return failure(ErrorCode::Unsupported, {});
}

Result<TextMatcher> TextMatcher::literal(const QString &text, MatchCase matchCase)
{
    if (text.isEmpty() || text.contains(u'\n'))
        return failure(ErrorCode::Invalid, Core::tr("A word to look for has at least one character, and no line end."));
    const bool insensitive = matchCase == MatchCase::Insensitive;
    // Letters beyond ASCII have two cases of several bytes.
    if (insensitive && !isAscii(text))
        return regex(QRegularExpression::escape(text), matchCase);
    QByteArray pattern;
    const QByteArray utf8 = text.toUtf8();
    for (const char c : utf8)
        pattern += "\\x" + QByteArray(1, c).toHex();
    return compile(pattern, insensitive ? HS_FLAG_CASELESS : 0, QRegularExpression());
}

Result<TextMatcher> TextMatcher::regex(const QString &pattern, MatchCase matchCase)
{
    const bool insensitive = matchCase == MatchCase::Insensitive;
    QRegularExpression exact(pattern, insensitive ? QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption : QRegularExpression::NoPatternOption);
    if (!exact.isValid())
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no regular expression: %2, at character %3.").arg(pattern, exact.errorString()).arg(exact.patternErrorOffset() + 1), Core::tr("Put a backslash before what is meant as it stands."));
    exact.optimize();
    const bool plain = isAscii(pattern);
    if (plain) {
        const unsigned flags = insensitive ? HS_FLAG_CASELESS : 0;
        if (auto matcher = compile(pattern.toUtf8(), flags, mayCrossLines(pattern) ? exact : QRegularExpression()))
            return matcher;
        // What it cannot do, such as looking around, it narrows down.
        if (auto matcher = compile(pattern.toUtf8(), flags | HS_FLAG_PREFILTER, exact))
            return matcher;
    }
    TextMatcher matcher;
    matcher.m_exact = exact;
    return matcher;
}

bool TextMatcher::confirms(QByteArrayView line) const
{
    return m_exact.pattern().isEmpty() || m_exact.match(QString::fromUtf8(line)).hasMatch();
}

template<class OnLine>
bool TextMatcher::eachLine(QByteArrayView block, Scratch &scratch, OnLine onLine) const
{
    if (!m_database) {
        const char *at = block.data();
        const char *end = at + block.size();
        while (at < end) {
            const auto *stop = static_cast<const char *>(std::memchr(at, '\n', size_t(end - at)));
            const QByteArrayView line(at, stop ? stop : end);
            if (confirms(line) && !onLine(line))
                return false;
            at = line.data() + line.size() + 1;
        }
        return true;
    }
    struct State {
        const TextMatcher &matcher;
        QByteArrayView block;
        OnLine &onLine;
        unsigned long long lineEnd = 0; ///< Of the line that has been dealt with.
        bool any = false;
        bool ended = false;
    } state{*this, block, onLine};
    const auto onMatch = [](unsigned, unsigned long long, unsigned long long to, unsigned, void *context) {
        auto &now = *static_cast<State *>(context);
        // One that ends with the line end says nothing of the next line.
        if (now.any && to <= now.lineEnd + 1)
            return 0;
        // What ends with the line end belongs to the line before it.
        const QByteArrayView line = lineAround(now.block, std::max<qsizetype>(0, qsizetype(to) - 1));
        now.any = true;
        now.lineEnd = (unsigned long long)(line.data() + line.size() - now.block.data());
        if (!now.matcher.confirms(line) || now.onLine(line))
            return 0;
        now.ended = true;
        return 1;
    };
    hs_scan(m_database.get(), block.data(), unsigned(block.size()), 0, scratch.m_handle, onMatch, &state);
    return !state.ended;
}

bool TextMatcher::scan(QByteArrayView block, Scratch &scratch, const LineReceiver &receiver) const
{
    return eachLine(block, scratch, [&receiver](QByteArrayView line) { return receiver(line); });
}

qint64 TextMatcher::count(QByteArrayView block, Scratch &scratch) const
{
    if (m_database && m_exact.pattern().isEmpty()) {
        // Nobody wants to know where a line begins.
        struct State {
            QByteArrayView block;
            qint64 lines = 0;
            unsigned long long lineEnd = 0;
        } state{block};
        const auto onMatch = [](unsigned, unsigned long long, unsigned long long to, unsigned, void *context) {
            auto &now = *static_cast<State *>(context);
            if (to <= now.lineEnd)
                return 0;
            ++now.lines;
            const char *at = now.block.data() + to;
            const char *end = now.block.data() + now.block.size();
            const auto *stop = static_cast<const char *>(std::memchr(at, '\n', size_t(end - at)));
            now.lineEnd = (unsigned long long)((stop ? stop : end) - now.block.data());
            return 0;
        };
        hs_scan(m_database.get(), block.data(), unsigned(block.size()), 0, scratch.m_handle, onMatch, &state);
        return state.lines;
    }
    qint64 lines = 0;
    eachLine(block, scratch, [&lines](QByteArrayView) {
        ++lines;
        return true;
    });
    return lines;
}

bool TextMatcher::matches(QByteArrayView line, Scratch &scratch) const
{
    // An empty line has nothing to scan, and may match all the same.
    if (!m_database)
        return confirms(line);
    bool found = false;
    eachLine(line, scratch, [&found](QByteArrayView) {
        found = true;
        return false;
    });
    return found;
}

} // namespace eph::logs
