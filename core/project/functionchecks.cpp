// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/functionchecks.h"

#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

/// The name is nowhere in the file, and nothing in it could bring names from elsewhere.
[[nodiscard]] bool cannotExport(const QString &path, const QString &name)
{
    constexpr qint64 MostBytes = 1024 * 1024;
    QFile file(path);
    if (file.size() > MostBytes || !file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray text = file.readAll();
    static const QRegularExpression openEnds(uR"(\bexports\b(?!\s*\.\s*\w)|export\s*\*|import\s*\*|sys\.modules|globals\(|locals\(|vars\(|exec\(|setattr\(|__getattr__)"_s);
    return !text.contains(name.toUtf8()) && !openEnds.match(QString::fromUtf8(text)).hasMatch();
}

void checkHandlerFile(const Function &function, const QString &folder, Evaluator &evaluator, const YamlNode &node, const QString &path)
{
    const bool known = function.runtime.startsWith("nodejs"_L1) || function.runtime.startsWith("python"_L1);
    if (!known || function.handler.isEmpty() || !QFileInfo(function.codeFolder).isDir())
        return;
    const QString file = function.handlerFile();
    if (isTypeScript(file))
        evaluator.report(Severity::Warning, u"typescript"_s, Core::tr("“%1” is TypeScript, which has to be built before it can run.").arg(QDir(folder).relativeFilePath(file)), node, path + ".Handler"_L1,
                      Core::tr("Build it to JavaScript beside it, for example with esbuild."));
    else if (file.isEmpty() && function.layerFolders.isEmpty())
        evaluator.report(Severity::Warning, u"no-handler-file"_s, Core::tr("There is no file for the handler “%1” of “%2”.").arg(function.handler, function.name), node, path + ".Handler"_L1,
                      Core::tr("Name a file in %1.").arg(function.codeFolder));
    else if (const QString name = function.handler.section(u'.', -1); !file.isEmpty() && cannotExport(file, name))
        evaluator.report(Severity::Warning, u"no-handler-function"_s, Core::tr("“%1” does not mention “%2”, the handler of “%3”.").arg(QDir(folder).relativeFilePath(file), name, function.name), node, path + ".Handler"_L1,
                      Core::tr("Name the function as the file does, or the other way round."));
}

[[nodiscard]] bool isOfSam(const YamlNode &node)
{
    const YamlNode *type = node.find(u"Type");
    return type && type->value == "AWS::Serverless::Function"_L1;
}

/// Words of which CloudFormation takes only these. Source: its resource reference and SAM's, November 2026.
void checkChoices(const Function &function, Evaluator &evaluator, const YamlNode &node, const QString &path)
{
    struct Choice {
        QString member;
        QStringList words;
    };
    static const QList<Choice> choices{{u"Architectures"_s, {u"x86_64"_s, u"arm64"_s}},
                                       {u"FunctionUrlConfig.AuthType"_s, {u"NONE"_s, u"AWS_IAM"_s}},
                                       {u"FunctionUrlConfig.InvokeMode"_s, {u"BUFFERED"_s, u"RESPONSE_STREAM"_s}},
                                       {u"LoggingConfig.LogFormat"_s, {u"Text"_s, u"JSON"_s}},
                                       {u"PackageType"_s, {u"Zip"_s, u"Image"_s}}};
    const YamlNode *properties = node.find(u"Properties");
    for (const Choice &choice : choices) {
        QJsonValue value = function.properties;
        const YamlNode *written = properties;
        for (const QString &key : choice.member.split(u'.')) {
            value = value.toObject().value(key);
            written = written ? written->find(key) : nullptr;
        }
        const QJsonArray words = value.isArray() ? value.toArray() : value.isUndefined() ? QJsonArray() : QJsonArray{value};
        for (const auto &word : words) {
            // What is empty or resolved in the cloud is not known here.
            const QString text = word.toString();
            if (!text.isEmpty() && !text.contains("{{resolve:"_L1) && !choice.words.contains(text))
                evaluator.report(Severity::Error, u"value-not-allowed"_s, Core::tr("“%1” is not among the values of %2.").arg(text, choice.member.section(u'.', -1)), written ? *written : node, path + u'.' + choice.member,
                                 Core::tr("It may be %1.").arg(choice.words.join(Core::tr(" or "))));
        }
    }
}

} // namespace

void checkFunction(const Function &function, const QString &folder, Evaluator &evaluator, const YamlNode &node, const QString &path)
{
    checkChoices(function, evaluator, node, path);
    if (function.provisionedConcurrency > 0 && function.properties.value("AutoPublishAlias"_L1).toString().isEmpty() && isOfSam(node))
        evaluator.report(Severity::Error, u"no-alias"_s, Core::tr("“%1” has provisioned concurrency, but no version that could have it.").arg(function.name), node, path + ".ProvisionedConcurrencyConfig"_L1,
                         Core::tr("Add AutoPublishAlias, such as “live”."));
    if (function.containerImage) {
        evaluator.report(Severity::Warning, u"container-image"_s, Core::tr("“%1” is a container image; it cannot be run here.").arg(function.name), node, path + ".PackageType"_L1);
        return;
    }
    if (function.runtime.isEmpty())
        evaluator.report(Severity::Error, u"no-runtime"_s, Core::tr("“%1” has no Runtime.").arg(function.name), node, path, Core::tr("Add one, such as nodejs22.x, python3.13 or provided.al2023."));
    if (function.handler.isEmpty() && !function.runtime.startsWith("provided"_L1))
        evaluator.report(Severity::Error, u"no-handler"_s, Core::tr("“%1” has no Handler.").arg(function.name), node, path, Core::tr("Name the file and the function in it, such as index.handler."));
    if (!function.codeFolder.isEmpty() && function.inlineCode.isEmpty() && !QFileInfo::exists(function.codeFolder))
        evaluator.report(Severity::Error, u"no-code"_s, Core::tr("The code folder of “%1” does not exist: %2.").arg(function.name, function.codeFolder), node, path + ".CodeUri"_L1);
    else if (!function.codeFolder.isEmpty() && function.inlineCode.isEmpty())
        checkHandlerFile(function, folder, evaluator, node, path);
}

} // namespace eph::project
