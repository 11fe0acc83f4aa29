// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QJsonObject>

namespace eph::events {

/// Which events are wanted: EventBridge's pattern language, which event filters of Lambda take, too. Pure.
/// Source: EventBridge user guide, comparison operators, November 2026.
class EventPattern
{
public:
    /// Fails with Invalid, naming the field and what may stand there.
    [[nodiscard]] static Result<EventPattern> parse(const QByteArray &json);
    [[nodiscard]] static Result<EventPattern> fromObject(const QJsonObject &pattern);

    /// All fields of the pattern match; of the values of one field, any.
    [[nodiscard]] bool matches(const QJsonObject &event) const;
    [[nodiscard]] const QJsonObject &object() const { return m_pattern; }

private:
    explicit EventPattern(QJsonObject pattern)
        : m_pattern(std::move(pattern))
    {
    }

    QJsonObject m_pattern; ///< Checked.
};

} // namespace eph::events
