// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/dependencies.h"

#include "core/base/text.h"
#include "core/sys/codefiles.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

namespace eph::package {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] Result<QByteArray> readManifest(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, Core::tr("%1 cannot be read: %2.").arg(path, file.errorString()));
    return file.readAll();
}

/// What two sets of dependencies must share to be the same.
class Fingerprint
{
public:
    void add(const QString &text) { addBytes(text.toUtf8()); }
    void addFile(const QString &name, const QString &path)
    {
        add(name);
        QFile file(path);
        addBytes(file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    /// A file, or all files of a folder.
    void addTree(const QString &path)
    {
        if (!QFileInfo(path).isDir())
            return addFile(path, path);
        const QList<sys::CodeFile> files = sys::codeFiles(path);
        for (const sys::CodeFile &file : files)
            addFile(file.name, file.path);
    }
    [[nodiscard]] QByteArray result() const { return m_hash.result().toHex(); }

private:
    void addBytes(const QByteArray &bytes)
    {
        m_hash.addData(QByteArray(QByteArray::number(bytes.size()) + ':'));
        m_hash.addData(bytes);
    }
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
};

/// A package manager of Node.js by the lock file it writes.
struct NodeTool {
    const char *lock;
    const char *program;
    QStringList arguments;
};

[[nodiscard]] const QList<NodeTool> &nodeTools()
{
    static const QStringList npm{u"ci"_s, u"--omit=dev"_s, u"--no-audit"_s, u"--no-fund"_s, u"--prefer-offline"_s, u"--fetch-retries=1"_s, u"--loglevel=http"_s, u"--os=linux"_s};
    static const QList<NodeTool> all{
        {"npm-shrinkwrap.json", "npm", npm},
        {"package-lock.json", "npm", npm},
        {"pnpm-lock.yaml", "pnpm", {u"install"_s, u"--prod"_s, u"--frozen-lockfile"_s, u"--prefer-offline"_s, u"--config.node-linker=hoisted"_s, u"--config.fetch-retries=1"_s}},
        {"yarn.lock", "yarn", {u"install"_s, u"--production"_s, u"--frozen-lockfile"_s, u"--prefer-offline"_s, u"--non-interactive"_s}},
    };
    return all;
}

/// Scripts of the project itself, and dependencies that lie in its folder, may need any file of it.
[[nodiscard]] bool needsWholeFolder(const QJsonObject &manifest, const QByteArray &lock)
{
    const QJsonObject scripts = manifest.value("scripts"_L1).toObject();
    static const QStringList run{u"preinstall"_s, u"install"_s, u"postinstall"_s, u"prepublish"_s, u"preprepare"_s, u"prepare"_s, u"postprepare"_s};
    const bool runs = std::any_of(run.cbegin(), run.cend(), [&](const QString &name) { return scripts.contains(name); });
    return runs || lock.contains("file:") || lock.contains("link:") || lock.contains("\"link\"");
}

[[nodiscard]] Result<std::optional<DependencyRecipe>> nodeDependencies(const QString &folder, const CodeTarget &target)
{
    const QString manifestPath = folder + "/package.json"_L1;
    const QList<NodeTool> &tools = nodeTools();
    const auto tool = std::find_if(tools.cbegin(), tools.cend(), [&](const NodeTool &each) { return QFileInfo::exists(folder + u'/' + QLatin1StringView(each.lock)); });
    if (tool == tools.cend() || !QFileInfo::exists(manifestPath))
        return std::nullopt;
    DependencyRecipe recipe;
    recipe.source = QString::fromLatin1(tool->lock);
    recipe.insteadOf = u"node_modules"_s;
    const auto text = readManifest(manifestPath);
    const auto lock = readManifest(folder + u'/' + recipe.source);
    if (!text || !lock)
        return tl::unexpected(text ? lock.error() : text.error());
    const QJsonDocument manifest = QJsonDocument::fromJson(*text);
    if (!manifest.isObject())
        return failure(ErrorCode::Invalid, Core::tr("%1 is no JSON object.").arg(manifestPath), Core::tr("Correct it; the dependencies cannot be told without it."));
    const bool any = !manifest.object().value("dependencies"_L1).toObject().isEmpty() || !manifest.object().value("optionalDependencies"_L1).toObject().isEmpty();
    if (!any)
        return recipe;
    recipe.programs = {QString::fromLatin1(tool->program)};
    recipe.arguments = tool->arguments;
    if (recipe.programs.first() == "npm"_L1)
        recipe.arguments << (target.architecture == "arm64"_L1 ? u"--cpu=arm64"_s : u"--cpu=x64"_s);
    if (needsWholeFolder(manifest.object(), *lock)) {
        auto all = selectFiles(folder, target.runtime, {{}, recipe.insteadOf});
        if (!all)
            return tl::unexpected(all.error());
        recipe.inputs = std::move(all->files);
    }
    for (const QString &name : {u"package.json"_s, recipe.source, u".npmrc"_s, u".yarnrc"_s, u"pnpm-workspace.yaml"_s}) {
        const bool known = std::any_of(recipe.inputs.cbegin(), recipe.inputs.cend(), [&](const PackedFile &file) { return file.name == name; });
        if (!known && QFileInfo::exists(folder + u'/' + name))
            recipe.inputs.append({name, folder + u'/' + name, {}});
    }
    Fingerprint fingerprint;
    fingerprint.add(recipe.programs.first() + u' ' + recipe.arguments.join(u' ') + u' ' + target.runtime);
    for (const PackedFile &file : std::as_const(recipe.inputs))
        fingerprint.addFile(file.name, file.path);
    recipe.key = fingerprint.result();
    return recipe;
}

/// One line of a file of requirements, without its comment and what only pip has to know.
struct Requirement {
    QString included; ///< Another such file.
    QString local;    ///< A file or folder of this machine.
    QString name;     ///< Of a package, in lower case.
    bool isExact = false;
};

[[nodiscard]] Requirement requirementOf(QString line)
{
    static const QRegularExpression comment(u"(^|\\s)#.*$"_s);
    static const QRegularExpression include(u"^(?:-r|-c|--requirement|--constraint)[ =]*(.+)$"_s);
    static const QRegularExpression path(u"^(?:(?:-e|--editable)[ =]*)?((?:\\.{1,2}/|/|file:|\\.$)[^;]*)"_s);
    static const QRegularExpression direct(u"@\\s*(file:[^;]*)"_s);
    line = line.remove(comment).trimmed();
    const auto local = [](QString place) { return place.trimmed().remove(QRegularExpression(u"^file:(//)?"_s)); };
    if (const auto match = include.match(line); match.hasMatch())
        return {match.captured(1).trimmed(), {}, {}, {}};
    if (const auto match = path.match(line); match.hasMatch())
        return {{}, local(match.captured(1)), {}, {}};
    if (const auto match = direct.match(line); match.hasMatch())
        return {{}, local(match.captured(1)), {}, {}};
    static const QRegularExpression name(u"^[A-Za-z0-9][A-Za-z0-9._-]*"_s);
    return {{}, {}, name.match(line).captured().toLower(), line.contains("=="_L1) || line.contains(u'@')};
}

/// Files of requirements, each with those that it includes.
class Requirements
{
public:
    explicit Requirements(const QString &folder) : m_folder(folder) {}

    [[nodiscard]] Result<void> read(const QString &path, Fingerprint &fingerprint)
    {
        if (m_seen.contains(path))
            return {};
        m_seen.insert(path);
        const auto text = readManifest(path);
        if (!text)
            return tl::unexpected(text.error());
        fingerprint.addFile(QFileInfo(path).fileName(), path);
        const QStringList lines = QString::fromUtf8(*text).split(u'\n');
        for (const QString &line : lines) {
            const Requirement requirement = requirementOf(line);
            if (!requirement.included.isEmpty()) {
                const QString included = QDir::cleanPath(QFileInfo(path).dir().absoluteFilePath(requirement.included));
                if (const auto read = this->read(included, fingerprint); !read)
                    return read;
            } else if (!requirement.local.isEmpty()) {
                fingerprint.addTree(QDir(m_folder).absoluteFilePath(requirement.local));
            } else if (!requirement.name.isEmpty()) {
                (requirement.isExact ? m_exact : m_named) << requirement.name;
            }
        }
        return {};
    }
    /// Those to which none of the files, constraints among them, gives one version.
    [[nodiscard]] QStringList loose() const
    {
        QStringList all = m_named;
        all.removeIf([this](const QString &name) { return m_exact.contains(name); });
        all.removeDuplicates();
        return all;
    }

private:
    QString m_folder;
    QSet<QString> m_seen;
    QStringList m_named;
    QStringList m_exact;
};

[[nodiscard]] Result<std::optional<DependencyRecipe>> pythonDependencies(const QString &folder, const CodeTarget &target)
{
    DependencyRecipe recipe;
    recipe.source = u"requirements.txt"_s;
    const QString path = folder + u'/' + recipe.source;
    if (!QFileInfo::exists(path))
        return std::nullopt;
    static const QRegularExpression meaningful(u"^\\s*[^#\\s]"_s, QRegularExpression::MultilineOption);
    const auto text = readManifest(path);
    if (!text)
        return tl::unexpected(text.error());
    if (!meaningful.match(QString::fromUtf8(*text)).hasMatch())
        return std::nullopt;
    const QString version = target.runtime.mid(QString(u"python"_s).size());
    const QString machine = target.architecture == "arm64"_L1 ? u"aarch64"_s : u"x86_64"_s;
    for (const QString &own : {u"/.venv/bin/pip"_s, u"/venv/bin/pip"_s})
        recipe.programs << folder + own;
    recipe.programs << u"pip3"_s << u"pip"_s;
    recipe.workingFolder = folder;
    recipe.arguments = {u"install"_s, u"--requirement"_s, path, u"--target"_s, QString::fromLatin1(InstallTarget), u"--no-compile"_s, u"--no-input"_s, u"--disable-pip-version-check"_s, u"--retries"_s, u"1"_s, u"--only-binary=:all:"_s, u"--implementation"_s, u"cp"_s, u"--python-version"_s, version};
    // What the service's systems can load: Amazon Linux 2023 from Python 3.12 on, Amazon Linux 2 before.
    QStringList platforms{u"manylinux2014_"_s, u"manylinux_2_17_"_s, u"linux_"_s};
    if (version.section(u'.', 1, 1).toInt() >= 12)
        platforms.prepend(u"manylinux_2_28_"_s);
    for (const QString &platform : std::as_const(platforms))
        recipe.arguments << u"--platform"_s << platform + machine;
    Fingerprint fingerprint;
    fingerprint.add(target.runtime + u' ' + machine);
    Requirements requirements(folder);
    if (const auto read = requirements.read(path, fingerprint); !read)
        return tl::unexpected(read.error());
    recipe.loose = requirements.loose();
    recipe.key = fingerprint.result();
    return recipe;
}

} // namespace

QString DependencyRecipe::tool() const
{
    return programs.isEmpty() ? QString() : QString(programs.last() + u' ' + arguments.first());
}

Result<std::optional<DependencyRecipe>> dependenciesOf(const QString &folder, const CodeTarget &target)
{
    if (target.runtime.startsWith("nodejs"_L1))
        return nodeDependencies(folder, target);
    if (target.runtime.startsWith("python"_L1))
        return pythonDependencies(folder, target);
    return std::nullopt;
}

} // namespace eph::package
