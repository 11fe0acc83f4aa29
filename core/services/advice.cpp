// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/advice.h"

#include "core/base/text.h"
#include "core/services/stackframes.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// `name` in `folder` or the nearest folder above it that still belongs to the project; empty when there is none.
QString nearest(const QString &name, const QString &folder, const QString &projectFolder)
{
    for (QDir dir(folder);; dir.setPath(QFileInfo(dir.path()).path())) {
        if (QFileInfo(dir.filePath(name)).isFile())
            return dir.filePath(name);
        if (dir.path() == projectFolder || dir.isRoot() || !dir.path().startsWith(projectFolder))
            return {};
    }
}

/// `@aws-sdk/client-s3` of `@aws-sdk/client-s3/dist/x.js`.
QString packageOf(const QString &specifier)
{
    return specifier.section(u'/', 0, specifier.startsWith(u'@') ? 1 : 0);
}

bool lists(const QString &packageJson, const QString &package)
{
    QFile file(packageJson);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QJsonObject content = QJsonDocument::fromJson(file.readAll()).object();
    for (const auto &section : {"dependencies"_L1, "devDependencies"_L1, "optionalDependencies"_L1}) {
        if (content.value(section).toObject().contains(package))
            return true;
    }
    return false;
}

QString nodeAdvice(const QString &message, const project::Function &function, const QString &projectFolder)
{
    static const QRegularExpression missing(u"Cannot find (?:module|package) '([^']+)'"_s);
    const QString specifier = missing.match(message).captured(1);
    if (specifier.isEmpty())
        return {};
    const QString handler = function.handlerFile();
    const bool isFile = specifier.startsWith(u'.') || specifier.startsWith(u'/');
    // The runtime may name the handler's module, which is no package.
    const bool isHandler = function.handler.startsWith(specifier + u'.');
    if (handler.isEmpty() && (isFile || isHandler))
        return Core::tr("The handler is “%1”, and “%2” has no such file.").arg(function.handler, function.codeFolder);
    if (isFile || isHandler) {
        if (project::isTypeScript(handler))
            return Core::tr("“%1” is TypeScript. Build it to JavaScript beside it, for example with esbuild, and point CodeUri there.").arg(handler);
        return {};
    }
    const QString package = packageOf(specifier);
    const QString packageJson = nearest(u"package.json"_s, function.codeFolder, projectFolder);
    const QString folder = packageJson.isEmpty() ? function.codeFolder : QFileInfo(packageJson).path();
    if (!packageJson.isEmpty() && lists(packageJson, package))
        return Core::tr("“%1” is in package.json but not installed. Run: npm install --prefix \"%2\"").arg(package, folder);
    if (package.startsWith("@aws-sdk/"_L1) || package.startsWith("@smithy/"_L1))
        return Core::tr("The cloud brings “%1” along, this machine does not. Run: npm install --save-dev --prefix \"%2\" %1").arg(package, folder);
    return Core::tr("No package.json names “%1”. Run: npm install --prefix \"%2\" %1").arg(package, folder);
}

/// A requirement's name and the module that it brings often differ in - and _, and at times in more.
bool namesPackage(const QString &requirementsFile, const QString &module)
{
    QFile file(requirementsFile);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QString wanted = module.toLower().remove(u'_').remove(u'-');
    const QStringList lines = QString::fromUtf8(file.readAll()).toLower().split(u'\n');
    return std::any_of(lines.cbegin(), lines.cend(), [&](QString line) { return line.section(u'#', 0, 0).remove(u'_').remove(u'-').contains(wanted); });
}

QString pythonAdvice(const QString &message, const project::Function &function, const QString &projectFolder)
{
    static const QRegularExpression missing(u"No module named '([^']+)'"_s);
    const QString module = missing.match(message).captured(1);
    if (module.isEmpty())
        return {};
    if (function.handlerFile().isEmpty())
        return Core::tr("The handler is “%1”, and “%2” has no such file.").arg(function.handler, function.codeFolder);
    const QString package = module.section(u'.', 0, 0);
    if (package == "boto3"_L1 || package == "botocore"_L1)
        return Core::tr("The cloud brings “%1” along, this machine does not. Run: python3 -m pip install boto3").arg(package);
    if (!function.layerFolders.isEmpty() && std::none_of(function.layerFolders.cbegin(), function.layerFolders.cend(), [](const QString &folder) { return QFileInfo(folder + "/python"_L1).isDir(); }))
        return Core::tr("“%1” may come from a layer that is not built: “%2” has no folder “python”. Install it there, or run: sam build").arg(package, function.layerFolders.first());
    const QString requirements = nearest(u"requirements.txt"_s, function.codeFolder, projectFolder);
    if (!requirements.isEmpty() && namesPackage(requirements, package))
        return Core::tr("“%1” is not installed. Run: python3 -m pip install --target \"%2\" -r \"%3\"").arg(package, function.codeFolder, requirements);
    if (!requirements.isEmpty())
        return Core::tr("“%1” is neither installed nor named in “%2”. Add the package that brings it and install it into “%3”.").arg(package, requirements, function.codeFolder);
    return Core::tr("“%1” is not installed, and no requirements.txt was found. Install it into “%2”.").arg(package, function.codeFolder);
}

} // namespace

QString adviceFor(const runtime::Invocation &invocation, const project::Function &function)
{
    if (invocation.outcome == runtime::Outcome::Throttled && invocation.payload.contains("ReservedFunctionConcurrentInvocationLimitExceeded")) {
        if (function.reservedConcurrency < 0)
            return Core::tr("The kill switch of the Environments panel stops every function: let them go on there.");
        return function.reservedConcurrency == 0 ? Core::tr("Its reserved concurrency is 0, which stops it. Take ReservedConcurrentExecutions out of the template, or raise it.")
                                                 : Core::tr("All %1 environments that it may have are busy. Wait for one, or raise ReservedConcurrentExecutions.").arg(function.reservedConcurrency);
    }
    if (invocation.outcome != runtime::Outcome::InitError && invocation.outcome != runtime::Outcome::FunctionError)
        return {};
    const auto error = parseError(invocation.payload);
    if (!error)
        return {};
    const QString projectFolder = QFileInfo(function.location.file).path();
    return function.runtime.startsWith("python"_L1) ? pythonAdvice(error->message, function, projectFolder) : nodeAdvice(error->message, function, projectFolder);
}

} // namespace eph::services
