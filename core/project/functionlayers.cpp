// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/functionlayers.h"

#include "core/base/text.h"

#include <QDir>
#include <QFileInfo>

namespace eph::project {

using namespace Qt::StringLiterals;

void FunctionLayers::read(Function &function, const QJsonObject &values, const YamlNode &properties, const QString &path)
{
    const QJsonArray layers = values.value("Layers"_L1).toArray();
    const YamlNode *node = properties.find(u"Layers");
    const YamlNode &place = node ? *node : properties;
    constexpr qsizetype MaxLayers = 5;
    if (layers.size() > MaxLayers)
        m_eval.report(Severity::Error, u"too-many-layers"_s, Core::tr("A function has five layers at most; “%1” has %2.").arg(function.name).arg(layers.size()), place, path + ".Layers"_L1, Core::tr("Put several into one layer."));
    for (const auto &layer : layers) {
        const std::optional<QString> folder = folderOf(layer.toString(), path);
        if (folder && QFileInfo(*folder).isDir()) {
            function.layerFolders << *folder;
        } else {
            // One of this template has to be built; the cloud knows it not.
            if (!folder)
                function.remoteLayers << layer.toString();
            m_eval.report(Severity::Warning, u"remote-layer"_s, Core::tr("The layer “%1” is not on this machine; its files are missing here.").arg(layer.toString()), place, path + ".Layers"_L1);
        }
    }
}

std::optional<QString> FunctionLayers::folderOf(const QString &arn, const QString &path)
{
    const YamlNode *resources = m_root.find(u"Resources");
    if (!resources)
        return std::nullopt;
    for (const YamlNode::Entry &entry : resources->entries) {
        const YamlNode &node = entry.value->resolved();
        const YamlNode *type = node.find(u"Type");
        if (!type || !type->value.endsWith("::LayerVersion"_L1) || m_eval.resourceRef(entry.key->value) != arn)
            continue;
        const YamlNode *layer = node.find(u"Properties");
        const YamlNode *content = layer ? layer->find(u"ContentUri") : nullptr;
        // A plain one, as it is before it is packed.
        if (!content && layer)
            content = layer->find(u"Content");
        const QString location = content ? m_eval.evaluate(*content, path).toString() : QString();
        return location.isEmpty() ? QString() : QDir::cleanPath(QDir(m_folder).filePath(location));
    }
    return std::nullopt;
}

} // namespace eph::project
