// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/money.h"

#include <QMap>
#include <QString>
#include <optional>

namespace eph::cost {

/// What a project and its functions may cost in a calendar month.
struct Budget {
    std::optional<Money> project;
    QMap<QString, Money> functions;
    bool fuse = false; ///< Schedules stop here once it is used up.

    [[nodiscard]] bool isEmpty() const { return !project && functions.isEmpty(); }
    friend bool operator==(const Budget &, const Budget &) = default;
};

/// Kept with the project, in `.ephemera/budget.json`. None where there is no such file; Invalid where it cannot be understood.
[[nodiscard]] Result<Budget> loadBudget(const QString &projectFolder);
[[nodiscard]] QString budgetPathIn(const QString &projectFolder);
[[nodiscard]] Result<void> saveBudget(const QString &projectFolder, const Budget &budget);

enum class BudgetState { Within, Near, Over };
/// Near from eight tenths on.
[[nodiscard]] BudgetState stateOf(Money spent, Money limit);

} // namespace eph::cost
