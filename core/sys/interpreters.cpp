// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/interpreters.h"

#include "core/base/text.h"
#include "core/sys/paths.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSaveFile>
#include <QVersionNumber>
#include <algorithm>

namespace eph::sys {

namespace {

using namespace Qt::StringLiterals;
constexpr int QuestionTimeoutMs = 10'000;

QString cacheFile()
{
    return cachePath(u"interpreters.json"_s);
}

QJsonObject readCache()
{
    QFile file(cacheFile());
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

void remember(const QString &key, const Interpreter &found)
{
    QJsonObject all = readCache();
    all.insert(key, QJsonObject{{u"path"_s, found.path}, {u"version"_s, found.version}});
    QSaveFile file(cacheFile());
    if (file.open(QIODevice::WriteOnly)) {
        file.write(QJsonDocument(all).toJson());
        file.commit();
    }
}

bool isShimFolder(const QString &folder)
{
    return QFileInfo(folder).fileName() == "shims"_L1;
}

/// A shim answers differently by the version manager's variables and by its file of what is chosen, so they belong to the key.
QString cacheKey(const QString &path)
{
    const QFileInfo file(path);
    const QFileInfo chosen(file.path() + u"/../version"_s);
    return u"%1|%2|%3|%4|%5|%6"_s.arg(file.canonicalFilePath(), QString::number(file.size()), QString::number(file.lastModified().toMSecsSinceEpoch()),
                                      qEnvironmentVariable("PYENV_VERSION"), qEnvironmentVariable("NODENV_VERSION"),
                                      isShimFolder(file.path()) ? QString::number(chosen.lastModified().toMSecsSinceEpoch()) : QString());
}

/// Where a version manager keeps what it has installed of a version, chosen or not: `versions/3.12.1/bin` (pyenv, nodenv) or
/// `installs/python/3.12.1/bin` (asdf, mise) beside its folder of shims. The newest first.
QStringList installedFolders(const QString &shims, const QString &version)
{
    const QDir root(QFileInfo(shims).path());
    QStringList kinds{root.filePath(u"versions"_s)};
    const QDir installs(root.filePath(u"installs"_s));
    for (const QString &name : installs.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        kinds << installs.filePath(name);
    QStringList found;
    for (const QString &kind : std::as_const(kinds)) {
        const QDir versions(kind);
        QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        std::sort(names.begin(), names.end(), [](const QString &a, const QString &b) { return QVersionNumber::fromString(b) < QVersionNumber::fromString(a); });
        for (const QString &name : std::as_const(names)) {
            if (Interpreter{{}, name}.isVersion(version))
                found << versions.filePath(name + u"/bin"_s);
        }
    }
    return found;
}

} // namespace

QString languageName(Language language)
{
    return language == Language::NodeJs ? u"Node.js"_s : u"Python"_s;
}

bool Interpreter::isVersion(const QString &asked) const
{
    return QString(version + u'.').startsWith(asked + u'.');
}

Interpreters::Interpreters(QString searchPath)
    : m_searchPath(searchPath.isEmpty() ? qEnvironmentVariable("PATH") : std::move(searchPath))
{
}

QStringList Interpreters::candidates(Language language, const QString &version) const
{
    const QString versioned = (language == Language::NodeJs ? u"node"_s : u"python"_s) + version;
    const QStringList usual = language == Language::NodeJs ? QStringList{u"node"_s, u"nodejs"_s} : QStringList{u"python3"_s, u"python"_s};
    QStringList found;
    const auto look = [&found](const QString &folder, const QString &name) {
        const QFileInfo file(folder + u'/' + name);
        if (file.isFile() && file.isExecutable())
            found << file.absoluteFilePath();
    };
    const QStringList folders = m_searchPath.split(u':', Qt::SkipEmptyParts);
    // As a shell would: what comes first in the path has the packages that were installed for it.
    for (const QString &folder : folders) {
        // A shim with a version in its name refuses, slowly, where that version is installed but not chosen.
        if (!isShimFolder(folder))
            look(folder, versioned);
        for (const QString &name : usual)
            look(folder, name);
    }
    for (const QString &folder : folders) {
        if (!isShimFolder(folder))
            continue;
        for (const QString &installed : installedFolders(folder, version)) {
            for (const QString &name : usual)
                look(installed, name);
        }
    }
    return found;
}

Result<Interpreter> Interpreters::examine(const QString &path, Language language) const
{
    const QString key = cacheKey(path);
    const QJsonObject known = readCache().value(key).toObject();
    if (!known.isEmpty() && QFileInfo(known.value("path"_L1).toString()).isExecutable())
        return Interpreter{known.value("path"_L1).toString(), known.value("version"_L1).toString()};

    QProcess question;
    question.setProgram(path);
    question.setArguments(language == Language::NodeJs
                              ? QStringList{u"-p"_s, u"process.execPath+'\\n'+process.versions.node"_s}
                              : QStringList{u"-S"_s, u"-c"_s, u"import sys,platform;print(sys.executable);print(platform.python_version())"_s});
    question.start();
    if (!question.waitForFinished(QuestionTimeoutMs) || question.exitCode() != 0)
        return failure(ErrorCode::Io, Core::tr("“%1” did not answer which version it is.").arg(path), Core::tr("Run it by hand to see why."),
                       QString::fromLocal8Bit(question.readAllStandardError()));
    const QStringList answer = QString::fromLocal8Bit(question.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
    if (answer.size() < 2)
        return failure(ErrorCode::Io, Core::tr("“%1” did not answer which version it is.").arg(path));
    const Interpreter found{answer.at(0), answer.at(1)};
    remember(key, found);
    return found;
}

Result<Interpreter> Interpreters::find(Language language, const QString &version) const
{
    const QStringList paths = candidates(language, version);
    std::optional<Interpreter> usual;
    for (const QString &path : paths) {
        const Result<Interpreter> found = examine(path, language);
        if (!found)
            continue;
        if (found->isVersion(version))
            return found;
        if (!usual)
            usual = *found;
    }
    if (usual)
        return *usual;
    return failure(ErrorCode::NotFound, Core::tr("No %1 interpreter was found.").arg(languageName(language)),
                   language == Language::NodeJs ? Core::tr("Install Node.js (on Debian: apt install nodejs) or put its folder into PATH.")
                                                : Core::tr("Install Python 3 (on Debian: apt install python3) or put its folder into PATH."));
}

} // namespace eph::sys
