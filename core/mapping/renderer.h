// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mapping/syntax.h"
#include "core/mapping/template.h"

#include <QElapsedTimer>

namespace eph::mapping {

/// One rendering of a template.
class Renderer
{
public:
    Renderer(Variables &variables, Missing missing) : m_variables(variables), m_missing(missing) { m_began.start(); }
    [[nodiscard]] Result<QString> render(const syntax::Block &block);

private:
    enum class Flow { On, Break, Stop };

    Flow run(const syntax::Block &block, QString &out);
    Flow runStatement(const syntax::Statement &statement, QString &out);
    Flow runIf(const syntax::Statement &statement, QString &out);
    Flow runForeach(const syntax::Statement &statement, QString &out);
    Flow runMacro(const syntax::Statement &call, QString &out);
    void set(const syntax::Statement &statement);
    void print(const syntax::Reference &reference, QString &out);
    void append(QString &out, const QString &text);

    [[nodiscard]] Value valueOf(const syntax::Reference &reference, qsizetype steps = -1);
    [[nodiscard]] Value evaluate(const syntax::Expression &expression);
    [[nodiscard]] Value arithmetic(const syntax::Expression &expression);
    [[nodiscard]] bool equal(const syntax::Expression &expression);
    [[nodiscard]] bool compares(const syntax::Expression &expression);
    [[nodiscard]] bool step();
    /// Charges work; fails where it is too much at once, or all together.
    void charge(qint64 size);
    [[nodiscard]] Value called(const Value &on, const QString &method, const QList<Value> &arguments);
    [[nodiscard]] QString textOf(const Value &value);
    /// Charges what a value took to be made; null where that was too much.
    [[nodiscard]] Value charged(const Value &value);
    [[nodiscard]] Value evaluateDeep(const syntax::Expression &expression);
    void fail(const QString &message);

    Variables &m_variables;
    Missing m_missing;
    QHash<QString, const syntax::Statement *> m_macros;
    QHash<QString, syntax::BlockPtr> m_defined;
    QElapsedTimer m_began;
    int m_steps = 0;
    int m_depth = 0;
    int m_expressionDepth = 0;
    qint64 m_work = 0; ///< Letters and items that were made on the way.
    QString m_error;
};

} // namespace eph::mapping
