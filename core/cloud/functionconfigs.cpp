// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functionconfigs.h"

#include "core/base/text.h"
#include "core/project/privatefolder.h"
#include "core/sys/paths.h"

#include <QDir>
#include <QSaveFile>

namespace eph::cloud {

namespace {

using namespace Qt::StringLiterals;

/// The service brings a module along for inline code that answers a custom resource's request.
void addResponseModule(const project::Function &function)
{
    const bool python = function.runtime.startsWith("python"_L1);
    const QString name = python ? u"cfnresponse.py"_s : u"cfn-response.js"_s;
    if (function.inlineCode.contains(python ? "cfnresponse"_L1 : "cfn-response"_L1) && !QFile::exists(function.codeFolder + u'/' + name))
        QFile::copy(sys::resourcePath((python ? "runtimes/python/inline/"_L1 : "runtimes/nodejs/inline/"_L1) + name), function.codeFolder + u'/' + name);
}

Result<void> writeInlineCode(const project::Project &project, const project::Function &function)
{
    const QString name = function.runtime.startsWith("python"_L1) ? u"index.py"_s : u"index.js"_s;
    const QString path = function.codeFolder + u'/' + name;
    const QByteArray code = function.inlineCode.toUtf8();
    QFile present(path);
    if (present.open(QIODevice::ReadOnly) && present.readAll() == code)
        return {};
    project::privateFolder(project.folder);
    QDir().mkpath(function.codeFolder);
    addResponseModule(function);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(code) != code.size() || !file.commit())
        return failure(ErrorCode::Io, Core::tr("The inline code of “%1” could not be written to %2: %3.").arg(function.name, path, file.errorString()));
    return {};
}

} // namespace

runtime::AsyncPolicy asyncPolicy(const project::Function &function, const QString &qualifier)
{
    const QJsonObject all = function.properties.value("EventInvokeConfigs"_L1).toObject();
    if (!all.isEmpty()) {
        const QJsonObject one = all.value(qualifier.isEmpty() ? u"$LATEST"_s : qualifier).toObject();
        const runtime::AsyncPolicy standard;
        return {one.value("retries"_L1).toInt(standard.maxRetries), std::chrono::seconds(one.value("ageSeconds"_L1).toInteger(standard.maxAge.count())), one.value("onSuccess"_L1).toString(), one.value("onFailure"_L1).toString(), function.deadLetter};
    }
    return {function.asyncMaxRetries, std::chrono::seconds(function.asyncMaxAgeSeconds), function.onSuccess, function.onFailure, function.deadLetter};
}

Result<runtime::FunctionConfig> functionConfig(const project::Project &project, const project::Function &function)
{
    if (function.containerImage)
        return failure(ErrorCode::Unsupported, Core::tr("“%1” is a container image, which is not run here.").arg(function.name), Core::tr("Give it a CodeUri and a Runtime to run it on this machine."));
    if (function.codeFolder.isEmpty())
        return failure(ErrorCode::NotFound, Core::tr("The code of “%1” is not on this machine.").arg(function.name), Core::tr("Point CodeUri in the template to a local folder."));
    if (function.runtime.isEmpty())
        return failure(ErrorCode::Invalid, Core::tr("“%1” has no Runtime.").arg(function.name), Core::tr("Add one in the template, such as nodejs22.x, python3.13 or provided.al2023."));
    if (!function.inlineCode.isEmpty()) {
        if (const auto written = writeInlineCode(project, function); !written)
            return tl::unexpected(written.error());
    }
    runtime::FunctionConfig config;
    config.name = function.name;
    config.codeFolder = function.codeFolder;
    config.layerFolders = function.layerFolders;
    config.handler = function.handler.isEmpty() ? u"bootstrap"_s : function.handler;
    config.runtime = function.runtime;
    config.region = project.region;
    config.arm = function.architecture == "arm64"_L1;
    config.memoryMiB = function.memoryMiB;
    config.ephemeralStorageMiB = function.ephemeralStorageMiB;
    config.timeout = std::chrono::seconds(function.timeoutSeconds);
    config.reservedConcurrency = function.reservedConcurrency;
    config.provisionedConcurrency = function.provisionedConcurrency;
    config.logLevel = function.logLevel;
    config.systemLogLevel = function.systemLogLevel;
    config.logGroup = function.logGroup;
    config.environment = function.environment;
    config.jsonLogs = function.jsonLogs;
    config.recursionAllowed = function.properties.value("RecursiveLoop"_L1).toString() == "Allow"_L1;
    config.tenantIsolation = function.isTenantIsolated();
    // The service has no such thing.
    if (config.tenantIsolation)
        config.provisionedConcurrency = 0;
    return config;
}

} // namespace eph::cloud
