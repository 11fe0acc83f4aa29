// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/launchplan.h"

#include "core/base/text.h"
#include "core/runtime/localcredentials.h"
#include "core/runtime/nodearguments.h"
#include "core/sys/paths.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>

namespace eph::runtime {

namespace {

using namespace Qt::StringLiterals;

/// `20` of `nodejs20.x`, `3.12` of `python3.12`.
QString versionOf(const QString &runtime, qsizetype prefix)
{
    QString version = runtime.mid(prefix);
    if (version.endsWith(".x"_L1))
        version.chop(2);
    return version;
}

LaunchPlan customPlan(const FunctionConfig &config)
{
    LaunchPlan plan;
    QStringList folders{config.codeFolder};
    for (auto layer = config.layerFolders.crbegin(); layer != config.layerFolders.crend(); ++layer)
        folders << *layer;
    for (const QString &folder : std::as_const(folders)) {
        const QFileInfo file(folder + "/bootstrap"_L1);
        if (file.isFile() && file.isExecutable()) {
            plan.program = file.absoluteFilePath();
            return plan;
        }
    }
    plan.missingBootstrap = true;
    return plan;
}

/// Where Python keeps what it compiled. Each function has its own: what one writes there, no other runs.
QString compiledFolder(const QString &codeFolder)
{
    const QString folder = sys::cachePath("pycache/"_L1 + QString::fromLatin1(QCryptographicHash::hash(codeFolder.toUtf8(), QCryptographicHash::Sha1).toHex().left(16)));
    QDir().mkpath(folder);
    return folder;
}

/// Node.js looks for packages in every folder above, too.
QStringList modulesAbove(const QString &codeFolder)
{
    QStringList folders;
    for (QDir folder(codeFolder); folder.cdUp();) {
        if (folder.exists(u"node_modules"_s))
            folders << folder.filePath(u"node_modules"_s);
    }
    return folders;
}

/// Where a path of the cloud lies here, also where there is no sandbox to show it.
QString localPath(const QString &path, const FunctionConfig &config)
{
    constexpr QLatin1StringView Task("/var/task/");
    constexpr QLatin1StringView Opt("/opt/");
    if (path.startsWith(Task))
        return config.codeFolder + u'/' + path.mid(Task.size());
    if (!path.startsWith(Opt))
        return path;
    // A later layer lies over an earlier one.
    for (auto layer = config.layerFolders.crbegin(); layer != config.layerFolders.crend(); ++layer) {
        if (const QString file = *layer + u'/' + path.mid(Opt.size()); QFileInfo::exists(file))
            return file;
    }
    return path;
}

/// The wrapper starts in place of the interpreter, which it is given with all arguments.
void wrap(LaunchPlan &plan, const QString &wrapper, const QString &path)
{
    plan.wrapped = true;
    plan.arguments = QStringList{u"-c"_s,
                                 u"[ -f \"$1\" ] || { echo \"$0: does not exist\"; exit 127; }; [ -x \"$1\" ] || { echo \"$0: is not an executable\"; exit 126; }; exec \"$@\""_s,
                                 wrapper, path, plan.program}
        + plan.arguments;
    plan.program = u"/bin/sh"_s;
}

Result<LaunchPlan> managedPlan(const LanguageVersion &asked, const FunctionConfig &config, const sys::Interpreters &interpreters)
{
    const QString &codeFolder = config.codeFolder;
    const bool node = asked.language == sys::Language::NodeJs;
    const auto interpreter = interpreters.find(asked.language, asked.version);
    if (!interpreter)
        return tl::unexpected(interpreter.error());
    LaunchPlan plan;
    plan.program = plan.interpreter = interpreter->path;
    plan.interpreterVersion = interpreter->version;
    plan.managed = true;
    plan.connected = true;
    if (node)
        plan.arguments << nodeArguments(config, interpreter->version) << sys::resourcePath(u"runtimes/nodejs/bootstrap.js"_s);
    else
        plan.arguments << u"-u"_s << u"-S"_s << u"-X"_s << QString("pycache_prefix="_L1 + compiledFolder(codeFolder)) << sys::resourcePath(u"runtimes/python/bootstrap.py"_s);
    if (node)
        plan.readable = modulesAbove(codeFolder);
    else
        plan.readable << QDir::homePath() + "/.local/lib"_L1;
    if (!node)
        plan.writable << compiledFolder(codeFolder);
    if (const QString wrapper = config.environment.value(u"AWS_LAMBDA_EXEC_WRAPPER"_s); !wrapper.isEmpty())
        wrap(plan, wrapper, localPath(wrapper, config));
    return plan;
}

QString joined(const QStringList &folders, const QString &below)
{
    QStringList all;
    for (auto folder = folders.crbegin(); folder != folders.crend(); ++folder)
        all << QString(*folder + below);
    return all.join(u':');
}

} // namespace

std::optional<LanguageVersion> languageOf(const QString &runtime)
{
    constexpr QLatin1StringView Node("nodejs");
    constexpr QLatin1StringView Python("python");
    if (runtime.startsWith(Node))
        return LanguageVersion{sys::Language::NodeJs, versionOf(runtime, Node.size())};
    if (runtime.startsWith(Python))
        return LanguageVersion{sys::Language::Python, versionOf(runtime, Python.size())};
    return std::nullopt;
}

Result<LaunchPlan> launchPlan(const FunctionConfig &config, const sys::Interpreters &interpreters)
{
    if (const auto asked = languageOf(config.runtime))
        return managedPlan(*asked, config, interpreters);
    LaunchPlan plan = customPlan(config);
    if (plan.missingBootstrap && !config.runtime.startsWith("provided"_L1))
        return failure(ErrorCode::Unsupported, Core::tr("The runtime “%1” of “%2” has no local client.").arg(config.runtime, config.name),
                       Core::tr("Node.js and Python run directly; any other language runs as an executable named “bootstrap” in %1.").arg(config.codeFolder));
    return plan;
}

QList<QByteArray> processEnvironment(const FunctionConfig &config, const LaunchPlan &plan, const EnvironmentIdentity &identity)
{
    QMap<QString, QString> variables{
        {u"LANG"_s, u"en_US.UTF-8"_s},
        {u"TZ"_s, u":UTC"_s},
        {u"TMPDIR"_s, identity.scratchFolder},
        {u"AWS_XRAY_CONTEXT_MISSING"_s, u"LOG_ERROR"_s},
        {u"AWS_XRAY_DAEMON_ADDRESS"_s, u"127.0.0.1:2000"_s},
    };
    for (const QString &service : {u"CLOUDFORMATION"_s, u"CLOUDWATCH_LOGS"_s, u"EVENTBRIDGE"_s, u"IAM"_s, u"KINESIS"_s, u"LAMBDA"_s, u"S3"_s, u"SCHEDULER"_s, u"SNS"_s, u"SQS"_s, u"STS"_s}) {
        if (!identity.cloud.endpoint.isEmpty())
            variables.insert("AWS_ENDPOINT_URL_"_L1 + service, identity.cloud.endpoint);
    }
    if (!identity.cloud.gateway.isEmpty())
        variables.insert(u"AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"_s, identity.cloud.gateway);
    if (!identity.cloud.bundleFile.isEmpty()) {
        variables.insert(u"NODE_EXTRA_CA_CERTS"_s, identity.cloud.authorityFile);
        for (const QString &name : {u"AWS_CA_BUNDLE"_s, u"REQUESTS_CA_BUNDLE"_s, u"SSL_CERT_FILE"_s})
            variables.insert(name, identity.cloud.bundleFile);
    }
    QString path = u"/usr/local/bin:/usr/bin/:/bin"_s;
    if (plan.managed)
        path.prepend(QFileInfo(plan.interpreter).path() + u':');
    if (!config.layerFolders.isEmpty()) {
        path += u':' + joined(config.layerFolders, u"/bin"_s);
        QString packages = joined(config.layerFolders, u"/python"_s);
        if (config.runtime.startsWith("python"_L1))
            packages.prepend(joined(config.layerFolders, u"/python/lib/%1/site-packages"_s.arg(config.runtime)) + u':');
        variables.insert(u"PYTHONPATH"_s, packages);
    }
    if (const auto language = languageOf(config.runtime); language && language->language == sys::Language::NodeJs) {
        QString modules = config.codeFolder;
        if (!config.layerFolders.isEmpty())
            modules.prepend(joined(config.layerFolders, u"/nodejs/node%1/node_modules"_s.arg(language->version)) + u':' + joined(config.layerFolders, u"/nodejs/node_modules"_s) + u':');
        variables.insert(u"NODE_PATH"_s, modules);
    }
    variables.insert(u"PATH"_s, path);
    const QString layerLibraries = config.layerFolders.isEmpty() ? QString() : QString(u':' + joined(config.layerFolders, u"/lib"_s));
    variables.insert(u"LD_LIBRARY_PATH"_s, config.codeFolder + u':' + config.codeFolder + "/lib"_L1 + layerLibraries);

    for (auto it = config.environment.cbegin(); it != config.environment.cend(); ++it)
        variables.insert(it.key(), localAddress(it.value(), config.region, config.account, identity.cloud));

    // Reserved ones last: the user's cannot take their place.
    const QMap<QString, QString> reserved{
        {u"_HANDLER"_s, config.handler},
        {u"AWS_REGION"_s, config.region},
        {u"AWS_DEFAULT_REGION"_s, config.region},
        {u"AWS_LAMBDA_FUNCTION_NAME"_s, config.name},
        {u"AWS_LAMBDA_FUNCTION_VERSION"_s, config.version},
        {u"AWS_LAMBDA_FUNCTION_MEMORY_SIZE"_s, QString::number(config.memoryMiB)},
        {u"AWS_LAMBDA_INITIALIZATION_TYPE"_s, identity.provisioned ? u"provisioned-concurrency"_s : u"on-demand"_s},
        {u"AWS_LAMBDA_LOG_GROUP_NAME"_s, config.logGroupName()},
        {u"AWS_LAMBDA_LOG_STREAM_NAME"_s, identity.logStream},
        {u"AWS_ACCESS_KEY_ID"_s, QString::fromLatin1(LocalAccessKeyId)},
        {u"AWS_SECRET_ACCESS_KEY"_s, QString::fromLatin1(localSecretOf(identity.processToken.toLatin1()))},
        {u"AWS_SESSION_TOKEN"_s, identity.processToken},
        {u"AWS_LAMBDA_RUNTIME_API"_s, "127.0.0.1:"_L1 + QString::number(identity.runtimeApiPort)},
        {u"LAMBDA_TASK_ROOT"_s, config.codeFolder},
        {u"LAMBDA_RUNTIME_DIR"_s, plan.managed ? QFileInfo(plan.arguments.last()).path() : u"/var/runtime"_s},
    };
    for (auto it = reserved.cbegin(); it != reserved.cend(); ++it)
        variables.insert(it.key(), it.value());
    if (plan.managed)
        variables.insert(u"AWS_EXECUTION_ENV"_s, "AWS_Lambda_"_L1 + config.runtime);
    if (config.jsonLogs)
        variables.insert({{u"AWS_LAMBDA_LOG_FORMAT"_s, u"JSON"_s}, {u"AWS_LAMBDA_LOG_LEVEL"_s, config.logLevel}});

    QList<QByteArray> lines;
    for (auto it = variables.cbegin(); it != variables.cend(); ++it)
        lines << QString(it.key() + u'=' + it.value()).toLocal8Bit();
    return lines;
}

} // namespace eph::runtime
