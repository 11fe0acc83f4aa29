// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/projecttemplates.h"

#include "core/base/text.h"
#include "core/project/handlerscan.h"
#include "core/project/loadproject.h"
#include "core/project/yaml.h"
#include "core/sys/paths.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSaveFile>

namespace eph::services {

namespace {

using namespace Qt::StringLiterals;

QList<Starter> startersIn(const QString &folder, bool example)
{
    QFile index(folder + "/index.json"_L1);
    const QJsonObject descriptions = index.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(index.readAll()).object() : QJsonObject();
    QList<Starter> all;
    const QStringList names = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString &name : names) {
        const QJsonObject about = descriptions.value(name).toObject();
        all << Starter{name, about.value("title"_L1).toString(name), about.value("description"_L1).toString(), folder + u'/' + name, example};
    }
    return all;
}

Result<void> copyFolder(const QString &from, const QString &to)
{
    QDirIterator files(from, QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    const QDir source(from);
    while (files.hasNext()) {
        const QString file = files.next();
        const QString target = to + u'/' + source.relativeFilePath(file);
        if (target.contains("/__pycache__"_L1) || target.contains("/.ephemera"_L1))
            continue;
        if (files.fileInfo().isDir()) {
            QDir().mkpath(target);
            continue;
        }
        QDir().mkpath(QFileInfo(target).path());
        if (!QFile::copy(file, target))
            return failure(ErrorCode::Io, Core::tr("“%1” could not be written.").arg(target), Core::tr("Check that the folder can be written and the disk has room."));
        // Installed files may be read-only; a project's are for editing.
        QFile::setPermissions(target, QFile::permissions(target) | QFile::WriteOwner);
    }
    return {};
}

Result<QByteArray> readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(path, file.errorString()));
    return file.readAll();
}

Result<void> writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return failure(ErrorCode::Io, Core::tr("“%1” could not be written: %2.").arg(path, file.errorString()), Core::tr("Check that the folder can be written and the disk has room."));
    return {};
}

/// The lines of a starter's first function, under another name, in another folder, and indented as the template is.
QByteArray functionLines(const QByteArray &text, const QString &name, int indent)
{
    const auto document = project::parseYaml(text);
    const project::YamlNode *resources = document && document->root ? document->root->find(u"Resources") : nullptr;
    if (!resources || resources->entries.empty())
        return {};
    const auto &first = resources->entries.front();
    const qsizetype begin = text.lastIndexOf('\n', first.key->span.begin) + 1;
    const qsizetype end = resources->entries.size() > 1 ? text.lastIndexOf('\n', resources->entries[1].key->span.begin) + 1 : resources->span.end;
    QByteArray lines = text.mid(begin, end - begin).trimmed();
    lines.replace(0, first.key->value.toUtf8().size(), name.toUtf8());
    lines.replace("CodeUri: src", QByteArray("CodeUri: " + name.toUtf8()));
    constexpr int StarterIndent = 2;
    QByteArray indented;
    for (const QByteArray &line : QByteArray("  " + lines).split('\n')) {
        const qsizetype spaces = std::find_if(line.cbegin(), line.cend(), [](char c) { return c != ' '; }) - line.cbegin();
        indented += QByteArray(spaces / StarterIndent * indent, ' ') + line.sliced(spaces) + "\n";
    }
    return indented;
}

} // namespace

QList<Starter> starters()
{
    return startersIn(sys::resourcePath(u"templates"_s), false) + startersIn(sys::resourcePath(u"examples"_s), true);
}

Result<QString> createProject(const CreateRequest &request)
{
    const QList<Starter> known = starters();
    const auto found = std::find_if(known.cbegin(), known.cend(), [&](const Starter &starter) { return starter.id == request.starter; });
    if (found == known.cend()) {
        QStringList ids;
        for (const Starter &starter : known)
            ids << starter.id;
        return failure(ErrorCode::NotFound, Core::tr("There is no template or example “%1”.").arg(request.starter), Core::tr("There are: %1.").arg(ids.join(", "_L1)));
    }
    const QString folder = QDir::cleanPath(QFileInfo(request.folder).absoluteFilePath());
    const bool existed = QFileInfo::exists(folder);
    if (existed && !QDir(folder).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot))
        return failure(ErrorCode::Conflict, Core::tr("“%1” is not empty.").arg(folder), Core::tr("Choose a new folder; nothing there is overwritten."));
    if (!QDir().mkpath(folder))
        return failure(ErrorCode::Io, Core::tr("The folder “%1” could not be made.").arg(folder), Core::tr("Check the permissions of the folder above."));
    if (const auto copied = copyFolder(found->folder, folder); !copied) {
        QDir(folder).removeRecursively();
        if (existed)
            QDir().mkpath(folder);
        return tl::unexpected(copied.error());
    }
    return folder;
}

Result<void> addFunction(const AddFunctionRequest &request)
{
    static const QRegularExpression validName(u"^[A-Za-z][A-Za-z0-9]{0,63}$"_s);
    if (!validName.match(request.name).hasMatch())
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no name for a function.").arg(request.name), Core::tr("Use letters and digits, beginning with a letter."));
    const QList<Starter> known = starters();
    const auto starter = std::find_if(known.cbegin(), known.cend(), [&](const Starter &candidate) { return candidate.id == request.starter && !candidate.example; });
    if (starter == known.cend())
        return failure(ErrorCode::NotFound, Core::tr("There is no template “%1”.").arg(request.starter));
    auto text = readFile(request.templateFile);
    const auto starterText = readFile(starter->folder + "/template.yaml"_L1);
    if (!text || !starterText)
        return tl::unexpected(!text ? text.error() : starterText.error());
    const auto document = project::parseYaml(*text);
    const project::YamlNode *resources = document && document->root ? document->root->find(u"Resources") : nullptr;
    if (!resources || resources->flow || resources->kind != project::YamlNode::Kind::Map)
        return failure(ErrorCode::Invalid, Core::tr("The template has no Resources in block style to add to."), Core::tr("Add the function by hand."));
    if (resources->find(request.name))
        return failure(ErrorCode::Conflict, Core::tr("The template has a “%1” already.").arg(request.name), Core::tr("Choose another name."));
    const QString folder = QFileInfo(request.templateFile).absolutePath();
    const QString codeFolder = folder + u'/' + request.name;
    if (QFileInfo::exists(codeFolder))
        return failure(ErrorCode::Conflict, Core::tr("The folder “%1” exists already.").arg(codeFolder), Core::tr("Choose another name."));
    // Behind the last resource, whatever follows it.
    const qsizetype at = text->lastIndexOf('\n', resources->span.end - 1) + 1;
    const QByteArray lead = at > 0 && text->mid(0, at).endsWith("\n\n") ? QByteArray() : QByteArray("\n");
    text->insert(resources->span.end >= text->size() && !text->endsWith('\n') ? text->size() : at, (text->endsWith('\n') ? lead : QByteArray("\n\n")) + functionLines(*starterText, request.name, resources->entries.empty() ? 2 : resources->entries.front().key->column - 1));
    const auto after = project::parseYaml(*text);
    const project::YamlNode *added = after && after->root ? after->root->find(u"Resources") : nullptr;
    if (!added || !added->find(request.name) || !added->find(request.name)->find(u"Properties"))
        return failure(ErrorCode::Invalid, Core::tr("A function cannot be added in the way the template is written."), Core::tr("Add it by hand."));
    if (const auto copied = copyFolder(starter->folder + "/src"_L1, codeFolder); !copied)
        return copied;
    return writeFile(request.templateFile, *text);
}

Result<QString> writeTemplateFor(const QString &folder)
{
    if (const QString present = project::findTemplate(folder); !present.isEmpty())
        return failure(ErrorCode::Conflict, Core::tr("There is a template already: %1.").arg(present));
    const QList<project::Function> functions = project::findHandlers(folder);
    if (functions.isEmpty())
        return failure(ErrorCode::NotFound, Core::tr("No handler was found in “%1”.").arg(folder));
    const QString path = folder + "/template.yaml"_L1;
    if (const auto written = writeFile(path, project::templateFor(functions, folder)); !written)
        return tl::unexpected(written.error());
    return path;
}

} // namespace eph::services
