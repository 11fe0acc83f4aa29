// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/vault.h"

#include "core/base/text.h"
#include "core/project/privatefolder.h"
#include "core/sys/sha256.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSaveFile>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] Result<void> writeWhole(const QString &path, const QByteArray &bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || file.write(bytes) != bytes.size() || !file.commit())
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be written: %2.").arg(path, file.errorString()), Core::tr("Make room on the disk, or check the folder's permissions."));
    return {};
}

} // namespace

QJsonObject Release::toJson() const
{
    return {{u"id"_s, id}, {u"target"_s, target}, {u"at"_s, at.toUTC().toString(Qt::ISODate)}, {u"by"_s, by}, {u"why"_s, why}, {u"from"_s, from}, {u"profile"_s, profile}, {u"endpoint"_s, endpoint}, {u"spec"_s, spec.toJson()}, {u"outputs"_s, outputs}};
}

Release Release::fromJson(const QJsonObject &json)
{
    return {json.value("id"_L1).toString(), json.value("target"_L1).toString(), QDateTime::fromString(json.value("at"_L1).toString(), Qt::ISODate), json.value("by"_L1).toString(), json.value("why"_L1).toString(), json.value("from"_L1).toString(), json.value("profile"_L1).toString(), json.value("endpoint"_L1).toString(), ReleaseSpec::fromJson(json.value("spec"_L1).toObject()), json.value("outputs"_L1).toObject()};
}

Vault::Vault(const QString &projectFolder)
    : m_project(projectFolder)
    , m_folder(projectFolder + "/.ephemera/releases"_L1)
{
}

bool Vault::hasPackage(const QString &sha256) const
{
    return QFile::exists(packagePath(sha256));
}

Result<void> Vault::keepPackage(const QString &sha256, const QByteArray &zip) const
{
    if (hasPackage(sha256))
        return {};
    project::privateFolder(m_project);
    return writeWhole(packagePath(sha256), zip);
}

Result<QByteArray> Vault::package(const QString &sha256) const
{
    QFile file(packagePath(sha256));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::NotFound, Core::tr("The package %1 is not in the vault.").arg(sha256.first(std::min<qsizetype>(12, sha256.size()))), Core::tr("Deploy the project anew."));
    QByteArray zip = file.readAll();
    if (QString::fromLatin1(sys::sha256(zip).toHex()) != sha256)
        return failure(ErrorCode::Invalid, Core::tr("“%1” is damaged: its bytes are not what its name says.").arg(file.fileName()), Core::tr("Remove it and deploy the project anew."));
    return zip;
}

QList<Release> Vault::releases(QStringList *unreadable) const
{
    QList<Release> all;
    const QFileInfoList files = QDir(m_folder).entryInfoList({u"*.json"_s}, QDir::Files);
    for (const QFileInfo &info : files) {
        QFile file(info.filePath());
        const QJsonObject json = file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
        Release release = Release::fromJson(json);
        if (release.id == info.completeBaseName() && release.at.isValid())
            all << release;
        else if (unreadable)
            *unreadable << info.filePath();
    }
    std::sort(all.begin(), all.end(), [](const Release &a, const Release &b) { return std::pair(a.at, a.id.section(u'-', -1).toInt()) > std::pair(b.at, b.id.section(u'-', -1).toInt()); });
    return all;
}

QString Vault::stamp() const
{
    QString stamp = m_folder;
    const QFileInfoList files = QDir(m_folder).entryInfoList({u"*.json"_s}, QDir::Files, QDir::Name);
    for (const QFileInfo &info : files)
        stamp += u'\n' + info.fileName() + u' ' + QString::number(info.lastModified().toMSecsSinceEpoch());
    return stamp;
}

Result<Release> Vault::release(const QString &id) const
{
    const QList<Release> all = releases();
    for (const Release &release : all) {
        if (release.id == id)
            return release;
    }
    return failure(ErrorCode::NotFound, Core::tr("There is no release “%1”.").arg(id), all.isEmpty() ? Core::tr("Nothing has been deployed from this project yet.") : Core::tr("The last one is “%1”; “eph releases” lists all.").arg(all.first().id));
}

std::optional<Release> Vault::live(const QString &target, const QString &stage) const
{
    const QList<Release> all = releases();
    for (const Release &release : all) {
        if (release.target == target && release.spec.stage == stage)
            return release;
    }
    return std::nullopt;
}

Result<void> Vault::keep(const Release &release) const
{
    project::privateFolder(m_project);
    return writeWhole(m_folder + u'/' + release.id + ".json"_L1, QJsonDocument(release.toJson()).toJson());
}

QString Vault::nextId(const QString &stage) const
{
    int last = 0;
    const QString prefix = stage + u'-';
    const QStringList files = QDir(m_folder).entryList({prefix + u'*'}, QDir::Files);
    for (const QString &file : files) {
        bool fine = false;
        const int number = file.mid(prefix.size()).section(u'.', 0, 0).toInt(&fine);
        if (fine)
            last = std::max(last, number);
    }
    return prefix + QString::number(last + 1);
}

} // namespace eph::deploy
