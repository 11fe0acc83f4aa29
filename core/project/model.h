// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/account.h"
#include "core/base/error.h"
#include "core/base/finding.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

namespace eph::project {

/// Where something is declared. Lines start at 1.
struct Location {
    QString file;
    int line = 0;
    int column = 0;
};

/// What makes a function run: one entry of its `Events`.
struct Trigger {
    QString name; ///< Logical id within the function.
    QString type; ///< As in the template: `Api`, `HttpApi`, `Schedule`, `ScheduleV2`, `SQS`, …
    QJsonObject properties; ///< Resolved.
    Location location;
    bool ownResource = false; ///< Declared as a resource beside the function; the name is its logical id.

    /// What it comes down to in a few words: `GET /items/{id}`, `rate(5 minutes)`, `queue Orders`.
    [[nodiscard]] QString summary() const;
};

struct Function {
    QString logicalId;
    QString name; ///< FunctionName where one is given, otherwise the logical id.
    QString codeFolder; ///< Absolute.
    QString inlineCode; ///< Of `InlineCode`, otherwise empty.
    QString handler;
    QString runtime;
    QString architecture = QStringLiteral("x86_64");
    QString description;
    int memoryMiB = 128;
    int timeoutSeconds = 3;
    int ephemeralStorageMiB = 512;
    int reservedConcurrency = -1; ///< -1: none.
    int provisionedConcurrency = 0;
    int asyncMaxRetries = 2;
    int asyncMaxAgeSeconds = 21600;
    QString onSuccess; ///< ARN of a destination, or empty.
    QString onFailure;
    QString deadLetter;
    QString logLevel = QStringLiteral("INFO"); ///< Of JSON logs: the application's.
    QString systemLogLevel = QStringLiteral("INFO");
    QString logGroup; ///< Empty: its own.
    bool jsonLogs = false;
    bool containerImage = false; ///< Not run here.
    bool skipBuild = false;      ///< Its Metadata says that the code folder is packed as it is.
    bool inTemplate = false;     ///< Declared in a template, not recognised from its code.
    QMap<QString, QString> environment;
    QStringList aliases; ///< Declared ones: of `AutoPublishAlias`, and of `AWS::Lambda::Alias`. Here they are at what was saved last.
    QStringList layerFolders;
    QStringList remoteLayers; ///< ARNs of those whose files are not here.
    QJsonArray policies;
    QJsonObject properties; ///< All of them, with what Globals add; all numbers are text.
    QList<Trigger> triggers;
    Location location;

    /// `TenancyConfig` says that each tenant has environments of its own.
    [[nodiscard]] bool isTenantIsolated() const;
    /// The file that holds the handler, absolute; empty when it cannot be told.
    [[nodiscard]] QString handlerFile() const;
};

enum class ApiType { Rest, Http, WebSocket, LoadBalancer };

/// A front of functions that the template declares, in SAM's words, as resources of API Gateway version 2 or as a load balancer.
struct ApiDeclaration {
    QString logicalId;
    ApiType type = ApiType::Http;
    QJsonObject properties; ///< Resolved, with what Globals add.
    Location location;
};

/// Who may ask a REST API how often: one `AWS::ApiGateway::UsagePlan` with its keys.
struct UsagePlanDeclaration {
    QString logicalId;
    QStringList apis; ///< Logical ids.
    QStringList keys; ///< Values of those that are on.
    bool anyKey = false; ///< The cloud makes keys for it: none is declared, or one without a value.
    QJsonObject throttle; ///< `RateLimit`, `BurstLimit`; all numbers are text.
    QJsonObject quota;    ///< `Limit`, `Period`.
};

/// A resource of the template that functions eat from: a queue, a topic, a stream, a bucket, a table. And one that holds others: a group.
struct SourceDeclaration {
    QString type; ///< As in the template: `AWS::SQS::Queue`.
    QString logicalId;
    QString name;
    QJsonObject properties; ///< Resolved; all numbers are text.
    Location location;
};

/// A rule of the template that hands events to something that is no function of it, such as a queue: one for each target.
struct RuleDeclaration {
    QString logicalId;
    QJsonObject properties; ///< As an EventBridgeRule of SAM; all numbers are text.
    QString targetArn;
};

/// A schedule of the template that runs something that is no function of it, such as a queue: one for each target.
struct ScheduleDeclaration {
    Trigger trigger; ///< Of the type `Schedule` or `ScheduleV2`.
    QString targetArn;
};

/// One of the template's `Outputs`, resolved.
struct OutputDeclaration {
    QString name;
    QString value;
    QString description;
    QString exportName; ///< Empty: it is not exported.
};

/// By its ending: such a file has to be built before it can run.
[[nodiscard]] bool isTypeScript(const QString &file);

/// The function's part of an ARN, without its qualifier; a plain name is itself.
[[nodiscard]] QString functionNameOf(const QString &arn);

/// A project as its template declares it, with everything resolved, and whatever was not understood.
struct Project {
    QString folder;       ///< Absolute.
    QString templateFile; ///< Absolute; empty for a plain folder of handlers.
    QString name;         ///< The folder's.
    QString region = QStringLiteral("us-east-1");
    QString account = LocalAccount;
    QString description;
    QMap<QString, QString> parameters; ///< Values in force.
    QList<Function> functions;         ///< In the template's order.
    QList<ApiDeclaration> apis;        ///< Declared ones; what events without an id share is not among them.
    QList<UsagePlanDeclaration> usagePlans;
    QList<SourceDeclaration> eventSources;
    QList<SourceDeclaration> groups; ///< Of logs and of schedules, and event buses.
    QList<RuleDeclaration> rules;
    QList<ScheduleDeclaration> schedules;
    QJsonObject restGlobals;           ///< `Globals.Api`, which holds for those that are not declared, too.
    QJsonObject httpGlobals;
    QStringList sources;               ///< Every file that was read for this, absolute.
    QMap<QString, QString> resources;  ///< Logical id to type, all of them.
    // Of the template itself, not of applications within it.
    QList<OutputDeclaration> outputs;
    QMap<QString, QString> references; ///< Logical id to what a reference to it is; without those whose condition is false.
    QStringList hiddenParameters;      ///< `NoEcho` keeps them from being shown.
    QString stackName;                 ///< What samconfig.toml calls it; may be empty.
    Findings findings;

    /// By name or logical id; null when absent.
    [[nodiscard]] const Function *function(const QString &nameOrId) const;
    /// The same for what somebody typed: an empty name is the only function there is, and what is missing says what was meant.
    /// Fails with NotFound, or Usage for an empty name among several. Never null.
    [[nodiscard]] Result<const Function *> chosenFunction(const QString &nameOrId) const;
    /// One of `groups`, by its name; null when absent.
    [[nodiscard]] const SourceDeclaration *group(QLatin1StringView type, const QString &name) const;
    [[nodiscard]] QString eventsFolder() const;
};

} // namespace eph::project
