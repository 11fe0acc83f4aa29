// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/account.h"
#include <QMap>
#include <QString>
#include <QStringList>
#include <chrono>

namespace eph::runtime {

/// What becomes of asynchronous invocations.
struct AsyncPolicy {
    int maxRetries = 2;                ///< 0 to 2.
    std::chrono::seconds maxAge{21600}; ///< 60 to 21600.
    QString onSuccess;                 ///< ARN of a destination, or empty.
    QString onFailure;
    QString deadLetter;

    friend bool operator==(const AsyncPolicy &, const AsyncPolicy &) = default;
};

/// All that an execution environment is made from. Two equal ones may share environments.
struct FunctionConfig {
    QString name;
    QString version = QStringLiteral("$LATEST");
    QString codeFolder; ///< Absolute; what is `/var/task` in the cloud.
    QStringList layerFolders;
    QString handler;
    QString runtime; ///< Identifier such as `nodejs20.x`, `python3.12`, `provided.al2023`.
    QString region = QStringLiteral("us-east-1");
    QString account = LocalAccount;
    bool arm = false;                  ///< Decides its price; it runs here as this machine can.
    int ephemeralStorageMiB = 512;     ///< 512 to 10240.
    int memoryMiB = 128;               ///< 128 to 10240.
    std::chrono::seconds timeout{3};   ///< 1 to 900.
    int reservedConcurrency = -1;      ///< -1: none.
    int provisionedConcurrency = 0;    ///< Environments that are kept ready.
    QMap<QString, QString> environment; ///< The user's variables.
    bool jsonLogs = false;
    bool recursionAllowed = false; ///< `RecursiveLoop: Allow`.
    bool tenantIsolation = false;  ///< An environment runs for one tenant alone.
    QString logLevel = QStringLiteral("INFO");       ///< Of JSON logs: what the function says.
    QString systemLogLevel = QStringLiteral("INFO"); ///< Of JSON logs: what the platform says.

    QString logGroup; ///< Empty: its own.

    [[nodiscard]] QString arn() const;
    /// Where the service keeps its log: `/aws/lambda/NAME`, or a group that several may share.
    [[nodiscard]] QString logGroupName() const;

    friend bool operator==(const FunctionConfig &, const FunctionConfig &) = default;
};

} // namespace eph::runtime
