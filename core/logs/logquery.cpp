// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logquery.h"

#include "core/base/text.h"

namespace eph::logs {

using namespace Qt::StringLiterals;

namespace {

const QStringList TextFields{u"function"_s, u"request"_s, u"stream"_s, u"kind"_s};
const QStringList NumberFields{u"duration"_s, u"billed"_s, u"init"_s, u"memory"_s};

[[nodiscard]] tl::unexpected<Error> invalid(const QString &message, const QString &hint = {})
{
    return failure(ErrorCode::Invalid, message, hint);
}

/// `500`, `500ms`, `1.5s`, `2m` in milliseconds; `100`, `100MB` in mebibytes.
[[nodiscard]] std::optional<double> amount(const QString &text, bool isMemory)
{
    static const QRegularExpression form(u"^([0-9.]+)(ms|s|m|MB|MiB|GB)?$"_s, QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = form.match(text);
    bool isNumber = false;
    const double number = match.captured(1).toDouble(&isNumber);
    const QString unit = match.captured(2).toLower();
    const bool memoryUnit = unit == "mb"_L1 || unit == "mib"_L1 || unit == "gb"_L1;
    if (!isNumber || (!unit.isEmpty() && memoryUnit != isMemory))
        return std::nullopt;
    if (unit == "s"_L1)
        return number * 1000;
    if (unit == "m"_L1)
        return number * 60'000;
    return unit == "gb"_L1 ? number * 1024 : number;
}

} // namespace

struct LogQuery::Token {
    enum class Type { Word, Quoted, Regex, Field };
    Type type = Type::Word;
    QString text;
    QString comparison; ///< Of a field.
    QString value;
    bool wanted = true;
    bool anyCase = false;
};

Result<QList<LogQuery::Token>> LogQuery::tokens(const QString &text)
{
    QList<Token> all;
    qsizetype at = 0;
    static const QRegularExpression fieldForm(u"\\G([a-z]+)(:|!=|>=|<=|=|>|<)(\"[^\"]*\"|\\S+)"_s);
    // Up to the sign that opened it; a backslash before it keeps it.
    const auto until = [&](QChar closing) -> std::optional<QString> {
        QString inside;
        for (++at; at < text.size(); ++at) {
            const QChar next = at + 1 < text.size() ? text.at(at + 1) : QChar();
            // Between quotation marks a backslash stands for itself when it is doubled, or when it keeps nothing.
            if (text.at(at) == u'\\' && (next == closing || (closing == u'"' && next == u'\\'))) {
                inside += next;
                ++at;
            } else if (text.at(at) == closing) {
                ++at;
                return inside;
            } else {
                inside += text.at(at);
            }
        }
        return std::nullopt;
    };
    while (at < text.size()) {
        if (text.at(at).isSpace()) {
            ++at;
            continue;
        }
        Token token;
        if (text.at(at) == u'-' && at + 1 < text.size() && !text.at(at + 1).isSpace()) {
            token.wanted = false;
            ++at;
        }
        const qsizetype begin = at;
        if (text.at(at) == u'"' || text.at(at) == u'/') {
            const bool quoted = text.at(at) == u'"';
            const auto inside = until(text.at(at));
            if (!inside)
                return invalid(quoted ? Core::tr("The quotation mark at character %1 is never closed.").arg(begin + 1) : Core::tr("The / at character %1 begins an expression that is never closed.").arg(begin + 1), quoted ? QString() : Core::tr("To look for the sign itself, put it between quotation marks."));
            token.type = quoted ? Token::Type::Quoted : Token::Type::Regex;
            token.text = *inside;
            if (!quoted && at < text.size() && text.at(at) == u'i') {
                token.anyCase = true;
                ++at;
            }
        } else if (const QRegularExpressionMatch match = fieldForm.match(text, at); match.hasMatch() && (match.captured(1) == "level"_L1 || TextFields.contains(match.captured(1)) || NumberFields.contains(match.captured(1)))) {
            token.type = Token::Type::Field;
            token.text = match.captured(1);
            token.comparison = match.captured(2);
            token.value = match.captured(3).startsWith(u'"') ? match.captured(3).sliced(1).chopped(1) : match.captured(3);
            at = match.capturedEnd();
        } else {
            while (at < text.size() && !text.at(at).isSpace())
                ++at;
            token.text = text.sliced(begin, at - begin);
            token.anyCase = token.text == token.text.toLower();
        }
        all << token;
    }
    return all;
}

Result<LogQuery::Field> LogQuery::field(const QString &name, const QString &comparison, const QString &value)
{
    static const QMap<QString, Compare> comparisons{{u":"_s, Compare::Equal}, {u"="_s, Compare::Equal}, {u"!="_s, Compare::NotEqual}, {u"<"_s, Compare::Less}, {u"<="_s, Compare::LessOrEqual}, {u">"_s, Compare::Greater}, {u">="_s, Compare::GreaterOrEqual}};
    Field field{name, comparisons.value(comparison), value, 0, true};
    if (name == "level"_L1) {
        const Level level = levelOf(value.toLatin1());
        if (level == Level::None)
            return invalid(Core::tr("“%1” is no level.").arg(value), Core::tr("There are trace, debug, info, warn, error and fatal."));
        field.number = int(level);
        return field;
    }
    if (NumberFields.contains(name)) {
        const auto number = amount(value, name == "memory"_L1);
        if (!number)
            return invalid(Core::tr("“%1” is no amount for %2.").arg(value, name), name == "memory"_L1 ? Core::tr("Write it as 100MB.") : Core::tr("Write it as 500ms, 1.5s or 2m."));
        field.number = *number;
        return field;
    }
    if (field.compare != Compare::Equal && field.compare != Compare::NotEqual)
        return invalid(Core::tr("%1 is a text: it is equal to another or not.").arg(name), Core::tr("Write %1:%2.").arg(name, value));
    return field;
}

Result<LogQuery> LogQuery::parse(const QString &text)
{
    const auto read = tokens(text);
    if (!read)
        return tl::unexpected(read.error());
    LogQuery query;
    for (const Token &token : *read) {
        if (token.type == Token::Type::Field) {
            auto made = field(token.text, token.comparison, token.value);
            if (!made)
                return tl::unexpected(made.error());
            made->wanted = token.wanted;
            query.m_fields << *std::move(made);
            continue;
        }
        const MatchCase matchCase = token.anyCase ? MatchCase::Insensitive : MatchCase::Sensitive;
        auto matcher = token.type == Token::Type::Regex ? TextMatcher::regex(token.text, matchCase) : TextMatcher::literal(token.text, matchCase);
        if (!matcher)
            return tl::unexpected(matcher.error());
        const Word word{*std::move(matcher), token.wanted};
        // One that is wanted comes first: it is what is looked for.
        if (token.wanted && (query.m_words.isEmpty() || !query.m_words.first().wanted))
            query.m_words.prepend(word);
        else
            query.m_words << word;
    }
    return query;
}

const TextMatcher *LogQuery::first() const
{
    return !m_words.isEmpty() && m_words.first().wanted ? &m_words.first().matcher : nullptr;
}

LogQuery::Scratch::Scratch(const LogQuery &query)
{
    for (const Word &word : query.m_words)
        words.push_back(std::make_unique<TextMatcher::Scratch>(word.matcher));
}

bool LogQuery::wantsText(QByteArrayView line, Scratch &scratch) const
{
    for (qsizetype i = first() ? 1 : 0; i < m_words.size(); ++i) {
        if (m_words.at(i).matcher.matches(line, *scratch.words[size_t(i)]) != m_words.at(i).wanted)
            return false;
    }
    return true;
}

bool LogQuery::compares(double value, Compare compare, double wanted)
{
    switch (compare) {
    case Compare::Equal: return value == wanted;
    case Compare::NotEqual: return value != wanted;
    case Compare::Less: return value < wanted;
    case Compare::LessOrEqual: return value <= wanted;
    case Compare::Greater: return value > wanted;
    case Compare::GreaterOrEqual: return value >= wanted;
    }
    return false;
}

bool LogQuery::holds(const Field &field, const LineFields &line)
{
    if (field.name == "level"_L1)
        return line.level != Level::None && compares(int(line.level), field.compare, field.number);
    if (NumberFields.contains(field.name)) {
        const double value = field.name == "duration"_L1 ? line.durationMs : field.name == "billed"_L1 ? double(line.billedMs) : field.name == "init"_L1 ? line.initMs : double(line.maxMemoryMiB);
        return value >= 0 && compares(value, field.compare, field.number);
    }
    const QString text = field.name == "function"_L1 ? QString::fromUtf8(line.function) : field.name == "request"_L1 ? QString::fromLatin1(line.requestId) : field.name == "stream"_L1 ? QString::fromUtf8(line.stream) : lineKindName(line.kind);
    return (text.compare(field.text, Qt::CaseInsensitive) == 0) == (field.compare == Compare::Equal);
}

bool LogQuery::wantsFields(const LineFields &fields) const
{
    return std::all_of(m_fields.begin(), m_fields.end(), [&](const Field &field) { return holds(field, fields) == field.wanted; });
}

} // namespace eph::logs
