// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/parser.h"

#include "core/base/text.h"

#include <QRegularExpression>

namespace eph::mapping {

using namespace Qt::StringLiterals;
using namespace syntax;

namespace {

[[nodiscard]] ExpressionPtr made(Expression::Kind kind, QList<ExpressionPtr> parts)
{
    Expression expression;
    expression.kind = kind;
    expression.parts = std::move(parts);
    return std::make_shared<const Expression>(std::move(expression));
}
[[nodiscard]] ExpressionPtr constant(const Value &value)
{
    Expression expression;
    expression.constant = value;
    return std::make_shared<const Expression>(std::move(expression));
}

} // namespace

template<typename Operand>
ExpressionPtr Parser::chain(std::initializer_list<Operator> operators, Operand operand)
{
    const Nesting nesting(*this);
    ExpressionPtr left = operand();
    // Chains hang to the left, and so does their evaluation.
    for (int links = 0;; ++links) {
        const auto kind = takeOperator(operators);
        if (!kind)
            return left;
        if (links > 1000)
            fail(Core::tr("the expression is too long"));
        left = made(*kind, {left, operand()});
    }
}

std::optional<Expression::Kind> Parser::takeOperator(std::initializer_list<Operator> operators)
{
    const qsizetype begin = m_at;
    skipBlanks();
    for (const Operator &each : operators) {
        const auto sign = QLatin1StringView(each.sign);
        const auto name = QLatin1StringView(each.word);
        const QStringView rest = QStringView(m_text).sliced(m_at);
        if (rest.startsWith(sign)) {
            m_at += sign.size();
            return each.kind;
        }
        if (!name.isEmpty() && rest.startsWith(name) && (rest.size() == name.size() || !isInName(rest.at(name.size())))) {
            m_at += name.size();
            return each.kind;
        }
    }
    m_at = begin;
    return std::nullopt;
}

ExpressionPtr Parser::expression()
{
    return chain({{"||", "or", Expression::Kind::Or}}, [this] { return conjunction(); });
}

ExpressionPtr Parser::conjunction()
{
    return chain({{"&&", "and", Expression::Kind::And}}, [this] { return equality(); });
}

ExpressionPtr Parser::equality()
{
    return chain({{"==", "eq", Expression::Kind::Equal}, {"!=", "ne", Expression::Kind::Unequal}}, [this] { return relation(); });
}

ExpressionPtr Parser::relation()
{
    // The longer sign first.
    return chain({{"<=", "le", Expression::Kind::AtMost}, {">=", "ge", Expression::Kind::AtLeast}, {"<", "lt", Expression::Kind::Less}, {">", "gt", Expression::Kind::More}}, [this] { return sum(); });
}

ExpressionPtr Parser::sum()
{
    return chain({{"+", "", Expression::Kind::Plus}, {"-", "", Expression::Kind::Minus}}, [this] { return product(); });
}

ExpressionPtr Parser::product()
{
    return chain({{"*", "", Expression::Kind::Times}, {"/", "", Expression::Kind::Over}, {"%", "", Expression::Kind::Rest}}, [this] { return unary(); });
}

ExpressionPtr Parser::unary()
{
    const Nesting nesting(*this);
    skipBlanks();
    if (peek() == u'!' && peek(1) != u'=') {
        ++m_at;
        return made(Expression::Kind::Not, {unary()});
    }
    const QStringView rest = QStringView(m_text).sliced(m_at);
    if (rest.startsWith("not"_L1) && (rest.size() == 3 || !isInName(rest.at(3)))) {
        m_at += 3;
        return made(Expression::Kind::Not, {unary()});
    }
    return primary();
}

ExpressionPtr Parser::primary()
{
    skipBlanks();
    const QChar letter = peek();
    if (letter == u'$') {
        auto found = reference();
        if (!found)
            fail(Core::tr("“$” begins no reference"));
        Expression expression;
        expression.kind = Expression::Kind::Reference;
        expression.reference = *std::move(found);
        return std::make_shared<const Expression>(std::move(expression));
    }
    if (letter == u'(') {
        ++m_at;
        ExpressionPtr inner = expression();
        skipBlanks();
        expect(u')', u"("_s);
        return inner;
    }
    if (letter == u'"' || letter == u'\'')
        return string(letter);
    if (letter == u'[')
        return listOrRange();
    if (letter == u'{')
        return map();
    if (isDigit(letter) || (letter == u'-' && isDigit(peek(1))))
        return number();
    const QString name = word();
    if (name == "true"_L1 || name == "false"_L1)
        return constant(Value(name == "true"_L1));
    if (name == "null"_L1)
        return constant({});
    fail(name.isEmpty() ? (letter.isNull() ? Core::tr("the template ends within an expression") : Core::tr("“%1” is no expression").arg(letter)) : Core::tr("“%1” is no expression; a text stands between quotation marks").arg(name));
}

ExpressionPtr Parser::number()
{
    static const QRegularExpression pattern(uR"x(-?[0-9]+(\.[0-9]+([eE][+-]?[0-9]+)?)?)x"_s);
    const auto match = pattern.match(m_text, m_at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    m_at = match.capturedEnd();
    bool ok = false;
    const qint64 whole = match.captured().toLongLong(&ok);
    return constant(ok ? Value(whole) : Value(match.captured().toDouble()));
}

ExpressionPtr Parser::string(QChar quote)
{
    const qsizetype begin = ++m_at;
    QString text;
    for (;; ++m_at) {
        const QChar letter = peek();
        if (m_at >= m_text.size()) {
            m_at = begin;
            fail(Core::tr("the text has no closing quotation mark"));
        }
        if (letter == quote && peek(1) == quote) {
            ++m_at; // Twice: one that belongs to the text.
        } else if (letter == quote) {
            break;
        }
        text += letter;
    }
    ++m_at;
    if (quote == u'\'' || !(text.contains(u'$') || text.contains(u'#')))
        return constant(Value(text));
    Parser inner(text);
    inner.m_depth = m_depth;
    inner.m_macros = m_macros;
    Expression expression;
    expression.kind = Expression::Kind::Text;
    try {
        expression.text = inner.block({}, nullptr);
    } catch (const Failed &failed) {
        fail(failed.message);
    }
    return std::make_shared<const Expression>(std::move(expression));
}

ExpressionPtr Parser::listOrRange()
{
    ++m_at;
    QList<ExpressionPtr> items;
    for (skipBlanks(); peek() != u']'; skipBlanks()) {
        items << expression();
        skipBlanks();
        if (items.size() == 1 && peek() == u'.' && peek(1) == u'.') {
            m_at += 2;
            items << expression();
            skipBlanks();
            expect(u']', u"["_s);
            return made(Expression::Kind::Range, items);
        }
        if (!take(u',') && peek() != u']')
            fail(Core::tr("“[” is not closed"));
    }
    ++m_at;
    return made(Expression::Kind::List, items);
}

ExpressionPtr Parser::map()
{
    ++m_at;
    QList<ExpressionPtr> members;
    for (skipBlanks(); peek() != u'}'; skipBlanks()) {
        members << expression();
        skipBlanks();
        expect(u':', u"{"_s);
        members << expression();
        skipBlanks();
        if (!take(u',') && peek() != u'}')
            fail(Core::tr("“{” is not closed"));
    }
    ++m_at;
    return made(Expression::Kind::Map, members);
}

} // namespace eph::mapping
