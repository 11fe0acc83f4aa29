// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/mapping/value.h"

#include <QHash>

namespace eph::mapping {

namespace syntax {
struct Block;
}

/// How a reference to nothing is printed.
enum class Missing { AsWritten, Empty };

/// Variables by name. What a template sets is among them afterwards.
using Variables = QHash<QString, Value>;

/// A mapping template in the Velocity language, version 1.7, as API Gateway takes it. Source: Velocity's user guide and API Gateway developer
/// guide, November 2026. What a program does is bounded: 1,000 rounds of a loop, 200,000 steps, 10 MiB of text at once, and three seconds.
class Template
{
public:
    /// Invalid, with the line, where a directive or an expression is not whole.
    [[nodiscard]] static Result<Template> parse(const QString &text);

    /// What the template comes to. Velocity leaves a reference to nothing as it is written; for API Gateway it is an empty text, also where it is
    /// compared. Invalid where a bound is passed.
    [[nodiscard]] Result<QString> render(Variables &variables, Missing missing) const;

private:
    explicit Template(std::shared_ptr<const syntax::Block> block) : m_block(std::move(block)) {}

    std::shared_ptr<const syntax::Block> m_block;
};

} // namespace eph::mapping
