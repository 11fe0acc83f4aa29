// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/apicall.h"
#include "core/deploy/releasespec.h"

#include <QJsonArray>
#include <QStringList>
#include <optional>

namespace eph::deploy {

enum class Change { Create, Update, Delete, Wait, Observe };
[[nodiscard]] QString changeName(Change change);

/// In which order steps are taken. What the functions are is ready, and nothing of it is seen, until they switch.
enum class Phase {
    Prepare, ///< Roles, sources, layers.
    Code,    ///< Code and configuration of `$LATEST`.
    Settle,  ///< Until the service is through with that.
    Publish, ///< Versions.
    Canary,  ///< A share of the requests goes to what is new, and is watched.
    Switch,  ///< Aliases: this is the moment.
    Connect, ///< What calls the functions.
    Remove,  ///< What is no longer wanted. Not undone: a resume goes on.
};
[[nodiscard]] QString phaseName(Phase phase);

/// How to see whether a call that nobody got an answer to was done.
struct Probe {
    ApiCall call;
    QString list;  ///< The answer's member with the candidates; empty: the answer itself.
    QString key;   ///< The right one is that whose member of this name …
    QString value; ///< … has this value.
};

/// How long a canary is watched, and what it may not do.
struct Observation {
    QJsonArray versions; ///< `{function, version, live}`: the new one, which may be an output, and the one that it is compared with.
    int seconds = 0;
    double mostErrors = 0; ///< Share of the invocations.
    double mostSlowdown = 0; ///< How many times as slow the new one may be, by the 95th percentile; 0: any.
};

/// One call of a plan, with what belongs to it.
struct Step {
    QString id;
    Phase phase = Phase::Prepare;
    int round = 0; ///< Of a canary that goes up in steps.
    Change change = Change::Create;
    QString resource; ///< The key.
    QString summary;  ///< For people: `Create role shop-dev-search-role`.
    QStringList details;
    ApiCall call;
    QStringList alsoNeeds; ///< Permissions besides the call's own.
    QStringList outputs; ///< Members of the answer that others refer to.
    std::optional<Probe> probe = {};
    QList<ApiCall> undo = {};
    /// The undo is left out where the output of that name is one of these: it was there before.
    QString undoUnless = {};
    QStringList undoUnlessIn = {};
    std::optional<Observation> observation = {}; ///< Of a step that makes no call.

    [[nodiscard]] QStringList permissions() const { return (call.operation.isEmpty() ? QStringList() : QStringList{call.permission()}) + alsoNeeds; }
    /// Neither waits nor watches change anything.
    [[nodiscard]] bool changesSomething() const { return change != Change::Wait && change != Change::Observe; }
    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static Step fromJson(const QJsonObject &json);
};

} // namespace eph::deploy
