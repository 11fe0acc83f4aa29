// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/loadproject.h"

#include "core/base/text.h"
#include "core/project/handlerscan.h"
#include "core/project/samtemplate.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

namespace eph::project {

namespace {

using namespace Qt::StringLiterals;

void readTemplate(Project &project, const LoadRequest &request)
{
    QByteArray text = request.unsavedTemplate;
    if (text.isNull()) {
        QFile file(project.templateFile);
        if (!file.open(QIODevice::ReadOnly)) {
            project.findings << Finding{Severity::Error, u"unreadable"_s, Core::tr("“%1” cannot be read: %2.").arg(project.templateFile, file.errorString()), Core::tr("Check its permissions."), project.templateFile, 0, 0, {}};
            return;
        }
        text = file.read(YamlLimits().bytes + 1);
    }
    Overrides overrides = loadOverrides(project.folder, request.placement ? request.placement->stage : QString());
    project.findings << overrides.findings;
    project.sources << project.folder + "/samconfig.toml"_L1 << project.folder + "/env.json"_L1;
    if (!overrides.region.isEmpty())
        project.region = overrides.region;
    project.stackName = overrides.stackName;
    if (request.placement) {
        project.region = request.placement->region;
        project.account = request.placement->account;
    }
    QMap<QString, QString> parameters = overrides.parameters;
    parameters.insert(request.parameters);
    SamTemplate reader(project, overrides, parameters);
    if (request.placement)
        reader.setPlacement(*request.placement);
    reader.read(project.templateFile, text);
}

/// Where a template may lie, the first that is there first.
QStringList templatePlaces(const QString &folder)
{
    QStringList places;
    for (const auto &name : {"template.yaml"_L1, "template.yml"_L1, "template.json"_L1, "sam.yaml"_L1, "sam.yml"_L1})
        places << QString(folder + u'/' + name);
    return places;
}

} // namespace

QString findTemplate(const QString &folder)
{
    const QStringList places = templatePlaces(folder);
    const auto found = std::find_if(places.cbegin(), places.cend(), [](const QString &file) { return QFileInfo(file).isFile(); });
    return found == places.cend() ? QString() : *found;
}

Result<Project> loadProject(const LoadRequest &request)
{
    const QFileInfo given(request.path);
    if (!given.exists())
        return failure(ErrorCode::NotFound, Core::tr("“%1” does not exist.").arg(request.path), Core::tr("Give a folder with a template.yaml, or a template file."));
    Project project;
    project.folder = given.isDir() ? QDir(given.absoluteFilePath()).absolutePath() : given.absolutePath();
    project.folder = QDir::cleanPath(project.folder);
    project.name = QDir(project.folder).dirName();
    project.templateFile = given.isDir() ? findTemplate(project.folder) : given.absoluteFilePath();
    if (!project.templateFile.isEmpty()) {
        readTemplate(project, request);
        return project;
    }
    // A template may come, or come back, and so may handlers.
    project.sources << templatePlaces(project.folder) << project.folder;
    project.functions = findHandlers(project.folder);
    if (project.functions.isEmpty())
        return failure(ErrorCode::NotFound, Core::tr("“%1” holds neither a template nor a handler.").arg(project.folder), Core::tr("Make a project there with “eph init”, or choose another folder."));
    project.findings << Finding{Severity::Note, u"no-template"_s, Core::tr("There is no template: the functions were recognised from their code."), Core::tr("Write one to set memory, timeout and triggers."), project.folder, 0, 0, {}};
    return project;
}

} // namespace eph::project
