// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/renderer.h"

#include "core/base/text.h"
#include "core/mapping/methods.h"
#include "core/mapping/parser.h"

#include <QSet>
#include <chrono>
#include <cmath>

namespace eph::mapping {

using namespace Qt::StringLiterals;
using namespace syntax;

namespace {

constexpr int MostSteps = 200'000;
constexpr int MostRounds = 1'000; ///< Of a loop. Source: API Gateway's quotas, November 2026.
constexpr int DeepestCall = 100;  ///< Macros and blocks that use one another.
constexpr int DeepestExpression = 1'200;
constexpr qint64 MostWork = 128LL * 1024 * 1024;
constexpr auto MostTime = std::chrono::seconds(3); ///< For what no count has foreseen: everything else waits meanwhile.

/// Letters of a text; an item of a list takes as much as many of them.
[[nodiscard]] qint64 sizeOf(const Value &value)
{
    constexpr qint64 OfItem = 16;
    if (const auto *text = value.as<QString>())
        return text->size();
    if (const auto *list = value.as<Value::ListPtr>())
        return (*list)->items.size() * OfItem;
    const auto *map = value.as<Value::MapPtr>();
    return map ? (*map)->members().size() * OfItem : 1;
}

/// With all that it holds, as far as `most`.
[[nodiscard]] qint64 wholeSizeOf(const Value &value, qint64 most)
{
    qint64 size = 0;
    QList<Value> open{value};
    while (!open.isEmpty() && size <= most) {
        const Value next = open.takeLast();
        size += sizeOf(next);
        if (size > most)
            break;
        if (const auto *list = next.as<Value::ListPtr>())
            open << QList<Value>((*list)->items);
        else if (const auto *map = next.as<Value::MapPtr>()) {
            for (const auto &member : (*map)->members())
                open << member.second;
        }
    }
    return size;
}

/// It looks at all that a list or a map holds.
[[nodiscard]] bool looksAtAll(const QString &method)
{
    static const QSet<QString> all{u"contains"_s, u"indexOf"_s, u"containsValue"_s, u"remove"_s, u"equals"_s, u"toString"_s};
    return all.contains(method);
}

/// What a loop goes through; nullopt for what is no collection.
[[nodiscard]] std::optional<QList<Value>> itemsOf(const Value &value)
{
    if (const auto *list = value.as<Value::ListPtr>())
        return (*list)->items;
    if (value.as<Value::MapPtr>())
        return (*callMethod(value, u"values"_s, {})->as<Value::ListPtr>())->items;
    return std::nullopt;
}

/// `$foreach`, as it is in one round of a loop within `outer`.
[[nodiscard]] Value loopState(qsizetype index, qsizetype rounds, const Value &outer)
{
    Value state = Value::map();
    Map &map = **state.as<Value::MapPtr>();
    map.insert(u"index"_s, Value(qint64(index)));
    map.insert(u"count"_s, Value(qint64(index + 1)));
    map.insert(u"hasNext"_s, Value(index + 1 < rounds));
    map.insert(u"first"_s, Value(index == 0));
    map.insert(u"last"_s, Value(index + 1 == rounds));
    if (!outer.isNull())
        map.insert(u"parent"_s, outer);
    return state;
}

} // namespace

Result<Template> Template::parse(const QString &text)
{
    const auto block = Parser(text).parse();
    if (!block)
        return tl::unexpected(block.error());
    return Template(*block);
}

Result<QString> Template::render(Variables &variables, Missing missing) const
{
    return Renderer(variables, missing).render(*m_block);
}

Result<QString> Renderer::render(const Block &block)
{
    QString text;
    run(block, text);
    if (!m_error.isEmpty())
        return failure(ErrorCode::Invalid, m_error);
    return text;
}

void Renderer::fail(const QString &message)
{
    if (m_error.isEmpty())
        m_error = message;
}

bool Renderer::step()
{
    constexpr int LookEvery = 64;
    if (++m_steps > MostSteps)
        fail(Core::tr("The mapping template takes more than %1 steps.").arg(MostSteps));
    if (m_steps % LookEvery == 0 && std::chrono::milliseconds(m_began.elapsed()) > MostTime)
        fail(Core::tr("The mapping template takes too long."));
    return m_error.isEmpty();
}

Value Renderer::charged(const Value &value)
{
    charge(sizeOf(value));
    return m_error.isEmpty() ? value : Value();
}

void Renderer::charge(qint64 size)
{
    m_work += size;
    if (size > Value::MostText || m_work > MostWork)
        fail(Core::tr("The mapping template makes texts or lists that are too large."));
}

Value Renderer::called(const Value &on, const QString &method, const QList<Value> &arguments)
{
    charge(on.as<QString>() ? sizeOf(on) : looksAtAll(method) ? wholeSizeOf(on, Value::MostText) : 1);
    for (const Value &argument : arguments)
        charge(wholeSizeOf(argument, Value::MostText));
    if (!m_error.isEmpty())
        return {};
    return charged(callMethod(on, method, arguments).value_or(Value()));
}

void Renderer::append(QString &out, const QString &text)
{
    m_work += text.size();
    if (out.size() + text.size() > Value::MostText || m_work > MostWork)
        return fail(Core::tr("The mapping template writes more than 10 MB."));
    out += text;
}

Renderer::Flow Renderer::run(const Block &block, QString &out)
{
    if (m_depth >= DeepestCall) {
        fail(Core::tr("Macros or blocks of the mapping template use one another without end."));
        return Flow::Stop;
    }
    ++m_depth;
    Flow flow = Flow::On;
    for (const Statement &statement : block.statements) {
        flow = step() ? runStatement(statement, out) : Flow::Stop;
        if (flow != Flow::On)
            break;
    }
    --m_depth;
    return flow;
}

Renderer::Flow Renderer::runStatement(const Statement &statement, QString &out)
{
    switch (statement.kind) {
    case Statement::Kind::Text: append(out, statement.text); break;
    case Statement::Kind::Reference: print(statement.reference, out); break;
    case Statement::Kind::Escaped: {
        // Only what refers to something needs backslashes: two stand for one there, an odd one keeps the reference as it is written.
        const Value value = valueOf(statement.reference);
        const qsizetype signs = statement.text.size();
        append(out, value.isNull() ? statement.text : statement.text.first(signs / 2));
        append(out, value.isNull() || signs % 2 == 1 ? statement.reference.source : value.text());
        break;
    }
    case Statement::Kind::Set: set(statement); break;
    case Statement::Kind::If: return runIf(statement, out);
    case Statement::Kind::Foreach: return runForeach(statement, out);
    case Statement::Kind::Define: m_defined.insert(statement.names.first(), statement.blocks.first()); break;
    case Statement::Kind::Macro: m_macros.insert(statement.names.first(), &statement); break;
    case Statement::Kind::Call: return runMacro(statement, out);
    case Statement::Kind::Break: return Flow::Break;
    case Statement::Kind::Stop: return Flow::Stop;
    }
    return m_error.isEmpty() ? Flow::On : Flow::Stop;
}

Renderer::Flow Renderer::runIf(const Statement &statement, QString &out)
{
    for (qsizetype i = 0; i < statement.expressions.size(); ++i) {
        if (evaluate(*statement.expressions.at(i)).isTrue())
            return run(*statement.blocks.at(i), out);
    }
    return statement.blocks.size() > statement.expressions.size() ? run(*statement.blocks.last(), out) : Flow::On;
}

Renderer::Flow Renderer::runForeach(const Statement &statement, QString &out)
{
    const auto items = itemsOf(evaluate(*statement.expressions.first()));
    if (!items)
        return Flow::On;
    const QString &name = statement.names.first();
    const Value outerItem = m_variables.value(name);
    const Value outerLoop = m_variables.value(u"foreach"_s);
    const Value outerCount = m_variables.value(u"velocityCount"_s);
    Flow flow = Flow::On;
    for (qsizetype i = 0; i < items->size() && flow == Flow::On; ++i) {
        if (i == MostRounds) {
            fail(Core::tr("A loop of the mapping template has more than %1 rounds.").arg(MostRounds));
            flow = Flow::Stop;
            break;
        }
        m_variables.insert(name, items->at(i));
        m_variables.insert(u"foreach"_s, loopState(i, items->size(), outerLoop));
        m_variables.insert(u"velocityCount"_s, Value(qint64(i + 1)));
        flow = run(*statement.blocks.first(), out);
    }
    m_variables.insert(name, outerItem);
    m_variables.insert(u"foreach"_s, outerLoop);
    m_variables.insert(u"velocityCount"_s, outerCount);
    return flow == Flow::Break ? Flow::On : flow;
}

Renderer::Flow Renderer::runMacro(const Statement &call, QString &out)
{
    const Statement *macro = m_macros.value(call.names.first());
    if (!macro)
        return Flow::On;
    const QStringList parameters = macro->names.sliced(1);
    Variables outer;
    QList<Value> given;
    for (qsizetype i = 0; i < parameters.size(); ++i)
        given << (i < call.expressions.size() ? evaluate(*call.expressions.at(i)) : Value());
    for (qsizetype i = 0; i < parameters.size(); ++i) {
        outer.insert(parameters.at(i), m_variables.value(parameters.at(i)));
        m_variables.insert(parameters.at(i), given.at(i));
    }
    const Flow flow = run(*macro->blocks.first(), out);
    m_variables.insert(outer);
    return flow == Flow::Break ? Flow::On : flow;
}

void Renderer::set(const Statement &statement)
{
    const Value value = evaluate(*statement.expressions.first());
    // Nothing is set to null.
    if (value.isNull())
        return;
    const Reference &target = statement.reference;
    if (target.steps.isEmpty()) {
        m_defined.remove(target.name);
        m_variables.insert(target.name, value);
        return;
    }
    const Value owner = valueOf(target, target.steps.size() - 1);
    const Step &last = target.steps.last();
    if (last.kind == Step::Kind::Member)
        setElement(owner, Value(last.name), value);
    else if (last.kind == Step::Kind::Index)
        setElement(owner, evaluate(*last.arguments.first()), value);
}

void Renderer::print(const Reference &reference, QString &out)
{
    if (const auto defined = m_defined.value(reference.name); defined && reference.steps.isEmpty()) {
        (void)run(*defined, out);
        return;
    }
    const Value value = valueOf(reference);
    if (!value.isNull())
        append(out, value.text()); // Of what is cut, more than fits is left.
    else if (!reference.quiet && m_missing == Missing::AsWritten)
        append(out, reference.source);
}

Value Renderer::valueOf(const Reference &reference, qsizetype steps)
{
    Value value = m_variables.value(reference.name);
    const qsizetype count = steps < 0 ? reference.steps.size() : steps;
    for (qsizetype i = 0; i < count && !value.isNull() && step(); ++i) {
        const Step &each = reference.steps.at(i);
        QList<Value> arguments;
        for (const ExpressionPtr &argument : each.arguments)
            arguments << evaluate(*argument);
        switch (each.kind) {
        case Step::Kind::Member: value = memberOf(value, each.name); break;
        case Step::Kind::Method: value = called(value, each.name, arguments); break;
        case Step::Kind::Index: value = elementOf(value, arguments.first()); break;
        }
    }
    return value;
}

Value Renderer::evaluate(const Expression &expression)
{
    if (!step())
        return {};
    if (m_expressionDepth >= DeepestExpression) {
        fail(Core::tr("Expressions of the mapping template use one another too deep."));
        return {};
    }
    ++m_expressionDepth;
    const Value value = evaluateDeep(expression);
    --m_expressionDepth;
    return value;
}

Value Renderer::evaluateDeep(const Expression &expression)
{
    const auto part = [&](qsizetype i) { return evaluate(*expression.parts.at(i)); };
    switch (expression.kind) {
    case Expression::Kind::Constant: return expression.constant;
    case Expression::Kind::Text: {
        QString text;
        (void)run(*expression.text, text);
        return charged(Value(text));
    }
    case Expression::Kind::Reference: {
        if (const auto defined = m_defined.value(expression.reference.name); defined && expression.reference.steps.isEmpty()) {
            QString text;
            (void)run(*defined, text);
            return charged(Value(text));
        }
        return valueOf(expression.reference);
    }
    case Expression::Kind::List: {
        QList<Value> items;
        for (qsizetype i = 0; i < expression.parts.size(); ++i)
            items << part(i);
        return charged(Value::list(items));
    }
    case Expression::Kind::Map: {
        Value map = Value::map();
        for (qsizetype i = 0; i + 1 < expression.parts.size(); i += 2)
            (*map.as<Value::MapPtr>())->insert(textOf(part(i)), part(i + 1));
        return charged(map);
    }
    case Expression::Kind::Range: {
        const Value from = part(0);
        const Value to = part(1);
        if (!from.as<qint64>() || !to.as<qint64>())
            return {};
        const qint64 first = *from.as<qint64>();
        const qint64 last = *to.as<qint64>();
        const bool up = first <= last;
        const quint64 steps = up ? quint64(last) - quint64(first) : quint64(first) - quint64(last);
        // A loop takes no more, anyway.
        if (steps > MostRounds * 10) {
            fail(Core::tr("A range of the mapping template is longer than %1.").arg(MostRounds * 10));
            return {};
        }
        QList<Value> items;
        for (qint64 i = 0; i <= qint64(steps); ++i)
            items << Value(up ? first + i : first - i);
        return charged(Value::list(items));
    }
    case Expression::Kind::Not: return Value(!part(0).isTrue());
    case Expression::Kind::And: return Value(part(0).isTrue() && part(1).isTrue());
    case Expression::Kind::Or: return Value(part(0).isTrue() || part(1).isTrue());
    case Expression::Kind::Equal: return Value(equal(expression));
    case Expression::Kind::Unequal: return Value(!equal(expression));
    case Expression::Kind::Less:
    case Expression::Kind::AtMost:
    case Expression::Kind::More:
    case Expression::Kind::AtLeast: return Value(compares(expression));
    case Expression::Kind::Plus:
    case Expression::Kind::Minus:
    case Expression::Kind::Times:
    case Expression::Kind::Over:
    case Expression::Kind::Rest: return arithmetic(expression);
    }
    return {};
}

bool Renderer::equal(const Expression &expression)
{
    const Value left = evaluate(*expression.parts.at(0));
    const Value right = evaluate(*expression.parts.at(1));
    if (left.isNull() || right.isNull()) {
        const Value &other = left.isNull() ? right : left;
        return other.isNull() || (m_missing == Missing::Empty && other.as<QString>() && other.text().isEmpty());
    }
    if (left.isCollection() || right.isCollection()) {
        charge(wholeSizeOf(left, Value::MostText));
        charge(wholeSizeOf(right, Value::MostText));
    }
    // What is of different types is the same where it reads the same.
    return left.equals(right) || (!(left.number() && right.number()) && m_error.isEmpty() && textOf(left) == textOf(right));
}

QString Renderer::textOf(const Value &value)
{
    const QString text = value.text();
    charge(text.size());
    return text;
}

/// Only numbers have an order.
bool Renderer::compares(const Expression &expression)
{
    const auto left = evaluate(*expression.parts.at(0)).number();
    const auto right = evaluate(*expression.parts.at(1)).number();
    if (!left || !right)
        return false;
    switch (expression.kind) {
    case Expression::Kind::Less: return *left < *right;
    case Expression::Kind::AtMost: return *left <= *right;
    case Expression::Kind::More: return *left > *right;
    default: return *left >= *right;
    }
}

/// Whole where both are; texts are put together; anything else is null, also what is divided by zero.
Value Renderer::arithmetic(const Expression &expression)
{
    const Value left = evaluate(*expression.parts.at(0));
    const Value right = evaluate(*expression.parts.at(1));
    const Expression::Kind kind = expression.kind;
    if (kind == Expression::Kind::Plus && !left.isNull() && !right.isNull() && (left.as<QString>() || right.as<QString>()))
        return charged(Value(QString(textOf(left) + textOf(right))));
    if (!left.number() || !right.number())
        return {};
    if (left.as<qint64>() && right.as<qint64>()) {
        const qint64 a = *left.as<qint64>();
        const qint64 b = *right.as<qint64>();
        qint64 result = 0;
        switch (kind) {
        case Expression::Kind::Plus: return __builtin_add_overflow(a, b, &result) ? Value(double(a) + double(b)) : Value(result);
        case Expression::Kind::Minus: return __builtin_sub_overflow(a, b, &result) ? Value(double(a) - double(b)) : Value(result);
        case Expression::Kind::Times: return __builtin_mul_overflow(a, b, &result) ? Value(double(a) * double(b)) : Value(result);
        // The smallest number has no opposite.
        case Expression::Kind::Over: return b == 0 ? Value() : b == -1 ? Value(qint64(0 - quint64(a))) : Value(a / b);
        default: return b == 0 ? Value() : b == -1 ? Value(qint64(0)) : Value(a % b);
        }
    }
    const double a = *left.number();
    const double b = *right.number();
    switch (kind) {
    case Expression::Kind::Plus: return Value(a + b);
    case Expression::Kind::Minus: return Value(a - b);
    case Expression::Kind::Times: return Value(a * b);
    case Expression::Kind::Over: return b == 0 ? Value() : Value(a / b);
    default: return b == 0 ? Value() : Value(std::fmod(a, b));
    }
}

} // namespace eph::mapping
