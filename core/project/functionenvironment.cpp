// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/functionenvironment.h"

#include "core/base/text.h"
#include "core/project/samnames.h"
#include "core/project/templateparameters.h"

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxEnvironmentBytes = 4096;

/// Like the reference tool, env.json changes only variables that the template declares.
void override(Function &function, const QMap<QString, QString> &values)
{
    for (auto it = values.begin(); it != values.end(); ++it) {
        if (function.environment.contains(it.key()))
            function.environment.insert(it.key(), it.value());
    }
}

} // namespace

void FunctionEnvironment::read(Function &function, const QJsonObject &values, const YamlNode &properties, const QString &path)
{
    const QJsonObject variables = values.value("Environment"_L1).toObject().value("Variables"_L1).toObject();
    const YamlNode *node = properties.find(u"Environment");
    const YamlNode *declared = node ? node->find(u"Variables") : nullptr;
    const YamlNode &all = node ? *node : properties;
    qsizetype bytes = 0;
    for (auto it = variables.begin(); it != variables.end(); ++it) {
        const QString where = path + ".Environment.Variables."_L1 + it.key();
        const YamlNode::Entry *entry = declared ? declared->entry(it.key()) : nullptr;
        const YamlNode &place = entry ? *entry->key : all;
        if (!it->isString() && !it->isNull())
            m_eval.report(Severity::Error, u"wrong-type"_s, Core::tr("The variable “%1” needs text, not a list or a map.").arg(it.key()), place, where);
        if (it.key().size() < 2 || !it.key().front().isLetter() || !isName(it.key(), u"_", it.key().size()))
            m_eval.report(Severity::Error, u"bad-variable-name"_s, Core::tr("“%1” is no name for a variable.").arg(it.key()), place, where, Core::tr("Use at least two characters: a letter, then letters, digits and _."));
        if (it->isNull())
            m_eval.report(Severity::Warning, u"null-value"_s, Core::tr("The variable “%1” has no value; CloudFormation refuses a template with nothing in such a place.").arg(it.key()), place, where, Core::tr("Write '' for an empty text."));
        if (ReservedVariables.contains(it.key()))
            m_eval.report(Severity::Error, u"reserved-variable"_s, Core::tr("“%1” is set by the service itself; it refuses this function, and here the value has no effect.").arg(it.key()), place, where, Core::tr("Choose another name."));
        if (it->toString().contains("{{resolve:"_L1))
            m_eval.report(Severity::Note, u"not-resolved"_s, Core::tr("The value of “%1” is known only in the cloud; “%2” stands in for it here.").arg(it.key(), it->toString()), place, where, environmentHint());
        function.environment.insert(it.key(), it->toString());
        bytes += it.key().toUtf8().size() + it->toString().toUtf8().size();
    }
    if (bytes > MaxEnvironmentBytes)
        m_eval.report(Severity::Error, u"environment-too-large"_s, Core::tr("The variables of “%1” have %2 bytes; the service takes 4096.").arg(function.name).arg(bytes), all, path + ".Environment"_L1);
    override(function, m_overrides.allFunctions);
    override(function, m_overrides.byFunction.value(function.logicalId));
    if (function.name != function.logicalId)
        override(function, m_overrides.byFunction.value(function.name));
}

} // namespace eph::project
