// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/mapping/syntax.h"

#include <QSet>

namespace eph::mapping {

/// Reads templates. What is no directive and no reference is text; only a directive that is not whole is an error.
class Parser
{
public:
    explicit Parser(const QString &text);
    [[nodiscard]] Result<syntax::BlockPtr> parse();

private:
    /// Thrown from any depth of an expression, and caught by parse().
    struct Failed {
        QString message;
        qsizetype at;
    };
    /// What is nested too deep would end the stack.
    class Nesting
    {
    public:
        explicit Nesting(Parser &parser);
        ~Nesting() { --m_parser.m_depth; }
        Q_DISABLE_COPY_MOVE(Nesting)

    private:
        Parser &m_parser;
    };

    // Text between directives.
    [[nodiscard]] syntax::BlockPtr block(const QStringList &ends, QString *endedBy);
    [[nodiscard]] bool takeEscape(syntax::Block &into);
    [[nodiscard]] bool takeReference(syntax::Block &into);
    [[nodiscard]] bool skipComment();
    [[nodiscard]] bool takeLiteral(syntax::Block &into);
    [[nodiscard]] bool takeDirective(syntax::Block &into);
    [[nodiscard]] QString directiveAt(qsizetype at, qsizetype *end) const;
    [[nodiscard]] std::optional<syntax::Reference> reference();
    [[nodiscard]] bool step(syntax::Reference &of);

    // Directives, from behind their names.
    void setDirective(syntax::Block &into);
    void ifDirective(syntax::Block &into);
    void foreachDirective(syntax::Block &into);
    void defineDirective(syntax::Block &into);
    void macroDirective(syntax::Block &into);
    void callDirective(syntax::Block &into, const QString &name);
    [[nodiscard]] syntax::BlockPtr bodyUntilEnd(const QString &directive);

    // Expressions, the loosest first.
    [[nodiscard]] syntax::ExpressionPtr expression();
    [[nodiscard]] syntax::ExpressionPtr conjunction();
    [[nodiscard]] syntax::ExpressionPtr equality();
    [[nodiscard]] syntax::ExpressionPtr relation();
    [[nodiscard]] syntax::ExpressionPtr sum();
    [[nodiscard]] syntax::ExpressionPtr product();
    [[nodiscard]] syntax::ExpressionPtr unary();
    [[nodiscard]] syntax::ExpressionPtr primary();
    [[nodiscard]] syntax::ExpressionPtr number();
    [[nodiscard]] syntax::ExpressionPtr string(QChar quote);
    [[nodiscard]] syntax::ExpressionPtr listOrRange();
    [[nodiscard]] syntax::ExpressionPtr map();

    struct Operator {
        const char *sign;
        const char *word;
        syntax::Expression::Kind kind;
    };
    [[nodiscard]] std::optional<syntax::Expression::Kind> takeOperator(std::initializer_list<Operator> operators);
    template<typename Operand>
    [[nodiscard]] syntax::ExpressionPtr chain(std::initializer_list<Operator> operators, Operand operand);

    [[nodiscard]] static bool isBlank(QChar letter) { return letter == u' ' || letter == u'\t'; }
    [[nodiscard]] static bool isDigit(QChar letter) { return letter >= u'0' && letter <= u'9'; }
    [[nodiscard]] static bool beginsName(QChar letter) { return (letter >= u'a' && letter <= u'z') || (letter >= u'A' && letter <= u'Z') || letter == u'_'; }
    [[nodiscard]] static bool isInName(QChar letter) { return beginsName(letter) || isDigit(letter) || letter == u'-'; }
    void skipBlanks();
    void skipLineEnd();
    void expect(QChar sign, const QString &where);
    [[nodiscard]] bool take(QChar sign);
    [[nodiscard]] QChar peek(qsizetype ahead = 0) const { return m_at + ahead < m_text.size() ? m_text.at(m_at + ahead) : QChar(); }
    [[nodiscard]] QString word();
    [[nodiscard]] QString reference(const QString &directive);
    [[noreturn]] void fail(const QString &message) const;
    static void addText(syntax::Block &into, const QString &text);

    QString m_text;
    qsizetype m_at = 0;
    int m_depth = 0;
    QSet<QString> m_macros; ///< Of the whole template, also those that come later.
};

} // namespace eph::mapping
