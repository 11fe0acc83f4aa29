// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/linecost.h"
#include "core/services/logservice.h"

#include <QDate>

namespace eph::cli {

/// Lines for people: `10:00:00.123  checkout  text`, and the date where another day begins.
class LogText
{
public:
    explicit LogText(const services::LineCost &cost) : m_cost(cost) {}

    [[nodiscard]] QByteArray line(const services::StoredLine &line);

private:
    const services::LineCost &m_cost;
    QDate m_day;
};

} // namespace eph::cli
