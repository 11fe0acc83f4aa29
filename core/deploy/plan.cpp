// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/plan.h"

#include "core/base/text.h"

#include <QSet>
#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

/// What is known of resources that are there is filled in; the rest stays for the steps that make them.
[[nodiscard]] QJsonObject withKnown(const QJsonObject &properties, const QJsonObject &known)
{
    const auto filled = filledIn(properties, [&](values::Kind kind, const QJsonValue &argument) -> Result<QJsonValue> {
        const QJsonObject reference = argument.toObject();
        const QJsonValue value = kind == values::Kind::Output ? known.value(reference.value("step"_L1).toString()).toObject().value(reference.value("member"_L1).toString()) : QJsonValue(QJsonValue::Undefined);
        if (!value.isUndefined())
            return value;
        return failure(ErrorCode::NotFound, {});
    });
    return filled ? filled->toObject() : properties;
}

/// Each value on its own: one that is not known yet does not keep the others back.
[[nodiscard]] QJsonValue eachWithKnown(const QJsonValue &value, const QJsonObject &known)
{
    if (values::kindOf(value) != values::Kind::None) {
        const QJsonObject filled = withKnown({{u"v"_s, value}}, known);
        return filled.value("v"_L1);
    }
    if (value.isArray()) {
        QJsonArray array;
        const QJsonArray items = value.toArray();
        for (const auto &item : items)
            array.append(eachWithKnown(item, known));
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        *it = eachWithKnown(*it, known);
    return object;
}

/// Reads resources on several threads.
class Reader
{
public:
    Reader(AwsClient &client, const QList<Resource> &resources, const std::function<bool(int, int)> &progress)
        : m_client(client)
        , m_resources(resources)
        , m_progress(progress)
        , m_results(size_t(resources.size()), failure(ErrorCode::Cancelled, Core::tr("The planning was stopped.")))
    {
    }

    Result<QList<Existing>> readAll()
    {
        constexpr int MostAtOnce = 6;
        std::vector<std::thread> threads;
        for (int i = 0; i < std::min(MostAtOnce, int(m_resources.size())); ++i)
            threads.emplace_back([this] { work(); });
        for (std::thread &thread : threads)
            thread.join();
        QList<Existing> all;
        for (const auto &result : m_results) {
            if (!result)
                return tl::unexpected(result.error());
            all << *result;
        }
        return all;
    }

private:
    void work()
    {
        for (int i = m_next++; i < m_resources.size() && !m_stopped; i = m_next++) {
            const Resource &resource = m_resources.at(i);
            auto read = findResourceType(resource.kind)->read(m_client, resource);
            if (!read)
                m_stopped = true;
            m_results[size_t(i)] = std::move(read);
            const std::lock_guard lock(m_mutex);
            if (m_progress && !m_progress(++m_done, int(m_resources.size())))
                m_stopped = true;
        }
    }

    AwsClient &m_client;
    const QList<Resource> &m_resources;
    const std::function<bool(int, int)> &m_progress;
    std::vector<Result<Existing>> m_results;
    std::atomic<int> m_next = 0;
    std::atomic<bool> m_stopped = false;
    std::mutex m_mutex;
    int m_done = 0;
};

/// A deployed value that is the secret it should be is taken for its reference, so that the two are the same.
[[nodiscard]] Result<QJsonObject> withReferences(const QJsonObject &configuration, const QJsonObject &wanted, const ValueSource &source)
{
    QJsonObject variables = configuration.value("Environment"_L1).toObject().value("Variables"_L1).toObject();
    const QJsonObject wantedVariables = wanted.value("Environment"_L1).toObject().value("Variables"_L1).toObject();
    bool changed = false;
    for (auto it = wantedVariables.begin(); it != wantedVariables.end(); ++it) {
        if (values::kindOf(*it) != values::Kind::Secret)
            continue;
        const auto secret = source(values::Kind::Secret, values::argumentOf(*it));
        if (!secret)
            return tl::unexpected(secret.error());
        if (variables.value(it.key()) == *secret) {
            variables.insert(it.key(), *it);
            changed = true;
        }
    }
    QJsonObject result = configuration;
    if (changed)
        result.insert(u"Environment"_s, QJsonObject{{u"Variables"_s, variables}});
    return result;
}

[[nodiscard]] Result<void> hideSecrets(Existing &existing, const Resource &resource, const ValueSource &source)
{
    const QJsonObject wanted = resource.properties.value("Configuration"_L1).toObject();
    for (const QString &member : {u"Configuration"_s, u"Live"_s}) {
        if (!existing.state.contains(member))
            continue;
        auto hidden = withReferences(existing.state.value(member).toObject(), wanted, source);
        if (!hidden)
            return tl::unexpected(hidden.error());
        existing.state.insert(member, *hidden);
    }
    return {};
}

/// All functions of a release are watched together, after each share.
void addObservations(Plan &plan, const Canary &canary)
{
    for (int round = 0; round < canary.percents.size(); ++round) {
        QJsonArray versions;
        for (const Step &step : std::as_const(plan.steps)) {
            if (step.phase != Phase::Canary || step.round != round)
                continue;
            const QJsonObject weights = step.call.parameters.value("RoutingConfig"_L1).toObject().value("AdditionalVersionWeights"_L1).toObject();
            versions.append(QJsonObject{{u"function"_s, step.call.parameters.value("FunctionName"_L1)}, {u"version"_s, values::argumentOf(weights).toObject().value("version"_L1)}, {u"live"_s, step.call.parameters.value("FunctionVersion"_L1)}});
        }
        if (versions.isEmpty())
            return;
        Step watch;
        watch.id = u"canary#%1"_s.arg(round + 1);
        watch.phase = Phase::Canary;
        watch.round = round;
        watch.change = Change::Observe;
        watch.resource = u"canary"_s;
        watch.summary = Core::tr("Watch the new versions for %1 seconds; at most %2 % of their invocations may fail").arg(canary.seconds).arg(canary.mostErrors * 100);
        if (canary.mostSlowdown > 0)
            watch.details << Core::tr("95 % of them have to end within %1 times the time of the version before").arg(canary.mostSlowdown);
        watch.alsoNeeds = QStringList{u"cloudwatch:GetMetricStatistics"_s};
        watch.observation = Observation{versions, canary.seconds, canary.mostErrors, canary.mostSlowdown};
        plan.steps << watch;
    }
}

} // namespace

QStringList Plan::permissions() const
{
    QSet<QString> all;
    for (const Step &step : steps) {
        const QStringList needed = step.permissions();
        all.unite({needed.cbegin(), needed.cend()});
    }
    QStringList sorted = all.values();
    sorted.sort();
    return sorted;
}

QJsonObject Plan::toJson() const
{
    QJsonArray stepList;
    for (const Step &step : steps)
        stepList.append(step.toJson());
    QJsonArray keptList;
    for (const KeptPackage &package : kept)
        keptList.append(QJsonObject{{u"sha256"_s, package.sha256}, {u"function"_s, package.function}, {u"version"_s, package.version}});
    return {{u"spec"_s, spec.toJson()}, {u"steps"_s, stepList}, {u"known"_s, known}, {u"kept"_s, keptList}, {u"unused"_s, QJsonArray::fromStringList(unused)}, {u"permissions"_s, QJsonArray::fromStringList(permissions())}};
}

Plan Plan::fromJson(const QJsonObject &json)
{
    Plan plan;
    plan.spec = ReleaseSpec::fromJson(json.value("spec"_L1).toObject());
    const QJsonArray stepList = json.value("steps"_L1).toArray();
    for (const auto &step : stepList)
        plan.steps << Step::fromJson(step.toObject());
    plan.known = json.value("known"_L1).toObject();
    const QJsonArray keptList = json.value("kept"_L1).toArray();
    for (const auto &package : keptList)
        plan.kept << KeptPackage{package.toObject().value("sha256"_L1).toString(), package.toObject().value("function"_L1).toString(), package.toObject().value("version"_L1).toString()};
    const QJsonArray unusedList = json.value("unused"_L1).toArray();
    for (const auto &key : unusedList)
        plan.unused << key.toString();
    return plan;
}

namespace {

/// Whose environments are whose is said when a function is made, and never again.
[[nodiscard]] Result<void> checkTenancy(const Resource &resource, const Existing &existing)
{
    const auto isIsolated = [](const QJsonObject &holder) { return !holder.value("Configuration"_L1).toObject().value("TenancyConfig"_L1).toObject().isEmpty(); };
    const bool wanted = isIsolated(resource.properties);
    if (wanted == isIsolated(existing.state))
        return {};
    return failure(ErrorCode::Conflict, wanted ? Core::tr("“%1” is there without tenant isolation, which cannot be changed.").arg(resource.name) : Core::tr("“%1” is there with tenant isolation, which cannot be changed.").arg(resource.name),
                   Core::tr("Give it another name, or delete it there first."));
}

} // namespace

Result<Plan> planRelease(AwsClient &client, const PlanRequest &request)
{
    Plan plan;
    plan.spec = request.spec;
    QList<Resource> wanted = request.spec.resources;
    QList<Resource> gone;
    if (request.before) {
        for (const Resource &resource : request.before->resources) {
            // What has another id now, and is the same thing, is not gone.
            const bool wantedStill = std::any_of(wanted.cbegin(), wanted.cend(), [&](const Resource &each) { return each.kind == resource.kind && each.name == resource.name; });
            if (!wantedStill)
                gone << resource;
        }
    }
    auto found = Reader(client, wanted + gone, request.progress).readAll();
    if (!found)
        return tl::unexpected(found.error());
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        if (found->at(i).exists && !found->at(i).outputs.isEmpty())
            plan.known.insert(wanted.at(i).key(), found->at(i).outputs);
    }
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        Existing &existing = (*found)[i];
        Resource resource = wanted.at(i);
        resource.properties = eachWithKnown(resource.properties, plan.known).toObject();
        if (resource.kind == kinds::Function && existing.exists) {
            if (const auto same = checkTenancy(resource, existing); !same)
                return tl::unexpected(same.error());
            if (const auto hidden = hideSecrets(existing, resource, request.values); !hidden)
                return tl::unexpected(hidden.error());
            if (existing.state.value("Tags"_L1).toObject().value("ephemera:project"_L1).toString() != request.spec.project)
                plan.findings << Finding{Severity::Warning, u"foreign"_s, Core::tr("“%1” is there already, and no release of this project made it.").arg(resource.name), Core::tr("It will be changed. Choose another stage to leave it alone."), {}, 0, 0, {}};
        }
        StepWriter writer(resource, plan.steps, plan.kept, request.canary);
        findResourceType(resource.kind)->plan(resource, existing, writer);
    }
    // Backwards: what refers to something goes before it.
    for (qsizetype i = gone.size() - 1; i >= 0; --i) {
        const Resource &resource = gone.at(i);
        const Existing &existing = found->at(wanted.size() + i);
        if (!existing.exists)
            continue;
        const ResourceType *type = findResourceType(resource.kind);
        if (!type->removedByRelease && !request.prune) {
            plan.unused << resource.key();
            continue;
        }
        StepWriter writer(resource, plan.steps, plan.kept);
        type->remove(resource, existing, writer);
    }
    addObservations(plan, request.canary);
    std::stable_sort(plan.steps.begin(), plan.steps.end(), [](const Step &a, const Step &b) { return std::pair(a.phase, a.round) < std::pair(b.phase, b.round); });
    return plan;
}

} // namespace eph::deploy
