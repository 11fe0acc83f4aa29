// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/expression.h"

#include <QStringList>

namespace eph::schedule {

/// What a schedule became in another dialect.
struct Written {
    QStringList expressions; ///< More than one: all of them together.
    QStringList notes;       ///< Whole sentences: what is not the same.
    bool exact = true;       ///< They fire at the same wall times as before.
};

/// A cron expression in a dialect, in its shortest usual form. Fails with the reason, a whole sentence, where the dialect
/// cannot say it.
[[nodiscard]] tl::expected<Written, QString> writeCron(const CronSpec &spec, Dialect dialect);

/// The values of a field as text: `*`, `*/5`, `9-17`, `1,15`.
enum class StepForm { Open, Closed }; ///< `1/10`, or `1-59/10`.
[[nodiscard]] QString writeValues(quint64 bits, int low, int high, StepForm form);

/// The expression in its shortest usual form, in its own dialect.
[[nodiscard]] QString normalised(const Expression &expression);

/// `rate(5 minutes)`; empty where the period is no whole number of minutes.
[[nodiscard]] QString writeRate(std::chrono::seconds period);

} // namespace eph::schedule
