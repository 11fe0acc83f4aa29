// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/documentstore.h"
#include "core/project/model.h"

namespace eph::cloud {

/// A subscription filter of a log group: which of its events a function gets. Source: CloudWatch Logs user guide, subscription
/// filters, November 2026.
struct LogSubscription {
    QString name;
    QString group;
    QString pattern; ///< Empty: all events.
    QString target;  ///< The function's ARN.
    qint64 createdMs = 0;
    bool isDeclared = false; ///< By the template.
};

/// Those that there are. Pure functions on the project and the documents.
namespace logsubscriptions {

/// What a group may have of them.
inline constexpr qsizetype MostOfGroup = 2;

/// Of functions' events of that type and of resources of their own.
[[nodiscard]] QList<LogSubscription> declaredIn(const project::Project &project);
/// Those that calls have made.
[[nodiscard]] QList<LogSubscription> madeIn(const account::DocumentStore &documents);
/// Makes one, or changes the one of its name and group. Fails with Io.
[[nodiscard]] Result<void> put(account::DocumentStore &documents, const LogSubscription &subscription);
/// What takes one away.
[[nodiscard]] account::DocumentStore::Change removal(const LogSubscription &subscription);

} // namespace logsubscriptions

} // namespace eph::cloud
