// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mapping/value.h"

#include <QStringList>

/// A template as it was read; see template.h for what it is.
namespace eph::mapping::syntax {

struct Block;
struct Expression;
using BlockPtr = std::shared_ptr<const Block>;
using ExpressionPtr = std::shared_ptr<const Expression>;

/// `.name`, `.name(…)` or `[…]` behind a reference.
struct Step {
    enum class Kind { Member, Method, Index };
    Kind kind = Kind::Member;
    QString name;
    QList<ExpressionPtr> arguments;
};

/// `$name`, `$!{name.member}`, …
struct Reference {
    QString source; ///< As it is written.
    QString name;
    bool quiet = false;
    QList<Step> steps;
};

struct Expression {
    enum class Kind { Constant, Text, Reference, List, Range, Map, Not, And, Or, Equal, Unequal, Less, AtMost, More, AtLeast, Plus, Minus, Times, Over, Rest };
    Kind kind = Kind::Constant;
    Value constant;
    BlockPtr text;        ///< Of a string between double quotation marks.
    Reference reference;
    QList<ExpressionPtr> parts; ///< Operands, items, or keys and values in turns.
};

struct Statement {
    enum class Kind {
        Text,
        Reference,
        Escaped,   ///< A reference behind backslashes, which are `text`.
        Set,       ///< `reference`, then what it is set to.
        If,        ///< Conditions, each with a block; one more block is #else's.
        Foreach,   ///< `names` has the variable.
        Define,    ///< `names` has the variable that the block stands for.
        Macro,     ///< `names` has the macro's and those of its arguments.
        Call,      ///< `names` has the macro's.
        Break,
        Stop,
    };
    Kind kind = Kind::Text;
    QString text;
    Reference reference;
    QStringList names;
    QList<ExpressionPtr> expressions;
    QList<BlockPtr> blocks;
};

struct Block {
    QList<Statement> statements;
};

} // namespace eph::mapping::syntax
