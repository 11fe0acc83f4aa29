// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functionsettings.h"

#include "core/cloud/constraints.h"
#include "core/project/samnames.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// Source: Lambda developer guide, runtimes, November 2026.
const QStringList Runtimes{u"nodejs24.x"_s, u"nodejs22.x"_s, u"nodejs20.x"_s, u"python3.14"_s, u"python3.13"_s, u"python3.12"_s, u"python3.11"_s, u"python3.10"_s, u"java25"_s, u"java21"_s, u"java17"_s, u"java11"_s, u"java8.al2"_s,
                           u"dotnet10"_s, u"dotnet8"_s, u"ruby4.0"_s, u"ruby3.4"_s, u"ruby3.3"_s, u"ruby3.2"_s, u"provided.al2023"_s, u"provided.al2"_s};
const QString RolePattern = u"arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+"_s;
constexpr qsizetype MaxEnvironmentBytes = 4096;
constexpr qsizetype MaxLayers = 5;

/// What a call may set, as it stands in the answer under the same name.
const QStringList PlainSettings{u"Role"_s, u"Handler"_s, u"Description"_s, u"Timeout"_s, u"MemorySize"_s, u"Runtime"_s, u"EphemeralStorage"_s, u"DeadLetterConfig"_s, u"TracingConfig"_s, u"KMSKeyArn"_s, u"FileSystemConfigs"_s};

[[nodiscard]] ApiError invalid(const QString &message)
{
    return {400, "InvalidParameterValueException", message};
}

[[nodiscard]] std::optional<ApiError> runtimeError(const QString &runtime)
{
    if (runtime.isEmpty() || Runtimes.contains(runtime))
        return std::nullopt;
    static const QRegularExpression retired(u"^(nodejs(4\\.3(-edge)?|6\\.10|8\\.10|10\\.x|12\\.x|14\\.x|16\\.x|18\\.x)?|python(2\\.7|3\\.[6-9])|java8|dotnetcore[0-9.]+|dotnet[5-7]|go1\\.x|ruby2\\.[57]|provided)$"_s);
    if (retired.match(runtime).hasMatch())
        return invalid(u"The runtime parameter of %1 is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions."_s.arg(runtime));
    return invalid(u"Value %1 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [%2] or be a valid ARN"_s.arg(runtime, Runtimes.join(u", "_s)));
}

[[nodiscard]] std::optional<ApiError> environmentError(const QJsonObject &variables)
{
    const QByteArray measured = QJsonDocument(variables).toJson(QJsonDocument::Compact);
    if (measured.size() > MaxEnvironmentBytes)
        return invalid(u"Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: %1"_s.arg(QString::fromUtf8(measured)));
    QStringList reserved;
    static const QRegularExpression name(u"^[a-zA-Z]([a-zA-Z0-9_])+$"_s);
    for (auto it = variables.begin(); it != variables.end(); ++it) {
        if (project::ReservedVariables.contains(it.key()))
            reserved << it.key();
        else if (!name.match(it.key()).hasMatch())
            return Constraints().pattern(u"environment.variables"_s, it.key(), u"[a-zA-Z]([a-zA-Z0-9_])+"_s).error();
    }
    if (reserved.isEmpty())
        return std::nullopt;
    return invalid(u"Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: %1"_s.arg(reserved.join(u", "_s)));
}

} // namespace

std::optional<ApiError> tenancyError(const QJsonObject &configuration, const QJsonObject &input)
{
    const QString snapshot = input.value("SnapStart"_L1).toObject().value("ApplyOn"_L1).toString();
    if (!configuration.value("TenancyConfig"_L1).isObject() || snapshot.isEmpty() || snapshot == "None"_L1)
        return std::nullopt;
    return invalid(u"SnapStart is not supported for functions enabled with tenancy configuration."_s);
}

std::optional<ApiError> settingsError(const QJsonObject &input, bool creates)
{
    Constraints constraints;
    if (creates)
        constraints.required(u"functionName"_s, input.value("FunctionName"_L1)).required(u"role"_s, input.value("Role"_L1)).required(u"code"_s, input.value("Code"_L1));
    constraints.pattern(u"role"_s, input.value("Role"_L1), RolePattern)
        .range(u"timeout"_s, input.value("Timeout"_L1), 1, 900)
        .range(u"memorySize"_s, input.value("MemorySize"_L1), 128, 10240)
        .range(u"ephemeralStorage.size"_s, input.value("EphemeralStorage"_L1).toObject().value("Size"_L1), 512, 10240)
        .length(u"description"_s, input.value("Description"_L1), 0, 256)
        .length(u"handler"_s, input.value("Handler"_L1), 0, 128)
        .pattern(u"handler"_s, input.value("Handler"_L1), u"[^\\s]+"_s)
        .length(u"architectures"_s, input.value("Architectures"_L1), 1, 1)
        .oneOf(u"packageType"_s, input.value("PackageType"_L1), {u"Zip"_s, u"Image"_s})
        .oneOf(u"tracingConfig.mode"_s, input.value("TracingConfig"_L1).toObject().value("Mode"_L1), {u"Active"_s, u"PassThrough"_s})
        .pattern(u"loggingConfig.logGroup"_s, input.value("LoggingConfig"_L1).toObject().value("LogGroup"_L1), u"[\\.\\-_/#A-Za-z0-9]+"_s)
        .oneOf(u"loggingConfig.logFormat"_s, input.value("LoggingConfig"_L1).toObject().value("LogFormat"_L1), {u"JSON"_s, u"Text"_s});
    const QJsonValue tenancy = creates ? input.value("TenancyConfig"_L1) : QJsonValue(QJsonValue::Undefined);
    if (!tenancy.isUndefined() && !tenancy.isNull())
        constraints.required(u"tenancyConfig.tenantIsolationMode"_s, tenancy.toObject().value("TenantIsolationMode"_L1)).oneOf(u"tenancyConfig.tenantIsolationMode"_s, tenancy.toObject().value("TenantIsolationMode"_L1), {u"PER_TENANT"_s});
    const QJsonArray architectures = input.value("Architectures"_L1).toArray();
    if (architectures.size() == 1)
        constraints.oneOf(u"architectures"_s, architectures.first(), {u"x86_64"_s, u"arm64"_s});
    if (auto error = constraints.error())
        return error;
    if (auto error = runtimeError(input.value("Runtime"_L1).toString()))
        return error;
    if (input.value("PackageType"_L1).toString() == "Image"_L1)
        return invalid(u"Container images are not run here: give a zip file or a package in a bucket."_s);
    if (creates && (!input.contains("Runtime"_L1) || !input.contains("Handler"_L1)))
        return invalid(u"Runtime and Handler are mandatory parameters for functions created with deployment packages."_s);
    if (auto error = creates ? tenancyError(input, input) : std::nullopt)
        return error;
    if (input.value("Layers"_L1).toArray().size() > MaxLayers)
        return invalid(u"Cannot reference more than 5 layers."_s);
    return environmentError(input.value("Environment"_L1).toObject().value("Variables"_L1).toObject());
}

QJsonObject withSettings(QJsonObject configuration, const QJsonObject &input)
{
    for (const QString &name : PlainSettings) {
        if (input.contains(name))
            configuration.insert(name, input.value(name));
    }
    // Replaced as a whole: what is left out is gone.
    if (input.contains("Environment"_L1)) {
        const QJsonObject variables = input.value("Environment"_L1).toObject().value("Variables"_L1).toObject();
        if (variables.isEmpty())
            configuration.remove("Environment"_L1);
        else
            configuration.insert(u"Environment"_s, QJsonObject{{u"Variables"_s, variables}});
    }
    if (configuration.value("DeadLetterConfig"_L1).toObject().value("TargetArn"_L1).toString().isEmpty())
        configuration.remove("DeadLetterConfig"_L1);
    if (input.contains("SnapStart"_L1))
        configuration.insert(u"SnapStart"_s, QJsonObject{{u"ApplyOn"_s, input.value("SnapStart"_L1).toObject().value("ApplyOn"_L1)}, {u"OptimizationStatus"_s, u"Off"_s}});
    if (input.contains("LoggingConfig"_L1)) {
        QJsonObject logging = input.value("LoggingConfig"_L1).toObject();
        const QJsonObject before = configuration.value("LoggingConfig"_L1).toObject();
        if (!logging.contains("LogFormat"_L1))
            logging.insert(u"LogFormat"_s, before.value("LogFormat"_L1));
        if (!logging.contains("LogGroup"_L1))
            logging.insert(u"LogGroup"_s, before.value("LogGroup"_L1));
        if (logging.value("LogFormat"_L1).toString() == "JSON"_L1) {
            for (const QString &level : {u"ApplicationLogLevel"_s, u"SystemLogLevel"_s}) {
                if (!logging.contains(level))
                    logging.insert(level, before.contains(level) ? before.value(level) : QJsonValue(u"INFO"_s));
            }
        }
        configuration.insert(u"LoggingConfig"_s, logging);
    }
    return configuration;
}

QJsonObject newConfiguration(const QString &arn, const QJsonObject &input)
{
    const QString name = arn.section(u':', -1);
    const QJsonObject standard{{u"FunctionName"_s, name},
                               {u"FunctionArn"_s, arn},
                               {u"Description"_s, QString(u""_s)},
                               {u"Timeout"_s, 3},
                               {u"MemorySize"_s, 128},
                               {u"Version"_s, u"$LATEST"_s},
                               {u"TracingConfig"_s, QJsonObject{{u"Mode"_s, u"PassThrough"_s}}},
                               {u"PackageType"_s, u"Zip"_s},
                               {u"Architectures"_s, input.contains("Architectures"_L1) ? input.value("Architectures"_L1) : QJsonArray{u"x86_64"_s}},
                               {u"EphemeralStorage"_s, QJsonObject{{u"Size"_s, 512}}},
                               {u"SnapStart"_s, QJsonObject{{u"ApplyOn"_s, u"None"_s}, {u"OptimizationStatus"_s, u"Off"_s}}},
                               {u"LoggingConfig"_s, QJsonObject{{u"LogFormat"_s, u"Text"_s}, {u"LogGroup"_s, QString("/aws/lambda/"_L1 + name)}}}};
    QJsonObject configuration = withSettings(standard, input);
    // Of a new function alone: no update changes it.
    if (input.value("TenancyConfig"_L1).isObject())
        configuration.insert(u"TenancyConfig"_s, input.value("TenancyConfig"_L1));
    return configuration;
}

QJsonObject declaredConfiguration(const project::Function &function, const runtime::FunctionConfig &config)
{
    const QDateTime changed = QFileInfo(function.location.file).lastModified().toUTC();
    QJsonObject settings{{u"Role"_s, u"arn:aws:iam::%1:role/local"_s.arg(config.account)},
                         {u"Runtime"_s, config.runtime},
                         {u"Handler"_s, config.handler},
                         {u"Description"_s, function.description},
                         {u"Timeout"_s, function.timeoutSeconds},
                         {u"MemorySize"_s, config.memoryMiB},
                         {u"Architectures"_s, QJsonArray{function.architecture}},
                         {u"EphemeralStorage"_s, QJsonObject{{u"Size"_s, config.ephemeralStorageMiB}}}};
    QJsonObject logging{{u"LogGroup"_s, config.logGroupName()}};
    if (config.jsonLogs) {
        logging.insert(u"LogFormat"_s, u"JSON"_s);
        logging.insert(u"ApplicationLogLevel"_s, config.logLevel);
        logging.insert(u"SystemLogLevel"_s, config.systemLogLevel);
    }
    settings.insert(u"LoggingConfig"_s, logging);
    if (!function.deadLetter.isEmpty())
        settings.insert(u"DeadLetterConfig"_s, QJsonObject{{u"TargetArn"_s, function.deadLetter}});
    if (config.tenantIsolation)
        settings.insert(u"TenancyConfig"_s, QJsonObject{{u"TenantIsolationMode"_s, u"PER_TENANT"_s}});
    QJsonObject variables;
    for (auto it = config.environment.cbegin(); it != config.environment.cend(); ++it)
        variables.insert(it.key(), it.value());
    settings.insert(u"Environment"_s, QJsonObject{{u"Variables"_s, variables}});
    QJsonObject configuration = newConfiguration(config.arn(), settings);
    configuration.insert(u"LastModified"_s, QString(changed.toString(u"yyyy-MM-ddTHH:mm:ss.zzz"_s) + "+0000"_L1));
    return configuration;
}

} // namespace eph::cloud
