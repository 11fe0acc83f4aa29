// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "core/project/model.h"

#include <QJsonArray>
#include <QJsonObject>

namespace eph::deploy {

/// What a function may do, and why.
struct ExecutionPolicy {
    QJsonObject document;     ///< Of the role's own policy; without a statement it is empty.
    QStringList managed;      ///< ARNs of policies that are attached.
    QStringList reasons;      ///< Of each statement, in their order.
    Findings findings;        ///< What could not be granted, or reaches further than one would like.
};

/// The policy of a placed function's role: its log, its triggers, where its results go, what the template declares, and the calls of AWS
/// that are found in its code, as far as the resource follows from a variable of the function. Never `*` without a reason, which is in
/// the statement's id. Any thread; reads the code.
[[nodiscard]] ExecutionPolicy executionPolicyOf(const project::Project &project, const project::Function &function);

/// Who may take a role on: `lambda.amazonaws.com`.
[[nodiscard]] QJsonObject trustPolicy(const QString &service);

/// A policy with everything that does not matter left away, so that two can be compared.
[[nodiscard]] QJsonObject normalizedPolicy(const QJsonObject &document);

/// An AWS call that code makes: `s3:GetObject`, and where.
struct FoundCall {
    QString action;
    QString file; ///< Within the code folder.
    int line = 0;
};
/// The calls of the AWS SDKs that JavaScript or Python code makes. Pure.
[[nodiscard]] QList<FoundCall> callsIn(const QString &code, const QString &file);

} // namespace eph::deploy
