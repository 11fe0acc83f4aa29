// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/awsclient.h"
#include "core/deploy/documents.h"
#include "core/deploy/step.h"
#include "core/deploy/values.h"

namespace eph::deploy {

/// A resource as it is found.
struct Existing {
    bool exists = false;
    QJsonObject state;   ///< What its type needs to compare and to undo; may hold values of variables, so it is never kept.
    QJsonObject outputs; ///< What others refer to.
};

/// A package that a plan's undo needs, and where it can be got from.
struct KeptPackage {
    QString sha256; ///< Hexadecimal.
    QString function;
    QString version;
};

/// How requests go over to what is new: to a share of it after the other, each watched for a while.
struct Canary {
    QList<int> percents; ///< Rising, 1 to 99; none: all at once.
    int seconds = 300;   ///< Of each.
    double mostErrors = 0.01; ///< Share of the invocations that may fail.
    double mostSlowdown = 2;  ///< How many times as slow what is new may be, by the 95th percentile; 0: any.
};

/// Collects the steps of a plan.
class StepWriter
{
public:
    StepWriter(const Resource &resource, QList<Step> &steps, QList<KeptPackage> &kept, const Canary &canary = {})
        : m_resource(resource)
        , m_steps(steps)
        , m_kept(kept)
        , m_canary(canary)
    {
    }

    struct Draft {
        Phase phase;
        Change change;
        QString summary;
        ApiCall call;
        QList<ApiCall> undo = {};
        QStringList details = {};
        QStringList outputs = {};
        std::optional<Probe> probe = {};
        QStringList alsoNeeds = {};
    };
    /// The step that makes a resource has its key as id, so that its outputs are found by it; others have a number behind.
    Step &add(const Draft &draft);
    [[nodiscard]] const Canary &canary() const { return m_canary; }
    void keep(const KeptPackage &package) { m_kept << package; }

private:
    const Resource &m_resource;
    QList<Step> &m_steps;
    QList<KeptPackage> &m_kept;
    const Canary m_canary;
};

/// What is known of one kind of resource: how it is read, and which calls bring it from what it is to what it is to be.
struct ResourceType {
    QString kind;
    /// Questions only. `resource` may have values that are not known yet.
    Result<Existing> (*read)(AwsClient &client, const Resource &resource);
    void (*plan)(const Resource &resource, const Existing &existing, StepWriter &steps);
    void (*remove)(const Resource &resource, const Existing &existing, StepWriter &steps);
    /// Whether a release that no longer has it takes it away; otherwise it stays until somebody asks for that.
    bool removedByRelease;
};
[[nodiscard]] const ResourceType *findResourceType(const QString &kind);

// One list a file.
[[nodiscard]] QList<ResourceType> roleTypes();
[[nodiscard]] QList<ResourceType> sourceTypes();
[[nodiscard]] QList<ResourceType> functionTypes();
[[nodiscard]] QList<ResourceType> accessTypes();
[[nodiscard]] QList<ResourceType> triggerTypes();
[[nodiscard]] QList<ResourceType> apiTypes();

/// Members whose value is not the wanted one, as text for people: `Timeout: 3 → 5`. Of variables only the names.
[[nodiscard]] QStringList differences(const QJsonObject &wanted, const QJsonObject &actual);
/// Whether everything that is wanted is so; members that are not asked for do not matter.
[[nodiscard]] bool satisfies(const QJsonValue &wanted, const QJsonValue &actual);

} // namespace eph::deploy
