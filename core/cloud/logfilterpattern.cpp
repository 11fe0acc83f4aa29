// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logfilterpattern.h"

#include "core/cloud/logfiltercondition.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

using Matches = std::function<bool(const QString &)>;

[[nodiscard]] Result<Matches> parseTerms(logfilter::Reader &reader)
{
    QStringList wanted;
    QStringList unwanted;
    QStringList either;
    for (reader.skipSpace(); !reader.atEnd(); reader.skipSpace()) {
        QStringList &kind = reader.take(u"-") ? unwanted : reader.take(u"?") ? either : wanted;
        if (reader.peek() == u'"') {
            const auto text = reader.quoted();
            if (!text)
                return tl::unexpected(text.error());
            kind << *text;
            continue;
        }
        static const QRegularExpression word(u"\\S+"_s);
        static const QRegularExpression plain(u"^\\w+$"_s, QRegularExpression::UseUnicodePropertiesOption);
        const QString term = reader.take(word);
        if (!plain.match(term).hasMatch())
            return failure(ErrorCode::Invalid, Core::tr("Invalid character(s) in term '%1'").arg(term));
        kind << term;
    }
    // Beside others these are of no account.
    if (!wanted.isEmpty() || !unwanted.isEmpty())
        either.clear();
    return [wanted, unwanted, either](const QString &message) {
        const auto isIn = [&message](const QString &term) { return message.contains(term); };
        return std::all_of(wanted.begin(), wanted.end(), isIn) && std::none_of(unwanted.begin(), unwanted.end(), isIn)
            && (either.isEmpty() || std::any_of(either.begin(), either.end(), isIn));
    };
}

[[nodiscard]] Result<Matches> parseExpression(logfilter::Reader &reader)
{
    return reader.expression().map([](const QRegularExpression &expression) -> Matches {
        return [expression](const QString &message) { return expression.match(message).hasMatch(); };
    });
}

} // namespace

Result<LogFilterPattern> LogFilterPattern::parse(const QString &text)
{
    constexpr int MostExpressions = 2;
    logfilter::Reader reader(text.trimmed());
    if (reader.atEnd() || text.trimmed() == "\" \""_L1)
        return LogFilterPattern();
    const QChar first = reader.peek();
    auto matches = first == u'{' ? logfilter::parseMembers(reader) : first == u'[' ? logfilter::parseColumns(reader) : first == u'%' ? parseExpression(reader) : parseTerms(reader);
    if (!matches)
        return tl::unexpected(matches.error());
    reader.skipSpace();
    if (!reader.atEnd())
        return reader.expected(Core::tr("the end"));
    if (reader.expressions() > MostExpressions)
        return reader.expected(Core::tr("a pattern with two expressions at most"));
    return LogFilterPattern(*std::move(matches));
}

} // namespace eph::cloud
