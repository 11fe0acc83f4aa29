// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "core/project/placement.h"
#include "core/project/yaml.h"

#include <QHash>
#include <QJsonObject>
#include <QJsonValue>
#include <QSet>
#include <QString>
#include <functional>

namespace eph::project {

/// What SAM calls the queue (`SQS`) or the topic (`SNS`) that it makes for `OnFailure` or `OnSuccess`, where no destination is named.
[[nodiscard]] QString generatedDestinationName(const QString &function, const QString &outcome, const QString &kind);

/// Resolves a template's values: parameters, mappings, conditions and intrinsic functions. Every scalar stays the text that
/// was written (CloudFormation passes text on; a number read and printed again could change). `AWS::NoValue` is Undefined.
/// What cannot be resolved becomes a Finding and a readable stand-in.
class Evaluator
{
public:
    Evaluator(const YamlNode *root, QString file, Placement placement);

    QMap<QString, QString> parameters; ///< Set before the first evaluation.

    [[nodiscard]] QJsonValue evaluate(const YamlNode &node, const QString &path);
    [[nodiscard]] bool condition(const QString &name, const YamlNode &user);

    /// Reads the file that an `AWS::Include` names and hands its root on, with findings naming that file; what it cannot read
    /// is a Finding.
    void visitInclude(const YamlNode &argument, const QString &path, const std::function<void(const YamlNode &)> &visit);
    /// The same for a file that something else names, such as `DefinitionUri`.
    void visitFile(const QString &location, const YamlNode &argument, const QString &path, const std::function<void(const YamlNode &)> &visit);
    /// Resources that stand in included files.
    void addResource(const QString &logicalId, const YamlNode &node) { m_includedResources.insert(logicalId, &node); }

    void report(Severity severity, const QString &rule, const QString &message, const YamlNode &node, const QString &path, const QString &hint = {});
    /// From now on, what cannot be resolved is no finding.
    void setQuiet() { m_quiet = true; }
    [[nodiscard]] const Findings &findings() const { return m_findings; }
    [[nodiscard]] const QString &file() const { return m_file; }
    [[nodiscard]] const QStringList &includedFiles() const { return m_includedFiles; }

    /// As it is given, or else the logical id; behind the prefix, for what a release makes.
    [[nodiscard]] QString resourceName(const QString &logicalId);
    /// What a reference to a resource that is there stands for: mostly its name.
    [[nodiscard]] QString resourceRef(const QString &logicalId);

private:
    [[nodiscard]] QString plainName(const QString &logicalId);
    using Arguments = const YamlNode &;

    [[nodiscard]] QJsonValue intrinsic(const QString &name, Arguments argument, const QString &path);
    [[nodiscard]] QJsonValue ref(const QString &name, const YamlNode &node, const QString &path);
    [[nodiscard]] QJsonValue getAtt(Arguments argument, const QString &path);
    [[nodiscard]] QJsonValue substitute(Arguments argument, const QString &path);
    [[nodiscard]] QJsonValue join(Arguments argument, const QString &path);
    [[nodiscard]] QJsonValue select(Arguments argument, const QString &path);
    /// What the cloud makes of it is not known here, nor how many items it has.
    [[nodiscard]] bool isUnknownList(const YamlNode &node, const QJsonValue &value) const;
    [[nodiscard]] QJsonValue split(Arguments argument, const QString &path);
    [[nodiscard]] QJsonValue findInMap(Arguments argument, const QString &path);
    [[nodiscard]] QJsonValue chooseIf(Arguments argument, const QString &path);
    [[nodiscard]] QJsonValue include(Arguments argument, const QString &path);
    /// Counts what a value is made of; once there is too much, values stay empty.
    [[nodiscard]] QString counted(const QString &text, const YamlNode &node, const QString &path);
    [[nodiscard]] QJsonValue evaluateMap(const YamlNode &node, const QString &path);
    [[nodiscard]] bool truth(const YamlNode &node, const QString &path);
    /// A property of a resource that is there, as text; empty where it has none, or is being looked at.
    [[nodiscard]] QString propertyOf(const QString &logicalId, const QString &key);
    /// Of an API of SAM; empty for anything else.
    [[nodiscard]] QString stageOf(const QString &api);
    /// What a nested application that lies here hands out; undefined where that is not known.
    [[nodiscard]] QJsonValue nestedOutput(const QString &application, const QString &output, const QString &path);
    [[nodiscard]] QJsonValue readOutput(const QString &application, const QString &output, const QString &path);
    /// Name of the queue or the topic that SAM makes for a destination of a function's asynchronous calls: `DestinationQueue`,
    /// `DestinationTopic`; empty where it makes none.
    [[nodiscard]] QString generatedDestination(const QString &function, const QString &word);
    // The cloud puts ids of its own in the place of these names.
    [[nodiscard]] QString functionUrl(const QString &function) const;
    [[nodiscard]] QString apiUrl(const QString &scheme, const QString &logicalId) const;
    [[nodiscard]] QString resourceArn(const QString &logicalId, const QString &type);
    [[nodiscard]] QString pseudoParameter(const QString &name) const;
    [[nodiscard]] const YamlNode *resource(const QString &logicalId) const;
    [[nodiscard]] QString text(const QJsonValue &value, const YamlNode &node, const QString &path);

    const YamlNode *m_root;
    QString m_file;
    Placement m_placement;
    Findings m_findings;
    bool m_quiet = false;
    QSet<QString> m_told; ///< Place, rule and message of each.
    QSet<QString> m_open; ///< Conditions, includes and properties being evaluated, against circles.
    std::vector<YamlDocument> m_included; ///< Kept alive: nodes point into them.
    int m_budget = 2'000'000; ///< Node visits; aliases make small documents large.
    qsizetype m_text = 32 * 1024 * 1024; ///< Characters of all values; so do substitutions.
    QStringList m_includedFiles;
    QHash<QString, const YamlNode *> m_includedResources;
    int m_depth = 0;
    QStringList m_around;                  ///< Files of the applications that this one is within.
    QHash<QString, QJsonValue> m_outputs;  ///< Of applications within this one, by `Id.Output`.
};

} // namespace eph::project
