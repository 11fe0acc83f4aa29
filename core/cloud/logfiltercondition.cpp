// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logfiltercondition.h"


namespace eph::cloud::logfilter {

using namespace Qt::StringLiterals;

void Reader::skipSpace()
{
    while (!atEnd() && m_text.at(m_at).isSpace())
        ++m_at;
}

bool Reader::take(QStringView text)
{
    skipSpace();
    if (!QStringView(m_text).mid(m_at).startsWith(text))
        return false;
    m_at += text.size();
    return true;
}

QString Reader::take(const QRegularExpression &expression)
{
    const QRegularExpressionMatch match = expression.match(m_text, m_at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    if (!match.hasMatch())
        return {};
    m_at = match.capturedEnd();
    return match.captured();
}

tl::unexpected<Error> Reader::expected(const QString &what) const
{
    return failure(ErrorCode::Invalid, Core::tr("Invalid filter pattern: %1 is expected at character %2.").arg(what).arg(m_at + 1));
}

Result<QRegularExpression> Reader::expression()
{
    const qsizetype end = m_text.indexOf(u'%', m_at + 1);
    const QString text = m_text.mid(m_at + 1, end - m_at - 1);
    if (end < 0 || text.isEmpty())
        return expected(Core::tr("an expression between two “%”"));
    // Without groups, so that none takes for ever.
    static const QRegularExpression allowed(uR"x(^(?:[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|*+. ]|\\[dDsSwW]|\\x[0-9A-Fa-f]{2}|\\[^A-Za-z0-9()!])*$)x"_s);
    static const QRegularExpression onlyAscii(u"^[\\x20-\\x7e]*$"_s);
    if (!allowed.match(text).hasMatch() || !onlyAscii.match(text).hasMatch())
        return expected(Core::tr("an expression of letters, digits, “: _ # = @ / ; , -”, the operators “^ $ ? [ ] { } | \\ * + .” and \\xhh for all else"));
    // Without a least number it is none.
    QRegularExpression expression(QString(text).replace(u"{,"_s, u"{0,"_s));
    if (!expression.isValid())
        return expected(Core::tr("an expression (%1)").arg(expression.errorString()));
    m_at = end + 1;
    ++m_expressions;
    return expression;
}

Result<QString> Reader::quoted()
{
    static const QRegularExpression text(uR"x("((?:[^"\\]|\\.)*)")x"_s);
    const QString found = take(text);
    if (found.isNull())
        return expected(Core::tr("a second quotation mark"));
    return found.mid(1, found.size() - 2).replace("\\\""_L1, "\""_L1);
}

namespace {

enum class Operator { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };

[[nodiscard]] std::optional<Operator> takeOperator(Reader &reader)
{
    static const QList<std::pair<QString, Operator>> all{{u"!="_s, Operator::NotEqual}, {u"<="_s, Operator::LessOrEqual}, {u">="_s, Operator::GreaterOrEqual}, {u"="_s, Operator::Equal}, {u"<"_s, Operator::Less}, {u">"_s, Operator::Greater}};
    for (const auto &[text, one] : all) {
        if (reader.take(text))
            return one;
    }
    return std::nullopt;
}

[[nodiscard]] bool compares(double value, Operator with, double wanted)
{
    switch (with) {
    case Operator::Equal: return value == wanted;
    case Operator::NotEqual: return value != wanted;
    case Operator::Less: return value < wanted;
    case Operator::LessOrEqual: return value <= wanted;
    case Operator::Greater: return value > wanted;
    case Operator::GreaterOrEqual: return value >= wanted;
    }
    return false;
}

[[nodiscard]] Condition found(const QRegularExpression &expression, bool wanted)
{
    expression.optimize();
    return [expression, wanted](const Value &value) { return expression.match(value.text).hasMatch() == wanted; };
}

/// An asterisk stands for any text.
[[nodiscard]] Condition alike(const QString &text, bool wanted)
{
    if (!text.contains(u'*'))
        return [text, wanted](const Value &value) { return (value.text == text) == wanted; };
    QStringList parts = text.split(u'*');
    for (QString &part : parts)
        part = QRegularExpression::escape(part);
    return found(QRegularExpression(QRegularExpression::anchoredPattern(parts.join(".*"_L1)), QRegularExpression::DotMatchesEverythingOption), wanted);
}

} // namespace

Result<Condition> parseCondition(Reader &reader)
{
    const auto with = takeOperator(reader);
    if (!with)
        return reader.expected(Core::tr("one of = != < <= > >="));
    reader.skipSpace();
    const bool isText = *with == Operator::Equal || *with == Operator::NotEqual;
    const bool isEqual = *with == Operator::Equal;
    if (reader.peek() == u'%' && isText)
        return reader.expression().map([&](const QRegularExpression &expression) { return found(expression, isEqual); });
    if (reader.peek() == u'"' && isText)
        return reader.quoted().map([&](const QString &text) { return alike(text, isEqual); });
    static const QRegularExpression bare(uR"x([^\s,&|()\]}"%]+)x"_s);
    const QString text = reader.take(bare);
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    if (text.isEmpty() || (!isText && !isNumber))
        return reader.expected(isText ? Core::tr("a value") : Core::tr("a number"));
    if (!isNumber)
        return alike(text, isEqual);
    return [with = *with, number, other = isText ? alike(text, isEqual) : Condition()](const Value &value) { return value.number ? compares(*value.number, with, number) : other && other(value); };
}

} // namespace eph::cloud::logfilter
