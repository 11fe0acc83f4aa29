// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/functioncode.h"

#include "core/base/text.h"

#include <QDir>
#include <QFileInfo>

namespace eph::project {

using namespace Qt::StringLiterals;

void FunctionCode::read(Function &function, const QJsonObject &values, bool serverless, const YamlNode &node, const QString &path)
{
    QJsonValue code = values.value(serverless ? "CodeUri"_L1 : "Code"_L1);
    function.inlineCode = serverless ? values.value("InlineCode"_L1).toString() : code.toObject().value("ZipFile"_L1).toString();
    if (!function.inlineCode.isEmpty()) {
        function.codeFolder = QDir::cleanPath(m_projectFolder + "/.ephemera/inline/"_L1 + function.logicalId);
        if (function.handler.isEmpty())
            function.handler = u"index.handler"_s;
        return;
    }
    if (function.containerImage)
        return;
    // As the CDK says where the code lies that it has packed.
    const YamlNode *metadata = code.isObject() ? node.find(u"Metadata") : nullptr;
    if (const YamlNode *asset = metadata ? metadata->find(u"aws:asset:path") : nullptr; asset && QFileInfo::exists(QDir(m_folder).filePath(asset->value)))
        code = asset->value;
    const QString location = code.toString(u"."_s);
    if (code.isObject() || location.startsWith("s3://"_L1)) {
        m_eval.report(Severity::Warning, u"remote-code"_s, Core::tr("The code of “%1” lies in a bucket, not on this machine.").arg(function.name), node, path + ".CodeUri"_L1,
                      Core::tr("Point CodeUri to a local folder to run it here."));
        return;
    }
    function.codeFolder = QDir::cleanPath(QDir(m_folder).filePath(location));
    if (const QFileInfo info(function.codeFolder); info.isFile() && info.suffix() != "zip"_L1 && info.suffix() != "jar"_L1)
        function.codeFolder = info.absolutePath();
}

} // namespace eph::project
