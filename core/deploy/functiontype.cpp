// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/deploy/resourcetype.h"
#include "core/deploy/specification.h"

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] ApiCall lambda(const QString &operation, const QString &function, QJsonObject parameters = {})
{
    parameters.insert(u"FunctionName"_s, function);
    return {u"lambda"_s, operation, parameters};
}

[[nodiscard]] QString hexOf(const QString &base64)
{
    return QString::fromLatin1(QByteArray::fromBase64(base64.toLatin1()).toHex());
}

/// As it is set by a call: layers by their ARNs, and what is not set at all with nothing in it.
[[nodiscard]] QJsonObject settingsOf(QJsonObject configuration)
{
    QJsonArray layers;
    const QJsonArray given = configuration.value("Layers"_L1).toArray();
    for (const auto &layer : given)
        layers.append(layer.toObject().value("Arn"_L1));
    configuration.insert(u"Layers"_s, layers);
    if (!configuration.contains("Environment"_L1))
        configuration.insert(u"Environment"_s, QJsonObject{{u"Variables"_s, QJsonObject()}});
    return configuration;
}

/// What a setting is when it is not set.
[[nodiscard]] QJsonValue emptySetting(const QString &member)
{
    static const QHash<QString, QJsonValue> values{{u"VpcConfig"_s, QJsonObject{{u"SubnetIds"_s, QJsonArray()}, {u"SecurityGroupIds"_s, QJsonArray()}}}, {u"KMSKeyArn"_s, QString(u""_s)}, {u"FileSystemConfigs"_s, QJsonArray()},
                                                   {u"SnapStart"_s, QJsonObject{{u"ApplyOn"_s, u"None"_s}}}, {u"DeadLetterConfig"_s, QJsonObject{{u"TargetArn"_s, QString(u""_s)}}}};
    return values.value(member, QJsonValue(QJsonValue::Undefined));
}

/// A setting as it was told, without what only an answer has.
[[nodiscard]] QJsonValue settable(const QString &member, const QJsonValue &told)
{
    QJsonObject object = told.toObject();
    for (const QString &extra : {u"VpcId"_s, u"OptimizationStatus"_s})
        object.remove(extra);
    return told.isObject() ? QJsonValue(object) : told.isUndefined() || told.isNull() ? emptySetting(member) : told;
}

/// What is wanted as the service takes it in an update: everything, so that nothing that was set before stays by accident.
[[nodiscard]] QJsonObject wantedSettings(const Resource &resource, const QJsonObject &actual)
{
    QJsonObject wanted = resource.properties.value("Configuration"_L1).toObject();
    wanted.remove("FunctionName"_L1);
    wanted.remove("Architectures"_L1); // Goes with the code.
    wanted.remove("TenancyConfig"_L1); // Of a new function alone.
    if (!wanted.contains("Layers"_L1))
        wanted.insert(u"Layers"_s, QJsonArray());
    if (!wanted.contains("DeadLetterConfig"_L1))
        wanted.insert(u"DeadLetterConfig"_s, emptySetting(u"DeadLetterConfig"_s));
    for (const QString &member : {u"VpcConfig"_s, u"KMSKeyArn"_s, u"FileSystemConfigs"_s, u"SnapStart"_s}) {
        if (!wanted.contains(member) && !satisfies(emptySetting(member), actual.value(member)))
            wanted.insert(member, emptySetting(member));
    }
    return wanted;
}

[[nodiscard]] QStringList settingDifferences(const QJsonObject &wanted, const QJsonObject &actual)
{
    return differences(wanted, settingsOf(actual));
}

[[nodiscard]] QStringList architectureOf(const QJsonObject &configuration)
{
    return {configuration.value("Architectures"_L1).toArray().first().toString(u"x86_64"_s)};
}

Result<QJsonArray> versionsOf(AwsClient &client, const QString &function)
{
    QJsonArray versions;
    return askForEach(client, lambda(u"ListVersionsByFunction"_s, function), u"Versions"_s, [&](const QJsonValue &version) {
        versions.append(version.toObject().value("Version"_L1));
        return true;
    }).map([&] { return versions; });
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto function = askFor(client, lambda(u"GetFunction"_s, resource.name));
    if (!function || !*function)
        return function ? Result<Existing>(Existing()) : tl::unexpected(function.error());
    Existing existing{true, {}, {}};
    existing.state.insert(u"Configuration"_s, (*function)->value("Configuration"_L1));
    existing.state.insert(u"Tags"_s, (*function)->value("Tags"_L1));
    existing.state.insert(u"Reserved"_s, (*function)->value("Concurrency"_L1).toObject().value("ReservedConcurrentExecutions"_L1));
    const auto versions = versionsOf(client, resource.name);
    if (!versions)
        return tl::unexpected(versions.error());
    existing.state.insert(u"Versions"_s, *versions);
    const auto alias = askFor(client, lambda(u"GetAlias"_s, resource.name, {{u"Name"_s, LiveAlias}}));
    if (!alias)
        return tl::unexpected(alias.error());
    if (!*alias)
        return existing;
    const QString version = (*alias)->value("FunctionVersion"_L1).toString();
    existing.state.insert(u"Alias"_s, **alias);
    existing.outputs.insert(u"Version"_s, version);
    const auto live = askFor(client, lambda(u"GetFunctionConfiguration"_s, resource.name, {{u"Qualifier"_s, version}}));
    const auto async = askFor(client, lambda(u"GetFunctionEventInvokeConfig"_s, resource.name, {{u"Qualifier"_s, LiveAlias}}));
    const auto provisioned = askFor(client, lambda(u"GetProvisionedConcurrencyConfig"_s, resource.name, {{u"Qualifier"_s, LiveAlias}}));
    for (const auto *answer : {&live, &async, &provisioned}) {
        if (!*answer)
            return tl::unexpected(answer->error());
    }
    if (*live)
        existing.state.insert(u"Live"_s, **live);
    if (*async)
        existing.state.insert(u"EventInvokeConfig"_s, **async);
    if (*provisioned)
        existing.state.insert(u"Provisioned"_s, (*provisioned)->value("RequestedProvisionedConcurrentExecutions"_L1));
    return existing;
}

/// The steps of one function.
class FunctionPlan
{
public:
    FunctionPlan(const Resource &resource, const Existing &existing, StepWriter &steps)
        : m_resource(resource)
        , m_name(resource.name)
        , m_state(existing.state)
        , m_latest(existing.state.value("Configuration"_L1).toObject())
        , m_wanted(wantedSettings(resource, existing.exists ? m_latest : QJsonObject{{u"SnapStart"_s, emptySetting(u"SnapStart"_s)}}))
        , m_exists(existing.exists)
        , m_steps(steps)
    {
    }

    void write()
    {
        if (m_exists)
            update();
        else
            create();
        planConcurrency();
        planEventInvokes();
        planProvisioned();
    }

private:
    [[nodiscard]] QJsonObject code() const { return {{u"ZipFile"_s, values::package(m_resource.properties.value("Package"_L1).toString())}}; }
    [[nodiscard]] QJsonArray architectures() const { return m_resource.properties.value("Configuration"_L1).toObject().value("Architectures"_L1).toArray(); }

    void create()
    {
        QJsonObject parameters = m_wanted;
        for (const QString &empty : {u"DeadLetterConfig"_s, u"Layers"_s}) {
            if (!m_resource.properties.value("Configuration"_L1).toObject().contains(empty))
                parameters.remove(empty);
        }
        parameters.insert(u"Architectures"_s, architectures());
        if (const QJsonValue tenancy = m_resource.properties.value("Configuration"_L1).toObject().value("TenancyConfig"_L1); tenancy.isObject())
            parameters.insert(u"TenancyConfig"_s, tenancy);
        parameters.insert(u"Code"_s, code());
        parameters.insert(u"Tags"_s, m_resource.properties.value("Tags"_L1));
        const ApiCall look = lambda(u"GetFunctionConfiguration"_s, m_name);
        m_steps.add({Phase::Code, Change::Create, Core::tr("Create the function %1").arg(m_name), lambda(u"CreateFunction"_s, m_name, parameters), {lambda(u"DeleteFunction"_s, m_name)}, differences(shownSettings(), {}), {}, Probe{look, {}, {}, {}}, {u"iam:PassRole"_s, u"lambda:TagResource"_s}});
        m_steps.add({Phase::Settle, Change::Wait, Core::tr("Wait for the function %1").arg(m_name), look});
        const QString published = m_steps.add({Phase::Publish, Change::Create, Core::tr("Publish a version of %1").arg(m_name), lambda(u"PublishVersion"_s, m_name), {}, {}, {u"Version"_s, u"CodeSha256"_s}}).id;
        waitForVersion(published);
        m_steps.add({Phase::Switch, Change::Create, Core::tr("Let %1 point to the version").arg(m_name + u':' + LiveAlias), lambda(u"CreateAlias"_s, m_name, {{u"Name"_s, LiveAlias}, {u"FunctionVersion"_s, values::output(published, u"Version"_s)}}),
                     {lambda(u"DeleteAlias"_s, m_name, {{u"Name"_s, LiveAlias}})}, {}, {u"FunctionVersion"_s}, Probe{lambda(u"GetAlias"_s, m_name, {{u"Name"_s, LiveAlias}}), {}, {}, {}}});
    }

    [[nodiscard]] QJsonObject shownSettings() const
    {
        QJsonObject shown;
        for (const QString &member : {u"Runtime"_s, u"Handler"_s, u"MemorySize"_s, u"Timeout"_s, u"Environment"_s})
            shown.insert(member, m_wanted.value(member));
        return shown;
    }

    void update()
    {
        const QJsonObject live = m_state.value("Live"_L1).toObject();
        const QString wantedCode = m_resource.properties.value("CodeSha256"_L1).toString();
        const bool otherCode = m_latest.value("CodeSha256"_L1).toString() != wantedCode || m_latest.value("Architectures"_L1).toArray() != architectures();
        const QStringList otherSettings = settingDifferences(m_wanted, m_latest);
        const bool liveIsWanted = !live.isEmpty() && live.value("CodeSha256"_L1).toString() == wantedCode && settingDifferences(m_wanted, live).isEmpty() && architectureOf(live) == QStringList{architectures().first().toString()};
        if (!otherCode && otherSettings.isEmpty() && liveIsWanted)
            return finishWeights();
        const bool latestIsLive = !live.isEmpty() && live.value("CodeSha256"_L1) == m_latest.value("CodeSha256"_L1) && settingDifferences(comparable(live), m_latest).isEmpty();
        QJsonValue before = m_state.value("Alias"_L1).toObject().value("FunctionVersion"_L1);
        if (!latestIsLive && (otherCode || !otherSettings.isEmpty()))
            before = keepLatest();
        const QString beforeText = before.toString();
        if (otherCode)
            updateCode();
        if (!otherSettings.isEmpty())
            updateSettings(before, otherSettings);
        if (otherCode || !otherSettings.isEmpty())
            m_steps.add({Phase::Settle, Change::Wait, Core::tr("Wait for the function %1").arg(m_name), lambda(u"GetFunctionConfiguration"_s, m_name)});
        switchTo(publish());
    }

    /// Of a version as it is set: what of it a call can set.
    [[nodiscard]] static QJsonObject comparable(const QJsonObject &configuration)
    {
        QJsonObject settings;
        const QJsonObject all = settingsOf(configuration);
        for (const QString &member : {u"Role"_s, u"Runtime"_s, u"Handler"_s, u"Description"_s, u"MemorySize"_s, u"Timeout"_s, u"EphemeralStorage"_s, u"TracingConfig"_s, u"Environment"_s, u"LoggingConfig"_s, u"Layers"_s}) {
            if (all.contains(member))
                settings.insert(member, all.value(member));
        }
        return settings;
    }

    /// What is there, and no version has, is made one: otherwise it could not be brought back.
    [[nodiscard]] QJsonValue keepLatest()
    {
        Step &step = m_steps.add({Phase::Prepare, Change::Create, Core::tr("Keep what is in %1 as a version").arg(m_name), lambda(u"PublishVersion"_s, m_name), {}, {Core::tr("It is not what %1 points to.").arg(LiveAlias)}, {u"Version"_s}});
        addPublishUndo(step);
        return values::output(step.id, u"Version"_s);
    }

    void addPublishUndo(Step &step)
    {
        step.undo = {lambda(u"DeleteFunction"_s, m_name, {{u"Qualifier"_s, values::output(step.id, u"Version"_s)}})};
        step.undoUnless = u"Version"_s;
        const QJsonArray versions = m_state.value("Versions"_L1).toArray();
        for (const auto &version : versions)
            step.undoUnlessIn << version.toString();
    }

    void updateCode()
    {
        const QString before = hexOf(m_latest.value("CodeSha256"_L1).toString());
        QJsonObject parameters = code();
        parameters.insert(u"Architectures"_s, architectures());
        const QJsonObject undo{{u"ZipFile"_s, values::package(before)}, {u"Architectures"_s, m_latest.value("Architectures"_L1)}};
        m_steps.keep({before, m_name, u"$LATEST"_s});
        m_steps.add({Phase::Code, Change::Update, Core::tr("Send the code of %1").arg(m_name), lambda(u"UpdateFunctionCode"_s, m_name, parameters), {lambda(u"UpdateFunctionCode"_s, m_name, undo)},
                     {Core::tr("CodeSha256: %1 → %2").arg(m_latest.value("CodeSha256"_L1).toString(), m_resource.properties.value("CodeSha256"_L1).toString())}});
    }

    void updateSettings(const QJsonValue &before, const QStringList &details)
    {
        QJsonObject undo;
        const QJsonObject actual = settingsOf(m_latest);
        for (auto it = m_wanted.begin(); it != m_wanted.end(); ++it) {
            if (it.key() == "Environment"_L1)
                undo.insert(it.key(), values::configured(m_name, {}, it.key()));
            else if (const QJsonValue setting = settable(it.key(), actual.value(it.key())); !setting.isUndefined())
                undo.insert(it.key(), setting);
        }
        // Values of variables are read from the version that keeps them when they are needed; a plan holds none.
        QJsonObject environment = undo.value("Environment"_L1).toObject();
        QJsonObject argument = values::argumentOf(environment).toObject();
        argument.insert(u"version"_s, before);
        environment.insert(environment.begin().key(), argument);
        undo.insert(u"Environment"_s, environment);
        m_steps.add({Phase::Code, Change::Update, Core::tr("Change the settings of %1").arg(m_name), lambda(u"UpdateFunctionConfiguration"_s, m_name, m_wanted), {lambda(u"UpdateFunctionConfiguration"_s, m_name, undo)}, details, {}, {}, {u"iam:PassRole"_s}});
    }

    [[nodiscard]] QString publish()
    {
        Step &step = m_steps.add({Phase::Publish, Change::Create, Core::tr("Publish a version of %1").arg(m_name), lambda(u"PublishVersion"_s, m_name), {}, {}, {u"Version"_s, u"CodeSha256"_s}});
        addPublishUndo(step);
        const QString id = step.id;
        waitForVersion(id);
        return id;
    }

    /// An alias that points to a version which is still being made refuses every request.
    void waitForVersion(const QString &published)
    {
        m_steps.add({Phase::Publish, Change::Wait, Core::tr("Wait for the version of %1").arg(m_name), lambda(u"GetFunctionConfiguration"_s, m_name, {{u"Qualifier"_s, values::output(published, u"Version"_s)}})});
    }

    void switchTo(const QString &published)
    {
        const QJsonObject alias = m_state.value("Alias"_L1).toObject();
        const QJsonObject version{{u"Name"_s, LiveAlias}, {u"FunctionVersion"_s, values::output(published, u"Version"_s)}};
        if (alias.isEmpty()) {
            m_steps.add({Phase::Switch, Change::Create, Core::tr("Let %1 point to the version").arg(m_name + u':' + LiveAlias), lambda(u"CreateAlias"_s, m_name, version), {lambda(u"DeleteAlias"_s, m_name, {{u"Name"_s, LiveAlias}})}, {}, {u"FunctionVersion"_s},
                         Probe{lambda(u"GetAlias"_s, m_name, {{u"Name"_s, LiveAlias}}), {}, {}, {}}});
            return;
        }
        int round = 0;
        for (const int percent : m_steps.canary().percents) {
            const QJsonObject routing = values::weight(values::output(published, u"Version"_s), percent / 100.0);
            Step &step = m_steps.add({Phase::Canary, Change::Update, Core::tr("Send %1 % of %2 to the new version").arg(percent).arg(m_name + u':' + LiveAlias),
                                      lambda(u"UpdateAlias"_s, m_name, withRouting({{u"Name"_s, LiveAlias}, {u"FunctionVersion"_s, alias.value("FunctionVersion"_L1)}}, routing)), {lambda(u"UpdateAlias"_s, m_name, aliasAsItIs(alias))}});
            step.round = round++;
        }
        m_steps.add({Phase::Switch, Change::Update, Core::tr("Let %1 point to the new version").arg(m_name + u':' + LiveAlias), lambda(u"UpdateAlias"_s, m_name, withRouting(version, {})), {lambda(u"UpdateAlias"_s, m_name, aliasAsItIs(alias))},
                     {Core::tr("version %1 → new").arg(alias.value("FunctionVersion"_L1).toString())}, {u"FunctionVersion"_s}});
    }

    /// A canary that stopped half-way leaves weights behind.
    void finishWeights()
    {
        const QJsonObject alias = m_state.value("Alias"_L1).toObject();
        if (weightsOf(alias).isEmpty())
            return;
        m_steps.add({Phase::Switch, Change::Update, Core::tr("Send all of %1 to version %2").arg(m_name + u':' + LiveAlias, alias.value("FunctionVersion"_L1).toString()), lambda(u"UpdateAlias"_s, m_name, withRouting({{u"Name"_s, LiveAlias}, {u"FunctionVersion"_s, alias.value("FunctionVersion"_L1)}}, {})),
                     {lambda(u"UpdateAlias"_s, m_name, aliasAsItIs(alias))}, {}, {u"FunctionVersion"_s}});
    }

    [[nodiscard]] static QJsonObject weightsOf(const QJsonObject &alias) { return alias.value("RoutingConfig"_L1).toObject().value("AdditionalVersionWeights"_L1).toObject(); }
    [[nodiscard]] static QJsonObject withRouting(QJsonObject parameters, const QJsonObject &weights)
    {
        parameters.insert(u"RoutingConfig"_s, QJsonObject{{u"AdditionalVersionWeights"_s, weights}});
        return parameters;
    }
    [[nodiscard]] static QJsonObject aliasAsItIs(const QJsonObject &alias) { return withRouting({{u"Name"_s, LiveAlias}, {u"FunctionVersion"_s, alias.value("FunctionVersion"_L1)}}, weightsOf(alias)); }

    void planConcurrency()
    {
        const QJsonValue wanted = m_resource.properties.value("ReservedConcurrentExecutions"_L1);
        const QJsonValue actual = m_state.value("Reserved"_L1);
        const auto put = [&](const QJsonValue &value) { return value.isDouble() ? lambda(u"PutFunctionConcurrency"_s, m_name, {{u"ReservedConcurrentExecutions"_s, value}}) : lambda(u"DeleteFunctionConcurrency"_s, m_name); };
        if (wanted.toInt(-1) == actual.toInt(-1))
            return;
        const QString text = wanted.isDouble() ? Core::tr("Reserve %1 environments for %2").arg(wanted.toInt()).arg(m_name) : Core::tr("Let %1 share the account's environments").arg(m_name);
        m_steps.add({Phase::Connect, Change::Update, text, put(wanted), {put(actual)}});
    }

    void planEventInvokes()
    {
        const QJsonObject wanted = m_resource.properties.value("EventInvokeConfig"_L1).toObject();
        const QJsonObject actual = m_state.value("EventInvokeConfig"_L1).toObject();
        const auto put = [&](const QJsonObject &config) {
            QJsonObject parameters{{u"Qualifier"_s, LiveAlias}};
            if (config.isEmpty())
                return lambda(u"DeleteFunctionEventInvokeConfig"_s, m_name, parameters);
            for (const QString &member : {u"MaximumRetryAttempts"_s, u"MaximumEventAgeInSeconds"_s, u"DestinationConfig"_s}) {
                if (config.contains(member))
                    parameters.insert(member, config.value(member));
            }
            return lambda(u"PutFunctionEventInvokeConfig"_s, m_name, parameters);
        };
        if (wanted.isEmpty() ? actual.isEmpty() : !actual.isEmpty() && satisfies(wanted, actual))
            return;
        m_steps.add({Phase::Connect, Change::Update, Core::tr("Say what becomes of asynchronous invocations of %1").arg(m_name), put(wanted), {put(actual)}, differences(wanted, actual)});
    }

    void planProvisioned()
    {
        const QJsonValue wanted = m_resource.properties.value("ProvisionedConcurrentExecutions"_L1);
        const QJsonValue actual = m_state.value("Provisioned"_L1);
        const auto put = [&](const QJsonValue &value) {
            return value.isDouble() ? lambda(u"PutProvisionedConcurrencyConfig"_s, m_name, {{u"Qualifier"_s, LiveAlias}, {u"ProvisionedConcurrentExecutions"_s, value}}) : lambda(u"DeleteProvisionedConcurrencyConfig"_s, m_name, {{u"Qualifier"_s, LiveAlias}});
        };
        if (wanted.toInt(-1) == actual.toInt(-1))
            return;
        const QString text = wanted.isDouble() ? Core::tr("Keep %1 environments of %2 ready").arg(wanted.toInt()).arg(m_name) : Core::tr("Keep no environment of %1 ready").arg(m_name);
        m_steps.add({Phase::Connect, Change::Update, text, put(wanted), {put(actual)}});
    }

    const Resource &m_resource;
    const QString m_name;
    const QJsonObject m_state;
    const QJsonObject m_latest;
    const QJsonObject m_wanted;
    const bool m_exists;
    StepWriter &m_steps;
};

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    FunctionPlan(resource, existing, steps).write();
}

void remove(const Resource &resource, const Existing &, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the function %1 with all its versions").arg(resource.name), lambda(u"DeleteFunction"_s, resource.name)});
}

} // namespace

QList<ResourceType> functionTypes()
{
    return {{kinds::Function, read, plan, remove, false}};
}

} // namespace eph::deploy
