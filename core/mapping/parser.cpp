// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/parser.h"

#include "core/base/text.h"

#include <QRegularExpression>

namespace eph::mapping {

using namespace Qt::StringLiterals;
using namespace syntax;

Parser::Nesting::Nesting(Parser &parser) : m_parser(parser)
{
    constexpr int Deepest = 100;
    // An error leaves the depth as it was.
    if (m_parser.m_depth >= Deepest)
        m_parser.fail(Core::tr("it is nested too deep"));
    ++m_parser.m_depth;
}

Parser::Parser(const QString &text) : m_text(text)
{
    static const QRegularExpression macro(uR"x(#\{?macro\}?[ \t]*\(\s*([A-Za-z_][A-Za-z0-9_-]*))x"_s);
    for (auto matches = macro.globalMatch(text); matches.hasNext();)
        m_macros.insert(matches.next().captured(1));
}

Result<BlockPtr> Parser::parse()
{
    try {
        return block({}, nullptr);
    } catch (const Failed &failed) {
        const auto line = m_text.first(std::min(failed.at, m_text.size())).count(u'\n') + 1;
        return failure(ErrorCode::Invalid, Core::tr("Line %1 of the mapping template: %2.").arg(line).arg(failed.message));
    }
}

void Parser::fail(const QString &message) const
{
    throw Failed{message, m_at};
}

void Parser::addText(Block &into, const QString &text)
{
    if (text.isEmpty())
        return;
    if (!into.statements.isEmpty() && into.statements.last().kind == Statement::Kind::Text) {
        into.statements.last().text += text;
        return;
    }
    Statement statement;
    statement.text = text;
    into.statements << statement;
}

BlockPtr Parser::block(const QStringList &ends, QString *endedBy)
{
    const Nesting nesting(*this);
    Block result;
    while (m_at < m_text.size()) {
        const QChar letter = peek();
        qsizetype end = 0;
        if (letter == u'#' && !ends.isEmpty()) {
            const QString directive = directiveAt(m_at, &end);
            if (ends.contains(directive)) {
                m_at = end;
                *endedBy = directive;
                return std::make_shared<const Block>(std::move(result));
            }
        }
        if (letter == u'\\' && takeEscape(result))
            continue;
        if (letter == u'$' && takeReference(result))
            continue;
        if (letter == u'#' && (skipComment() || takeLiteral(result) || takeDirective(result)))
            continue;
        addText(result, QString(letter));
        ++m_at;
    }
    if (!ends.isEmpty())
        endedBy->clear();
    return std::make_shared<const Block>(std::move(result));
}

bool Parser::takeEscape(Block &into)
{
    const qsizetype begin = m_at;
    while (peek() == u'\\')
        ++m_at;
    const QString signs = m_text.mid(begin, m_at - begin);
    qsizetype end = 0;
    if (peek() == u'#' && !directiveAt(m_at, &end).isEmpty()) {
        // Two stand for one; an odd one makes text of the directive.
        addText(into, signs.first(signs.size() / 2));
        if (signs.size() % 2 == 1) {
            addText(into, m_text.mid(m_at, end - m_at));
            m_at = end;
        }
        return true;
    }
    auto found = peek() == u'$' ? reference() : std::nullopt;
    if (!found) {
        addText(into, signs);
        return true;
    }
    Statement statement;
    statement.kind = Statement::Kind::Escaped;
    statement.text = signs;
    statement.reference = *std::move(found);
    into.statements << statement;
    return true;
}

bool Parser::takeReference(Block &into)
{
    auto found = reference();
    if (!found)
        return false;
    Statement statement;
    statement.kind = Statement::Kind::Reference;
    statement.reference = *std::move(found);
    into.statements << statement;
    return true;
}

bool Parser::skipComment()
{
    if (peek(1) == u'#') {
        const qsizetype end = m_text.indexOf(u'\n', m_at);
        m_at = end < 0 ? m_text.size() : end + 1;
        return true;
    }
    if (peek(1) != u'*')
        return false;
    const qsizetype end = m_text.indexOf("*#"_L1, m_at + 2);
    if (end < 0)
        fail(Core::tr("the comment has no end (*#)"));
    m_at = end + 2;
    return true;
}

bool Parser::takeLiteral(Block &into)
{
    if (peek(1) != u'[' || peek(2) != u'[')
        return false;
    const qsizetype end = m_text.indexOf("]]#"_L1, m_at + 3);
    if (end < 0)
        return false;
    addText(into, m_text.mid(m_at + 3, end - m_at - 3));
    m_at = end + 3;
    return true;
}

/// The directive's name, and where it ends; empty where there is none.
QString Parser::directiveAt(qsizetype at, qsizetype *end) const
{
    static const QRegularExpression directive(uR"x(#(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))(?=([ \t]*\()?))x"_s);
    static const QStringList alone{u"else"_s, u"end"_s, u"break"_s, u"stop"_s};
    static const QStringList withBrackets{u"set"_s, u"if"_s, u"elseif"_s, u"foreach"_s, u"define"_s, u"macro"_s};
    const auto match = directive.match(m_text, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    if (!match.hasMatch())
        return {};
    const QString name = match.captured(1) + match.captured(2);
    *end = match.capturedEnd();
    const bool isOne = alone.contains(name) || (match.hasCaptured(3) && (withBrackets.contains(name) || m_macros.contains(name)));
    return isOne ? name : QString();
}

bool Parser::takeDirective(Block &into)
{
    qsizetype end = 0;
    const QString name = directiveAt(m_at, &end);
    if (name.isEmpty())
        return false;
    if (name == "end"_L1 || name == "else"_L1 || name == "elseif"_L1)
        fail(Core::tr("#%1 stands without an #if").arg(name));
    m_at = end;
    if (name == "set"_L1) {
        setDirective(into);
    } else if (name == "if"_L1) {
        ifDirective(into);
    } else if (name == "foreach"_L1) {
        foreachDirective(into);
    } else if (name == "define"_L1) {
        defineDirective(into);
    } else if (name == "macro"_L1) {
        macroDirective(into);
    } else if (name == "break"_L1 || name == "stop"_L1) {
        Statement statement;
        statement.kind = name == "break"_L1 ? Statement::Kind::Break : Statement::Kind::Stop;
        into.statements << statement;
    } else {
        callDirective(into, name);
    }
    return true;
}

void Parser::setDirective(Block &into)
{
    // Blanks in front of it are its own.
    if (!into.statements.isEmpty() && into.statements.last().kind == Statement::Kind::Text) {
        QString &before = into.statements.last().text;
        while (!before.isEmpty() && isBlank(before.back()))
            before.chop(1);
    }
    skipBlanks();
    expect(u'(', u"#set"_s);
    skipBlanks();
    Statement statement;
    statement.kind = Statement::Kind::Set;
    auto target = peek() == u'$' ? reference() : std::nullopt;
    if (!target)
        fail(Core::tr("#set wants a reference, such as #set($name = \"value\")"));
    statement.reference = *std::move(target);
    skipBlanks();
    expect(u'=', u"#set"_s);
    statement.expressions << expression();
    skipBlanks();
    expect(u')', u"#set"_s);
    skipLineEnd();
    into.statements << statement;
}

void Parser::ifDirective(Block &into)
{
    Statement statement;
    statement.kind = Statement::Kind::If;
    QString ended = u"if"_s;
    while (ended == "if"_L1 || ended == "elseif"_L1) {
        skipBlanks();
        expect(u'(', u'#' + ended);
        statement.expressions << expression();
        skipBlanks();
        expect(u')', u'#' + ended);
        skipLineEnd();
        statement.blocks << block({u"elseif"_s, u"else"_s, u"end"_s}, &ended);
    }
    if (ended == "else"_L1) {
        skipLineEnd();
        statement.blocks << block({u"end"_s}, &ended);
    }
    if (ended.isEmpty())
        fail(Core::tr("#if has no #end"));
    skipLineEnd();
    into.statements << statement;
}

BlockPtr Parser::bodyUntilEnd(const QString &directive)
{
    skipLineEnd();
    QString ended;
    BlockPtr body = block({u"end"_s}, &ended);
    if (ended.isEmpty())
        fail(Core::tr("#%1 has no #end").arg(directive));
    skipLineEnd();
    return body;
}

QString Parser::reference(const QString &directive)
{
    skipBlanks();
    const auto found = peek() == u'$' ? reference() : std::nullopt;
    if (!found || !found->steps.isEmpty())
        fail(Core::tr("%1 wants a variable, such as $item").arg(directive));
    return found->name;
}

void Parser::foreachDirective(Block &into)
{
    Statement statement;
    statement.kind = Statement::Kind::Foreach;
    skipBlanks();
    expect(u'(', u"#foreach"_s);
    statement.names << reference(u"#foreach"_s);
    skipBlanks();
    if (word() != "in"_L1)
        fail(Core::tr("#foreach wants a list, such as #foreach($item in $list)"));
    statement.expressions << expression();
    skipBlanks();
    expect(u')', u"#foreach"_s);
    statement.blocks << bodyUntilEnd(u"foreach"_s);
    into.statements << statement;
}

void Parser::defineDirective(Block &into)
{
    Statement statement;
    statement.kind = Statement::Kind::Define;
    skipBlanks();
    expect(u'(', u"#define"_s);
    statement.names << reference(u"#define"_s);
    skipBlanks();
    expect(u')', u"#define"_s);
    statement.blocks << bodyUntilEnd(u"define"_s);
    into.statements << statement;
}

void Parser::macroDirective(Block &into)
{
    Statement statement;
    statement.kind = Statement::Kind::Macro;
    skipBlanks();
    expect(u'(', u"#macro"_s);
    skipBlanks();
    statement.names << word();
    if (statement.names.first().isEmpty())
        fail(Core::tr("#macro wants a name"));
    for (skipBlanks(); peek() == u'$'; skipBlanks()) {
        statement.names << reference(u"#macro"_s);
        skipBlanks();
        (void)take(u',');
    }
    expect(u')', u"#macro"_s);
    statement.blocks << bodyUntilEnd(u"macro"_s);
    into.statements << statement;
}

void Parser::callDirective(Block &into, const QString &name)
{
    Statement statement;
    statement.kind = Statement::Kind::Call;
    statement.names << name;
    skipBlanks();
    expect(u'(', u'#' + name);
    for (skipBlanks(); peek() != u')' && m_at < m_text.size(); skipBlanks()) {
        statement.expressions << primary();
        skipBlanks();
        (void)take(u',');
    }
    expect(u')', u'#' + name);
    skipLineEnd();
    into.statements << statement;
}

std::optional<Reference> Parser::reference()
{
    const qsizetype begin = m_at;
    Reference found;
    ++m_at;
    found.quiet = take(u'!');
    const bool inBraces = take(u'{');
    if (!beginsName(peek())) {
        m_at = begin;
        return std::nullopt;
    }
    found.name = word();
    while (step(found)) { }
    if (inBraces && !take(u'}')) {
        m_at = begin;
        return std::nullopt;
    }
    found.source = m_text.mid(begin, m_at - begin);
    return found;
}

bool Parser::step(Reference &of)
{
    const Nesting nesting(*this);
    Step next;
    if (peek() == u'.' && beginsName(peek(1))) {
        ++m_at;
        next.name = word();
        if (take(u'(')) {
            next.kind = Step::Kind::Method;
            for (skipBlanks(); peek() != u')'; skipBlanks()) {
                next.arguments << expression();
                skipBlanks();
                if (!take(u',') && peek() != u')')
                    fail(Core::tr("“.%1(” is not closed").arg(next.name));
            }
            ++m_at;
        }
    } else if (peek() == u'[') {
        const qsizetype begin = m_at;
        ++m_at;
        next.kind = Step::Kind::Index;
        try {
            next.arguments << expression();
        } catch (const Failed &) {
            // A bracket behind a reference may be text.
            m_at = begin;
            return false;
        }
        skipBlanks();
        if (!take(u']')) {
            m_at = begin;
            return false;
        }
    } else {
        return false;
    }
    of.steps << next;
    return true;
}

void Parser::skipBlanks()
{
    while (isBlank(peek()) || peek() == u'\n' || peek() == u'\r')
        ++m_at;
}

void Parser::skipLineEnd()
{
    qsizetype ahead = 0;
    while (isBlank(peek(ahead)))
        ++ahead;
    if (peek(ahead) == u'\r' && peek(ahead + 1) == u'\n')
        m_at += ahead + 2;
    else if (peek(ahead) == u'\n' || peek(ahead) == u'\r')
        m_at += ahead + 1;
}

bool Parser::take(QChar sign)
{
    if (peek() != sign)
        return false;
    ++m_at;
    return true;
}

void Parser::expect(QChar sign, const QString &where)
{
    if (!take(sign))
        fail(Core::tr("“%1” wants a “%2” here").arg(where).arg(sign));
}

QString Parser::word()
{
    const qsizetype begin = m_at;
    if (beginsName(peek())) {
        while (isInName(peek()))
            ++m_at;
    }
    return m_text.mid(begin, m_at - begin);
}

} // namespace eph::mapping
