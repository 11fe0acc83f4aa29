// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/overrides.h"

#include "core/base/text.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>

namespace eph::project {

namespace {

using namespace Qt::StringLiterals;

QMap<QString, QString> variables(const QJsonObject &object)
{
    QMap<QString, QString> all;
    for (auto it = object.begin(); it != object.end(); ++it)
        all.insert(it.key(), it.value().toVariant().toString());
    return all;
}

/// A TOML string or list of strings; a comment behind it is not part of it.
QStringList tomlTexts(const QString &value)
{
    static const QRegularExpression quoted(u"\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'|#.*"_s);
    const bool list = value.trimmed().startsWith(u'[');
    QStringList parts;
    auto matches = quoted.globalMatch(value);
    while (matches.hasNext()) {
        const auto match = matches.next();
        if (match.captured().startsWith(u'#') || (!list && !parts.isEmpty()))
            break;
        QString part = match.captured(1).isEmpty() ? match.captured(2) : match.captured(1);
        parts << part.replace("\\\""_L1, "\""_L1).replace("\\\\"_L1, "\\"_L1);
    }
    return parts;
}

/// The same as one text.
QString tomlText(const QString &value)
{
    return tomlTexts(value).join(u' ');
}

/// `NAME=value` each; the value may hold anything.
QMap<QString, QString> parseVariables(const QStringList &texts)
{
    QMap<QString, QString> all;
    for (const QString &text : texts) {
        if (const qsizetype at = text.indexOf(u'='); at > 0)
            all.insert(text.first(at).trimmed(), text.sliced(at + 1));
    }
    return all;
}

QStringList samConfigLines(const QString &folder)
{
    QFile file(folder + "/samconfig.toml"_L1);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split(u'\n') : QStringList();
}

/// What of samconfig.toml concerns a run on this machine, or a release of a stage.
void readSamConfig(const QString &folder, const QString &stage, Overrides &overrides)
{
    const QString own = namedStages(folder).contains(stage) ? stage : u"default"_s;
    const QString commands = stage.isEmpty() ? u"global|deploy|local_invoke"_s : u"global|deploy|ephemera"_s;
    const QRegularExpression section(u"^\\s*\\[\\s*%1\\.(%2)\\.parameters\\s*\\]"_s.arg(QRegularExpression::escape(own), commands));
    static const QRegularExpression anySection(u"^\\s*\\["_s);
    static const QRegularExpression assignment(u"^\\s*(region|stack_name|profile|target|endpoint_url|variables|parameter_overrides)\\s*=\\s*(.*)$"_s);
    bool wanted = false;
    const QStringList lines = samConfigLines(folder);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (anySection.match(lines.at(i)).hasMatch()) {
            wanted = section.match(lines.at(i)).hasMatch();
            continue;
        }
        const auto match = assignment.match(lines.at(i));
        if (!wanted || !match.hasMatch())
            continue;
        QString value = match.captured(2);
        while (value.startsWith(u'[') && !value.contains(u']') && i + 1 < lines.size())
            value += u' ' + lines.at(++i);
        const QString key = match.captured(1);
        if (key == "parameter_overrides"_L1)
            overrides.parameters.insert(parseParameterOverrides(tomlText(value)));
        else if (key == "variables"_L1)
            overrides.variables.insert(parseVariables(tomlTexts(value)));
        else
            (key == "region"_L1 ? overrides.region : key == "stack_name"_L1 ? overrides.stackName : key == "profile"_L1 ? overrides.profile : key == "target"_L1 ? overrides.target : overrides.endpointUrl) = tomlText(value);
    }
}

void readVariables(const QString &path, Overrides &overrides)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return;
    overrides.variablesFile = path;
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
    if (!document.isObject()) {
        overrides.findings << Finding{Severity::Error, u"bad-env-file"_s, Core::tr("“env.json” is no JSON object: %1.").arg(error.errorString()),
                                      Core::tr("It maps function names to variables: {\"MyFunction\": {\"NAME\": \"value\"}}."), path, 0, 0, {}};
        return;
    }
    const QJsonObject all = document.object();
    for (auto it = all.begin(); it != all.end(); ++it) {
        if (it.key() == "Parameters"_L1)
            overrides.allFunctions = variables(it.value().toObject());
        else
            overrides.byFunction.insert(it.key(), variables(it.value().toObject()));
    }
}

} // namespace

QMap<QString, QString> parseParameterOverrides(const QString &text)
{
    QMap<QString, QString> all;
    static const QRegularExpression older(u"ParameterKey=([^,\\s]+),ParameterValue=(\"(?:[^\"]*)\"|\\S+)"_s);
    static const QRegularExpression newer(u"(?:^|\\s)([A-Za-z0-9]+)=(\"(?:[^\"]*)\"|'(?:[^']*)'|\\S*)"_s);
    auto matches = (text.contains("ParameterKey="_L1) ? older : newer).globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        QString value = match.captured(2);
        if (value.size() >= 2 && (value.startsWith(u'"') || value.startsWith(u'\'')))
            value = value.sliced(1, value.size() - 2);
        all.insert(match.captured(1), value);
    }
    return all;
}

QStringList namedStages(const QString &folder)
{
    static const QRegularExpression section(u"^\\s*\\[\\s*([A-Za-z0-9_-]+)\\.[a-z_]+\\.parameters\\s*\\]"_s);
    QStringList names;
    const QStringList lines = samConfigLines(folder);
    for (const QString &line : lines) {
        const QString name = section.match(line).captured(1);
        if (!name.isEmpty() && name != "default"_L1 && !names.contains(name))
            names << name;
    }
    return names;
}

Overrides loadOverrides(const QString &folder, const QString &stage)
{
    Overrides overrides;
    readSamConfig(folder, stage, overrides);
    if (stage.isEmpty())
        readVariables(folder + "/env.json"_L1, overrides);
    return overrides;
}

} // namespace eph::project
